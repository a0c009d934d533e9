/** Loads the part of the package that reads the batch file. */
import { loadPart } from "../wasm/parts.js";

/** @internal Loads it when it is first needed. */
export const loadBatch = (): Promise<typeof import("../batch.js")> => loadPart("batch", () => import("../batch.js"));
