// Measures what the wasm currently holds. Import it before the package.
import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { instances } from "../instances.mjs";

setFlagsFromString("--expose-gc");
/** Collects garbage. Finalizers run one turn later. */
export const collect = runInNewContext("gc");

/**
 * Bytes of wasm memory, and the number of JavaScript values that the wasm holds. A free slot of its table holds `null`; a slot that was
 * never released may hold `undefined`.
 */
export function held() {
  const [{ exports }] = instances;
  const parts = Object.values(exports);
  const memory = parts.find((part) => part instanceof WebAssembly.Memory);
  const tables = parts.filter((part) => part instanceof WebAssembly.Table);
  const handles = tables.flatMap((table) => Array.from({ length: table.length }, (_, index) => table.get(index))).filter((entry) => entry !== null);
  assert.ok(memory !== undefined && tables.length > 0, "the instance shows neither memory nor table");
  return { bytes: memory.buffer.byteLength, handles: handles.length };
}
