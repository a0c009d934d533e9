/** Loads the part of the package for health, changes and drift. */
import { loadPart } from "../wasm/parts.js";

/** @internal Loads it when it is first needed. */
export const loadInsight = (): Promise<typeof import("../insight.js")> => loadPart("insight", () => import("../insight.js"));
