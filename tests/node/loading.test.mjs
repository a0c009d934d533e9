// Where the wasm can come from, and the errors if it fails to load. A package loads its wasm once, so each
// case gets a fresh copy of the package's CommonJS build.
import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";
import { after, before, test } from "node:test";
import { AyrshareError, AyrshareUser, isAyrshareError } from "ayrshare-user";
import * as inline from "ayrshare-user/inline";
import { answering, failure, fixture, json } from "./helpers.mjs";

const dist = join(process.env.AYRSHARE_USER_DIR, "dist");
const bytes = readFileSync(join(dist, "ayrshare_user.wasm"));
const require = createRequire(import.meta.url);
const START_PAGE = "<!doctype html><title>my app</title>";

let server;
let origin;

before(async () => {
  server = createServer((request, response) => {
    const path = request.url.split("?")[0];
    if (path === "/ayrshare_user.wasm") return void response.setHeader("content-type", "application/wasm").end(bytes);
    if (path === "/untyped.wasm") return void response.end(bytes);
    if (path === "/page.wasm") return void response.setHeader("content-type", "text/html").end(START_PAGE);
    if (path === "/cut.wasm") return void response.setHeader("content-type", "application/wasm").end(bytes.subarray(0, 5000));
    response.writeHead(404, { "content-type": "text/plain" }).end("no such file");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${server.address().port}`;
});
after(() => server.close());

function freshCopy() {
  const path = join(dist, "cjs", "index.js");
  delete require.cache[path];
  return require(path);
}

async function works(copy) {
  const { fetch } = answering(() => json(fixture("user")));
  const user = await new copy.AyrshareUser({ apiKey: "KEY", fetch }).getUser();
  assert.equal(user.displayNames.length, 10);
}

const foreign = (code) => runInNewContext(code, { data: [...bytes] });

const SOURCES = {
  "the file beside the code": () => undefined,
  "a text address": () => `${origin}/ayrshare_user.wasm`,
  "a URL": () => new URL("/ayrshare_user.wasm", origin),
  "an address without a content type": () => `${origin}/untyped.wasm`,
  "a Response": () => new Response(bytes),
  "a promise of a Response": () => fetch(`${origin}/ayrshare_user.wasm`),
  "a Uint8Array": () => new Uint8Array(bytes),
  "a view into a larger buffer": () => new Uint8Array([0, ...bytes]).subarray(1),
  "an ArrayBuffer": () => new Uint8Array(bytes).buffer,
  "a DataView": () => new DataView(new Uint8Array(bytes).buffer),
  "a promise of bytes": async () => bytes,
  "a Module": () => new WebAssembly.Module(bytes),
  "a Module of another realm": () => foreign("new WebAssembly.Module(new Uint8Array(data))"),
  "bytes of another realm": () => foreign("new Uint8Array(data)"),
  "an ArrayBuffer of another realm": () => foreign("new Uint8Array(data).buffer"),
};

for (const [name, source] of Object.entries(SOURCES)) {
  test(`init takes ${name}`, async () => {
    const copy = freshCopy();
    await copy.init({ client: source() });
    await works(copy);
  });
}

test("the sources of another realm are not instances of this realm's classes", () => {
  const module = SOURCES["a Module of another realm"]();
  assert.ok(!(module instanceof WebAssembly.Module));
  assert.ok(!(SOURCES["bytes of another realm"]() instanceof Uint8Array));
});

const NOT_FOUND = [/: serve the package's \.wasm files beside the code/, /optimizeDeps\.exclude/, /Angular: assets/, /serverExternalPackages/, /SvelteKit: dependencies/, /init\(\)/, /"ayrshare-user\/inline"/, /"ayrshare-user\/gateway\/inline"/];
const NEITHER = /serverExternalPackages/;

/** The error of `init({ client: source })`. Afterwards, the same copy must load normally. */
async function refused(source, kind, patterns) {
  const copy = freshCopy();
  const error = await failure(copy.init({ client: source }), kind);
  for (const pattern of patterns) assert.match(error.message, pattern);
  await works(copy);
  return error;
}

const thrower = () => { throw new Error("thrown by the caller's own object"); };
const HOSTILE = {
  "an object whose toString throws": { toString: thrower },
  "an object without a prototype": Object.create(null),
  "an error whose code throws": Object.defineProperty(new Error("a"), "code", { get: thrower }),
  "a Proxy that throws": new Proxy({}, { get: thrower }),
  "a Symbol": Symbol("a"),
  nothing: undefined,
};

for (const [name, reason] of Object.entries(HOSTILE)) {
  test(`a promise that rejects with ${name} is reported like any other, with the reason as the cause`, async () => {
    const error = await refused(Promise.reject(reason), "internal", [/^could not load ayrshare_user\.wasm \(/]);
    assert.equal(error.cause, reason);
    assert.equal(error.retryable, true);
  });
}

test("a missing file: its URL without the query, the status and the fixes", async () => {
  const error = await refused(`${origin}/gone.wasm?signature=SECRET`, "internal", [/gone\.wasm \(status 404, text\/plain\) was not found/, ...NOT_FOUND]);
  assert.ok(!error.message.includes("SECRET"));
  assert.equal(error.retryable, false);
});

test("an index page instead of the file: its status, content type and first bytes", () =>
  refused(`${origin}/page.wasm`, "internal", [/page\.wasm \(status 200, text\/html\) is a web page, not wasm/, /it begins with "<!doctype html>/, /index page for unknown paths; serve the/, ...NOT_FOUND.slice(1)]));

test("the error for a truncated file has the engine's error as its cause", async () => {
  const error = await refused(`${origin}/cut.wasm`, "internal", [/could not compile .*cut\.wasm \(status 200, application\/wasm\): the file is damaged or truncated/]);
  assert.doesNotMatch(error.message, NEITHER);
  assert.ok(error.cause instanceof WebAssembly.CompileError);
});

test("an unreachable server", async () => {
  const error = await refused("http://127.0.0.1:9/ayrshare_user.wasm", "internal", [/could not download http:\/\/127\.0\.0\.1:9\/ayrshare_user\.wasm: the network failed, or CORS blocked it/]);
  assert.ok(error.cause instanceof TypeError);
  assert.equal(error.retryable, true);
  assert.doesNotMatch(error.message, NEITHER);
});

test("bytes and responses that are not wasm", async () => {
  await refused(new Uint8Array([1, 2, 3]), "internal", [/^the given data is not a wasm file:/]);
  await refused(new TextEncoder().encode(START_PAGE), "internal", [/the given data is a web page, not wasm: it begins with "<!doctype/]);
  await refused(new Response(START_PAGE), "internal", [/the given response \(status 200, text\/plain.* is a web page/]);
  await refused(new Response("", { status: 500 }), "internal", [/the given response \(status 500/]);
});

test("an HTTP error is retryable if the server is at fault", async () => {
  for (const [status, retryable] of [[403, false], [410, false], [500, true], [503, true]]) {
    const error = await refused(new Response("", { status }), "internal", [new RegExp(`status ${status}`)]);
    assert.equal(error.retryable, retryable, `${status}`);
  }
});

test("a relative URL without a page is `config`", () =>
  refused("ayrshare_user.wasm?signature=SECRET", "config", [/^could not download ayrshare_user\.wasm: outside of a page, its URL must be absolute; pass the wasm to init\(\), or import "ayrshare-user\/inline" or "ayrshare-user\/gateway\/inline"$/]));

test("a URL in a runtime without `fetch`", async (t) => {
  const copy = freshCopy();
  const held = globalThis.fetch;
  t.after(() => void (globalThis.fetch = held));
  delete globalThis.fetch;
  const error = await failure(copy.init({ client: `${origin}/ayrshare_user.wasm` }), "internal");
  assert.match(error.message, /^this runtime has no `fetch`: it cannot download http.*ayrshare_user\.wasm; pass the wasm to init\(\)/);
  assert.equal(error.retryable, false);
});

test("an unsupported source is `config`", async () => {
  for (const [source, type] of [[null, "Null"], [7, "Number"], [{}, "Object"], [new Blob([bytes]), "Blob"], [Promise.resolve(), "Undefined"]]) {
    await refused(source, "config", [new RegExp(`not a value of type ${type}$`)]);
  }
});

test("a source alone is refused, with what to write instead; so is an unknown name, with the nearest one", async () => {
  const alone = ["ayrshare_user.wasm", 7, ...["a URL", "a Response", "a promise of bytes", "a Uint8Array", "an ArrayBuffer", "a DataView", "a Module"].map((name) => SOURCES[name]())];
  for (const source of alone) {
    const copy = freshCopy();
    assert.match((await failure(copy.init(source), "config")).message, /^write `init\(\{ client: source \}\)`: /);
    await works(copy);
  }
  const copy = freshCopy();
  assert.match((await failure(copy.init({ clinet: bytes }), "config")).message, /: unknown option `clinet`: did you mean `client`\?$/);
  assert.match((await failure(copy.init({ wasm: bytes }), "config")).message, /did you mean `client` or `batch` or `insight`\?$/);
  const message = "write `init({ client: source })`: `client` cannot be read: its getter or Proxy threw";
  assert.equal((await failure(copy.init({ get client() { return thrower(); } }), "config")).message, message);
  await works(copy);
});

test("a promise that rejects is the cause", async () => {
  const reason = new Error("mine");
  const error = await refused(Promise.reject(reason), "internal", [/could not load ayrshare_user\.wasm \(Error: mine\): pass the wasm to init\(\)/]);
  assert.equal(error.cause, reason);
});

test("a package moved away from its file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ayrshare-user-"));
  mkdirSync(join(folder, "cjs"));
  copyFileSync(join(dist, "cjs", "index.js"), join(folder, "cjs", "index.cjs"));
  const copy = require(join(folder, "cjs", "index.cjs"));
  const error = await failure(copy.getUser({ apiKey: "KEY" }), "internal");
  for (const pattern of [/could not load ayrshare_user\.wasm \(Error: ENOENT.*ayrshare_user\.wasm/, ...NOT_FOUND]) assert.match(error.message, pattern);
  await copy.init({ client: bytes });
  await works(copy);
  rmSync(folder, { recursive: true });
});

// The messages of Chromium 156, Firefox ESR 153 and workerd; tests/matrix runs the real ones.
const FORBIDDEN = {
  Chromium: [
    "WebAssembly.compile(): Compiling or instantiating WebAssembly module violates the following Content Security policy directive because 'unsafe-eval' is not an allowed source",
    /Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src$/,
  ],
  Firefox: ["call to WebAssembly.compile() blocked by CSP", /Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src$/],
  workerd: ["WebAssembly.compile(): Wasm code generation disallowed by embedder", /"workerd" condition, pass a WebAssembly\.Module to init\(\), or import "ayrshare-user\/inline" or "ayrshare-user\/gateway\/inline"$/],
};
for (const [engine, [words, pattern]] of Object.entries(FORBIDDEN)) {
  test(`${engine} forbids the compilation: the error names the fix`, async (t) => {
    const copy = freshCopy();
    const compile = t.mock.method(WebAssembly, "compile", async () => {
      throw new WebAssembly.CompileError(words);
    });
    const error = await failure(copy.init(), "internal");
    assert.match(error.message, pattern);
    assert.equal(error.cause.message, words);
    compile.mock.restore();
    await works(copy);
  });
}

test("an engine without a feature that the wasm needs: the error names the oldest supported ones", async (t) => {
  const copy = freshCopy();
  t.mock.method(WebAssembly, "compile", async () => {
    throw new WebAssembly.CompileError("WebAssembly.compile(): invalid value type 0x6f");
  });
  assert.match((await failure(copy.init(), "internal")).message, /could not compile .*damaged or truncated/);
  t.mock.method(WebAssembly, "validate", () => false);
  const error = await failure(copy.init(), "internal");
  assert.match(error.message, /^this engine is too old to compile the given data: use Chromium 96, Firefox 90, Safari 16\.4, Node 20 or newer$/);
  assert.equal(error.retryable, false);
  t.mock.restoreAll();
  await works(copy);
});

test("the probe for old engines is a module that this engine accepts", async (t) => {
  const copy = freshCopy();
  t.mock.method(WebAssembly, "compile", async () => {
    throw new WebAssembly.CompileError("broken");
  });
  const validate = t.mock.method(WebAssembly, "validate");
  await failure(copy.init(), "internal");
  assert.deepEqual(validate.mock.calls.map(({ result }) => result), [true]);
});

test("the first load instantiates asynchronously, because old Chromiums require that on a page's main thread", async (t) => {
  const copy = freshCopy();
  t.mock.method(WebAssembly, "Instance", function () {
    throw new RangeError("WebAssembly.Instance is disallowed on the main thread");
  });
  assert.throws(() => new WebAssembly.Instance(), RangeError);
  await works(copy);
});

test("a bundle in CommonJS, whose `import.meta` is empty", async () => {
  const { build } = await import("esbuild");
  const entry = `export { getUser, init } from ${JSON.stringify(join(dist, "node.js"))};`;
  const { outputFiles } = await build({ stdin: { contents: entry, resolveDir: dist }, bundle: true, format: "cjs", platform: "node", write: false, logLevel: "silent" });
  const module = { exports: {} };
  new Function("module", "exports", "require", outputFiles[0].text)(module, module.exports, require);
  const error = await failure(module.exports.getUser({ apiKey: "KEY" }), "internal");
  assert.match(error.message, /the bundle does not know its own URL: bundle as ESM, leave the package out of the bundle, pass the wasm to init\(\), or import "ayrshare-user\/inline"/);
  assert.equal(error.retryable, false);
});

test("calls without their wasm fail with the same error, and share one load", async (t) => {
  const copy = freshCopy();
  const compile = t.mock.method(WebAssembly, "compile", async () => {
    throw new WebAssembly.CompileError("broken");
  });
  const client = new copy.AyrshareUser({ apiKey: "KEY", fetch: () => assert.fail("sent") });
  const errors = await Promise.all([failure(client.getUser(), "internal"), failure(client.getUserBatch(), "internal")]);
  assert.match(errors[0].message, /could not compile/);
  assert.equal(compile.mock.callCount(), 1);
});

test("entries share one class; a copy made for `require` is known by its brand", async () => {
  assert.equal(inline.AyrshareUser, AyrshareUser);
  const error = await failure(freshCopy().init({ client: 7 }), "config");
  assert.ok(!(error instanceof AyrshareError));
  assert.ok(isAyrshareError(error));
});

test("every entry loads its wasm in its own way; importing one file beside the code does no I/O", async () => {
  const { exports, sideEffects } = JSON.parse(readFileSync(join(dist, "..", "package.json"), "utf8"));
  const targets = (entry) => (typeof entry === "string" ? [entry] : Object.values(entry).flatMap(targets));
  for (const file of [...targets(exports["."]), ...targets(exports["./inline"])]) {
    const listed = sideEffects.includes(file) || (file.startsWith("./dist/cjs/") && sideEffects.includes("./dist/cjs/*.js"));
    assert.ok(listed, `${file} sets a loader and must be listed in sideEffects`);
  }
  for (const name of ["workerd", "edge-light", "inline"]) {
    const text = readFileSync(join(dist, `${name}.js`), "utf8");
    assert.ok(!text.includes("import.meta"), name);
  }
  assert.match(readFileSync(join(dist, "workerd.js"), "utf8"), /from "\.\/ayrshare_user\.wasm"/);
  assert.match(readFileSync(join(dist, "edge-light.js"), "utf8"), /from "\.\/ayrshare_user\.wasm\?module"/);
  await import(pathToFileURL(join(dist, "index.js")).href);
});
