// Importing the package needs no platform APIs, because test runners lack, fake or replace the globals of a runtime.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { runInNewContext } from "node:vm";
import { describe, test } from "node:test";
import { AyrshareUser, getUser } from "ayrshare-user";
import { answering, failure, fixture, json } from "./helpers.mjs";

const folder = process.env.AYRSHARE_USER_DIR;
const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const require = createRequire(import.meta.url);

/** Every JavaScript file that an entry of `exports` refers to, with its conditions. */
const targets = (entry, conditions = []) =>
  typeof entry === "string" ? [{ file: entry, conditions }] : Object.entries(entry).flatMap(([condition, inner]) => targets(inner, [...conditions, condition]));
const files = Object.values(exports).flatMap((entry) => targets(entry)).filter(({ file }) => file.endsWith(".js"));
const isCommonJs = ({ file }) => file.startsWith("./dist/cjs/");

// Runs in its own process, because linking modules manually needs a Node flag.
const PROGRAM = `
  import { readFileSync } from "node:fs";
  import { dirname, join } from "node:path";
  import * as vm from "node:vm";
  const context = vm.createContext({});
  const modules = new Map();
  const load = (path) => {
    if (!modules.has(path)) modules.set(path, new vm.SourceTextModule(readFileSync(path, "utf8"), { context, identifier: path, initializeImportMeta: (meta) => void (meta.url = "file://" + path) }));
    return modules.get(path);
  };
  const builtin = async (name) => {
    const found = await import(name);
    return new vm.SyntheticModule(Object.keys(found), function () { for (const key of Object.keys(found)) this.setExport(key, found[key]); }, { context });
  };
  const wasm = () => new vm.SyntheticModule(["default"], () => undefined, { context });
  const link = (name, from) => name.startsWith("node:") ? builtin(name) : /\\.wasm(\\?module)?$/.test(name) ? wasm() : load(join(dirname(from.identifier), name));
  const module = load(process.argv[1]);
  await module.link(link);
  await module.evaluate();
  console.log(Object.keys(module.namespace).length > 0);
`;

describe("importing an entry", () => {
  test("the context that the tests import into has no platform APIs", () => {
    assert.equal(runInNewContext("[typeof TextDecoder, typeof setTimeout, typeof fetch, typeof URL, typeof queueMicrotask, typeof Promise].join()"), [...Array(5).fill("undefined"), "function"].join());
  });

  const modules = [...new Set(files.filter((one) => !isCommonJs(one)).map(({ file }) => file))];

  test("every kind of entry is among them", () => assert.ok(modules.length >= 12, modules.join()));

  for (const file of modules) {
    test(`of the module ${file} needs no platform globals`, async () => {
      const args = ["--experimental-vm-modules", "--no-warnings", "--input-type=module", "--eval", PROGRAM, join(folder, file)];
      const { NODE_OPTIONS: _, ...env } = process.env;
      const { stdout } = await promisify(execFile)(process.execPath, args, { env });
      assert.equal(stdout.trim(), "true");
    });
  }

  test("by require needs no platform globals either", () => {
    const wanted = [...new Set(files.filter(isCommonJs).map(({ file }) => join(folder, file)))];
    assert.ok(wanted.length >= 5, wanted.join());
    for (const file of wanted) {
      const module = { exports: {} };
      const wrapped = runInNewContext(`(function (module, exports, require, __dirname, __filename) {${readFileSync(file, "utf8")}\n})`, {}, { filename: file });
      wrapped(module, module.exports, require, join(file, ".."), file);
      assert.ok(Object.keys(module.exports).length > 0, file);
    }
  });
});

function freshCopy() {
  const path = join(folder, "dist", "cjs", "index.js");
  delete require.cache[path];
  return require(path);
}

for (const name of ["WebAssembly", "TextDecoder", "TextEncoder", "AbortController", "URL"]) {
  test(`a runtime without ${name}: the first call says so, and the error is not retryable`, async () => {
    const copy = freshCopy();
    const { fetch } = answering(() => json(fixture("user")));
    const held = Object.getOwnPropertyDescriptor(globalThis, name);
    delete globalThis[name];
    try {
      const error = await failure(copy.getUser({ apiKey: "KEY", fetch }), "internal");
      assert.match(error.message, new RegExp(`^this runtime has no \`${name}\`: \\w`));
      assert.equal(error.retryable, false);
    } finally {
      Object.defineProperty(globalThis, name, held);
    }
    assert.equal((await copy.getUser({ apiKey: "KEY", fetch })).displayNames.length, 10);
  });
}

describe("with fake timers", () => {
  const { fetch } = answering(() => json(fixture("user")));

  test("a call settles without waiting for a timer", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "setInterval", "setImmediate", "Date"] });
    assert.equal((await getUser({ apiKey: "KEY", fetch })).displayNames.length, 10);
  });

  test("a call settles with a queueMicrotask that never runs its callback, like Jest's fake one", async (t) => {
    // Node's own Response would need the real queueMicrotask.
    const body = new TextEncoder().encode(fixture("user"));
    const headers = new Headers({ "content-length": String(body.length) });
    const response = { status: 200, headers, arrayBuffer: async () => body.buffer };
    await getUser({ apiKey: "KEY", fetch });
    t.mock.method(globalThis, "queueMicrotask", () => undefined);
    assert.equal((await getUser({ apiKey: "KEY", fetch: async () => response })).displayNames.length, 10);
  });

  test("so does a stream", async (t) => {
    const body = new TextEncoder().encode(JSON.stringify([{ refId: "one", activeSocialAccounts: [] }, { refId: "two", activeSocialAccounts: [] }]));
    const stream = async () => {
      const fetch = async () => ({ status: 200, headers: new Headers(), body: (async function* () { yield body; })(), arrayBuffer: () => assert.fail("read whole") });
      const at = (ms) => new Date(Date.now() + ms).toISOString();
      const batch = { success: true, url: "https://files.example/f.json", urlAvailable: at(-1_000), urlExpires: at(3_600_000), lastUpdated: at(-1_000) };
      let count = 0;
      for await (const { refId } of new AyrshareUser({ apiKey: "KEY", fetch }).streamProfiles({ batch })) count += Number(refId !== undefined);
      return count;
    };
    const expected = await stream();
    assert.ok(expected > 0);
    t.mock.method(globalThis, "queueMicrotask", () => undefined);
    assert.equal(await stream(), expected);
  });
});
