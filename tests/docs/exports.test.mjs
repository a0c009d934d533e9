// Everything that our documents tell users to import can be imported under that name: by Node, with `import` and `require`, and by tools that
// look for a folder because they do not support `exports` (TypeScript's "node10", Parcel, webpack 4).
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, test } from "node:test";
import { at } from "../../scripts/lib/tools.mjs";
import { DOCUMENTS } from "./snippets.mjs";

const folder = process.env.AYRSHARE_USER_DIR;
const { exports, bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const require = createRequire(join(folder, "..", "..", "app.cjs"));

const read = (path) => readFileSync(at(path), "utf8");
const sources = readdirSync(at("pkg/src"), { recursive: true }).filter((name) => /\.ts$/.test(name) && !name.startsWith("glue")).map((name) => `pkg/src/${name}`);

/** Specifiers in any kind of quotes, and the names of wasm files, each of which is a subpath of the package. */
function namedIn(text) {
  const quoted = [...text.matchAll(/["'`](ayrshare-user(?:\/[\w-]+)*(?:\.json)?)["'`]/g)].map(([, name]) => name);
  const files = [...text.matchAll(/\bayrshare_user\w*\.wasm\b/g)].map(([file]) => `ayrshare-user/${file}`);
  return new Set([...quoted, ...files]);
}

const FOR_USERS = new Set(DOCUMENTS.flatMap((path) => [...namedIn(read(path))]));
const EVERYWHERE = new Set([...DOCUMENTS, "CHANGELOG.md", "tests/matrix/README.md", ...sources].flatMap((path) => [...namedIn(read(path))]));
const offered = Object.keys(exports).map((key) => key.replace(/^\./, "ayrshare-user"));

for (const name of EVERYWHERE) {
  test(`${name} can be imported and required`, () => {
    for (const path of [fileURLToPath(import.meta.resolve(name)), require.resolve(name)]) assert.ok(existsSync(path), path);
  });
}

test("README and the guides document everything that can be imported, and README every command", () => {
  assert.deepEqual(offered.filter((name) => !FOR_USERS.has(name) && name !== "ayrshare-user/package.json"), []);
  for (const command of Object.keys(bin)) assert.match(read("README.md"), new RegExp(`\\bnpx ${command}\\b`));
});

test("every wasm file of the package can be imported", () => {
  const files = readdirSync(join(folder, "dist")).filter((file) => file.endsWith(".wasm"));
  assert.equal(files.length, 4);
  assert.deepEqual(files.filter((file) => exports[`./${file}`] !== `./dist/${file}`), []);
});

// Bundlers replace `new URL(…, import.meta.url)` in server components with an address for browsers.
test("server components get the entries that contain the wasm", () => {
  const script = 'console.log(["ayrshare-user", "ayrshare-user/gateway"].map((name) => import.meta.resolve(name).split("/").at(-1)).join())';
  const { NODE_OPTIONS, ...env } = process.env;
  const { stdout } = spawnSync(process.execPath, ["--conditions=react-server", "--input-type=module", "--eval", script], { cwd: join(folder, "..", ".."), env, encoding: "utf8" });
  assert.equal(stdout.trim(), "inline.js,gateway-inline.js");
});

/** Resolves the conditions of an entry to a file. */
const ending = (entry, condition) => (typeof entry === "string" ? entry : ending(entry[condition] ?? entry.default, condition));

describe("without `exports`", () => {
  const entries = Object.keys(exports).filter((key) => key !== "." && ending(exports[key], "default").endsWith(".js"));
  for (const key of entries) {
    test(`${key} is a folder that resolves to the same files`, () => {
      const place = join(folder, key);
      const { main, module, types, ...more } = JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
      const [esm, cjs] = [ending(exports[key], "default"), ending(exports[key], "require")].map((path) => join(folder, path));
      assert.deepEqual([main, module, types].map((path) => join(place, path)), [cjs, esm, esm.replace(/\.js$/, ".d.ts")]);
      for (const path of [esm, cjs, join(place, types)]) assert.ok(existsSync(path), path);
      assert.deepEqual(more, {});
    });
  }
});

// tsx and others resolve `require` by "module-sync" and convert the file to CommonJS. Parts that are imported later would then belong to
// another copy of the package, which does not know where its wasm is.
test("`require` gets CommonJS, from every tool", () => {
  const entries = Object.values(exports).filter((entry) => typeof entry === "object");
  assert.ok(entries.length >= 5);
  assert.ok(!JSON.stringify(exports).includes("module-sync"));
  for (const entry of entries) assert.match(ending(entry, "require"), /^\.\/dist\/cjs\//);
});
