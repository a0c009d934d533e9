// The JavaScript functions that the wasm calls: an exception that unwinds through wasm frames ends every call in the process, so every
// function that can run a caller's code must catch. The tests look up each import of each shipped module in the generated glue.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sections, IMPORTS_SECTION } from "../../scripts/lib/wasm.mjs";

const MODULES = ["ayrshare_user", "ayrshare_user_batch", "ayrshare_user_insight", "ayrshare_user_gateway"];

/** Imports that catch: what wasm-bindgen generates for `catch` and for `instanceof`. */
const CATCHES = [/^\{ return handleError\(function ?\(/, /^\{ let result; try \{ result = arg0 instanceof \w+; \} catch \(_\) \{/];

/**
 * Imports that do not need to catch, each with the reason. Own objects are those created by fetch.js, the wasm or wasm-bindgen; no
 * other code can get them before they are read.
 */
const SAFE = [
  // Checks only the type of a value.
  /^\{ (const \w+ = arg0; )?const ret = (typeof\(\w+\) === '\w+'( && \w+ !== null)?|arg0 === (null|undefined)|Object\.is\(arg0, arg1\)); return ret; \}$/,
  /^\{ const v = arg0; const ret = typeof\(v\) === 'boolean' \? v : undefined; return isLikeNone/,
  /^\{ const obj = arg1; const ret = typeof\(obj\) === '(number|string)' \? obj : undefined;/,
  // Casts of the wasm's own values, and its panic.
  /^\{ \/\/ Cast intrinsic for `/,
  /^\{ throw new Error\(getStringFromWasm0\(arg0, arg1\)\); \}$/,
  /^\{ const table = wasm\.__wbindgen_externrefs;/,
  /^\{ arg0\._wbg_cb_unref\(\); \}$/,
  // Creates objects from the wasm's own values.
  /^\{ const ret = (new )?(Array|Object|Error|TextDecoder|Uint8Array)\((getStringFromWasm0\(arg0, arg1\)|getArrayU8FromWasm0\(arg0, arg1\))?\); return ret; \}$/,
  /^\{ const ret = Array\.of\((arg0|\.\.\.\(getArrayJsValueViewFromWasm0\(arg0, arg1\)\))\); return ret; \}$/,
  /^\{ const ret = (GatewayRequest|RecordLines)\.__wrap\(arg0\); return ret; \}$/,
  // Functions of the engine.
  /^\{ const ret = (Date\.now|Math\.random)\(\); return ret; \}$/,
  /^\{ const ret = typeof (globalThis|global|self|window) === 'undefined' \? undefined : \1;/,
  /^\{ const ret = undefined; return ret; \}$|^\{ queueMicrotask\(arg0\); \}$/,
  // Promises of our own async functions; no others are awaited here.
  /^\{ const ret = Promise\.resolve\(arg0\); return ret; \}$|^\{ const ret = arg0\.then\(arg1(, arg2)?\); return ret; \}$/,
  /^\{ try \{ var state0 = \{a: arg0, b: arg1\}; var cb0 = /,
  // Own arrays (readHeaders and readList return copies), plain objects, closures, controllers, decoders and URLs.
  /^\{ const ret = arg0\[arg1 >>> 0\]; return ret; \}$|^\{ const ret = arg0\.(length|push\(arg1\)); return ret; \}$|^\{ const ret = Array\.isArray\(arg0\); return ret; \}$/,
  /^\{ arg0\[arg1( >>> 0)?\] = arg2; \}$/,
  /^\{ const ret = arg0\.(fault|response|status|headers|isCors|isOpaque); return/,
  /^\{ const ret = arg1\.body; const ptr1 = passArray8ToWasm0\(ret,/,
  /^\{ const ret = arg1\.href; const ptr1 = passStringToWasm0\(ret,/,
  /^\{ arg0\.abort\(\); \}$/,
  /^\{ const ret = arg0\.decode\(getArrayU8FromWasm0\(arg1, arg2\)\); return ret; \}$/,
  // Own byte views: `chunk` of fetch.js creates one from each chunk of a body.
  /^\{ const ret = arg0\.subarray\(arg1 >>> 0, arg2 >>> 0\); return ret; \}$|^\{ Uint8Array\.prototype\.set\.call\(getArrayU8FromWasm0\(arg0, arg1\), arg2\); \}$/,
];

/** The exports of fetch.js: async functions reject, these catch, and the others do not look into a caller's values. */
const WIRE = {
  async: ["chunk", "send", "tell"],
  catches: ["header", "isSignal", "listen", "readHeaders", "readList", "readOptions"],
  own: ["attempt", "headerObject", "isPage", "keep", "pageUrl", "pause", "race", "settle", "snapshots", "soon", "wait"],
};

const glueOf = (name) => readFileSync(new URL(`../../pkg/src/glue/${name}.js`, import.meta.url), "utf8");

/** The functions that the glue passes to the wasm, by name. */
function handedIn(glue) {
  const body = glue.match(/function __wbg_get_imports\(\) \{(?<body>[^]*?)\n\}/).groups.body;
  const entries = body.split(/\n {8}(?=\S+: (?:function|\w+,))/).slice(1);
  return new Map(entries.map((entry) => [entry.slice(0, entry.indexOf(":")), entry.slice(entry.indexOf(":") + 2).replaceAll(/\s+/g, " ").trim()]));
}

for (const name of MODULES) {
  test(`${name}.wasm: every import either catches or cannot run a caller's code`, () => {
    const wasm = readFileSync(join(process.env.AYRSHARE_USER_DIR, "dist", `${name}.wasm`));
    assert.equal(sections(wasm).filter(({ id }) => id === IMPORTS_SECTION).length, 1);
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm));
    assert.ok(imports.length > 15);
    const known = handedIn(glueOf(name));
    for (const { name: imported, module, kind } of imports) {
      assert.equal(kind, "function");
      // Functions without conversions are called without glue.
      const source = module === "./fetch.js" && !known.has(imported) ? `function () { ${imported}(` : known.get(imported);
      assert.ok(source, `the glue hands in no ${imported} of ${module}`);
      const called = source.replace(/^function ?\([^)]*\) ?/, "").replace(/[, ]*(\}; return \{[^]*)?$/, "");
      const wire = called.match(/^\{ (?:const ret = )?(\w+)\(/)?.[1];
      const isWire = Object.values(WIRE).flat().includes(wire);
      const fits = isWire || [...CATCHES, ...SAFE].some((pattern) => pattern.test(called));
      assert.ok(fits, `${imported}: ${called}`);
    }
  });
}

test("every export of fetch.js is as listed: async, catching, or without access to a caller's values", () => {
  const source = readFileSync(new URL("../../src/web/http/fetch.js", import.meta.url), "utf8");
  const functions = [...source.matchAll(/^export (?<isAsync>async )?function (?<name>\w+)\([^]*?\n\}/gm)];
  const bodyOf = (name) => functions.find(({ groups }) => groups.name === name)?.[0] ?? assert.fail(`there is no ${name}`);
  // Both are imported with `catch`.
  const listed = ["parse", "readerOf", ...Object.values(WIRE).flat()].sort();
  assert.deepEqual(functions.map(({ groups }) => groups.name).sort(), listed);
  for (const name of WIRE.async) assert.match(bodyOf(name), /^export async /);
  for (const name of WIRE.catches) assert.match(bodyOf(name), /^export function \w+\([^)]*\) \{\n(?:  (?:const|let) .*;\n)*  try \{[^]*\n  \} catch \{\n    return [^;]*;\n  \}\n\}$/);
  assert.match(source, /^async function settling\(/m);
});
