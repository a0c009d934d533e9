// Copies a Worker of these tests beside the packed package, so that it imports what users import, together with the files of the tests that
// it imports.
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { at } from "../../scripts/lib/tools.mjs";

/** Copies `tests/gateway/<name>` into a folder of `packedRoot`. Returns the path of the copy. */
export function placeWorker(name, folder) {
  mkdirSync(folder, { recursive: true });
  for (const shared of ["trapping.mjs", "instances.mjs"]) copyFileSync(at("tests", shared), join(dirname(folder), shared));
  const source = join(folder, "source.mjs");
  copyFileSync(at("tests/gateway", name), source);
  return source;
}
