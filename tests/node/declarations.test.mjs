// A snapshot of the public declarations, so that every change of the public API is visible.
// After an intended change, run UPDATE_SNAPSHOT=1 npm test -- node and review the diff.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const snapshot = fileURLToPath(new URL("../types/public.d.ts.snap", import.meta.url));
const dist = dirname(fileURLToPath(import.meta.resolve("ayrshare-user")));
/** The declarations of the package's entries and everything that they import. */
const PUBLIC = new Set(["index", "gateway", "sandbox/index", "sandbox/node"]);
for (const name of PUBLIC) {
  const text = readFileSync(join(dist, `${name}.d.ts`), "utf8");
  for (const [, path] of text.matchAll(/from "(\.[^"]+)\.js"/g)) PUBLIC.add(join(dirname(name), path).replaceAll("\\", "/"));
}

test("the public declarations match the snapshot", () => {
  const text = [...PUBLIC].map((name) => `// ${name}.d.ts\n${readFileSync(join(dist, `${name}.d.ts`), "utf8")}`).join("\n");
  if (process.env.UPDATE_SNAPSHOT) writeFileSync(snapshot, text);
  assert.equal(text, readFileSync(snapshot, "utf8"));
});
