#!/usr/bin/env node
// The executable of the package; everything it does is in src/command.

import { version } from "../package.json";
import { run } from "../src/command/command.js";

const status = await run(process.argv.slice(2), version, process);
// A connection that is kept open would delay the end. Both outputs have been written.
process.exit(status);
