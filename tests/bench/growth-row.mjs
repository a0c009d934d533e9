// Measures one row of growth.mjs in its own process, so that it neither collects the garbage of another row nor meets its heap.
import { ROWS, grow } from "./growth.mjs";

process.send(await grow(ROWS[process.argv[2]]));
process.disconnect();
