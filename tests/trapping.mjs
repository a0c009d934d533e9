// Makes an instance of the package's wasm trap, without any help from the code that is shipped: overwrites its memory, so that the next call
// into it fails as it would after a fault in our own code.
import { instances } from "./instances.mjs";

/** An export by which the instances of each module are found. */
const EXPORTS = { calls: "wasmclient_new", batch: "batchfile_new", insight: "health", gateway: "edgegateway_new" };

/** Overwrites the memory of the module's instances. With all bits set, every pointer and every length is out of bounds. */
export function corrupt(module) {
  const found = instances.filter(({ exports }) => EXPORTS[module] in exports);
  if (found.length === 0) throw new Error(`no instance of ${module} was created since trapping.mjs was imported`);
  for (const { exports } of found) new Uint8Array(exports.memory.buffer).fill(0xff);
}
