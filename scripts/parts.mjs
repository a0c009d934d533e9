// `npm run parts`: the size of the wasm modules by source module. Because brotli compresses similar code together, the size of a part is how
// much smaller the module is without it, and the parts do not add up.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { MODULES, build } from "./build.mjs";
import { main } from "./lib/run.mjs";
import { plain, withoutPanicWords } from "./lib/slim.mjs";
import { at, target } from "./lib/tools.mjs";
import { CODE_SECTION, CUSTOM_SECTION, DATA_SECTION, readUnsigned, sections } from "./lib/wasm.mjs";
import { brotli } from "./lib/weigh.mjs";
import { setup } from "./setup.mjs";

/** The module as shipped, but with function names. */
async function withNames({ name, wasmOpt }) {
  const { default: binaryen } = await import("binaryen");
  binaryen.setDebugInfo(true);
  const [slim, named] = [`${target}/parts-slim.wasm`, `${target}/parts.wasm`];
  writeFileSync(slim, await withoutPanicWords(readFileSync(at("target", "glue", name, `${name}_bg.wasm`))));
  const flags = wasmOpt.filter((flag) => flag !== "--strip-debug");
  execFileSync(process.execPath, [at("node_modules/binaryen/bin/wasm-opt"), ...flags, "-g", slim, "-o", named]);
  return readFileSync(named);
}

/** The names of functions by index, from the custom section "name". */
function functionNames(wasm, { body, end }) {
  const names = new Map();
  const [length, first] = readUnsigned(wasm, body);
  for (let at = first + length; at < end; ) {
    const id = wasm[at];
    const [size, start] = readUnsigned(wasm, at + 1);
    let [left, place] = id === 1 ? readUnsigned(wasm, start) : [0, start];
    for (; left > 0; left -= 1) {
      const [index, behind] = readUnsigned(wasm, place);
      const [bytes, text] = readUnsigned(wasm, behind);
      names.set(index, wasm.toString("latin1", text, text + bytes));
      place = text + bytes;
    }
    at = start + size;
  }
  return names;
}

function partOf(name) {
  const path = plain(name).match(/ayrshare_user::\w+(?:::\w+)?/)?.[0].split("::").slice(1);
  if (path === undefined) return "libraries";
  return path[0] === "web" ? path.join("::") : path[0];
}

/** Ranges of bytes, by part. */
function parts(wasm, found, importedFunctions) {
  const all = new Map();
  const add = (part, start, end) => all.set(part, [...(all.get(part) ?? []), [start, end]]);
  const names = functionNames(wasm, found.find(({ id, body, end }) => id === CUSTOM_SECTION && wasm.toString("latin1", body, end).startsWith("\x04name")));
  const code = found.find(({ id }) => id === CODE_SECTION);
  let [count, place] = readUnsigned(wasm, code.body);
  for (let index = importedFunctions; count > 0; count -= 1, index += 1) {
    const [length, start] = readUnsigned(wasm, place);
    add(partOf(names.get(index) ?? ""), place, start + length);
    place = start + length;
  }
  for (const { id, start, end } of found) {
    if (id === DATA_SECTION) add("tables and texts", start, end);
    else if (id !== CODE_SECTION && id !== CUSTOM_SECTION) add("types, imports, exports", start, end);
  }
  return all;
}

function without(wasm, ranges) {
  const kept = [];
  let from = 0;
  for (const [start, end] of [...ranges].sort(([one], [other]) => one - other)) {
    kept.push(wasm.subarray(from, start));
    from = end;
  }
  return Buffer.concat([...kept, wasm.subarray(from)]);
}

async function print(module) {
  const wasm = await withNames(module);
  const imported = WebAssembly.Module.imports(new WebAssembly.Module(wasm)).filter(({ kind }) => kind === "function").length;
  const found = sections(wasm);
  const custom = found.filter(({ id }) => id === CUSTOM_SECTION).map(({ start, end }) => [start, end]);
  const whole = brotli(without(wasm, custom));
  console.log(`\n${module.name}: ${whole} bytes after brotli 11`);
  const rows = [...parts(wasm, found, imported)].map(([part, ranges]) => ({
    part,
    raw: ranges.reduce((sum, [start, end]) => sum + end - start, 0),
    brotli: whole - brotli(without(wasm, [...custom, ...ranges])),
  }));
  console.log(`${"part".padEnd(26)}${"raw".padStart(8)}${"brotli".padStart(8)}`);
  for (const { part, raw, brotli } of rows.sort((one, other) => other.brotli - one.brotli)) {
    console.log(`${part.padEnd(26)}${String(raw).padStart(8)}${String(brotli).padStart(8)}`);
  }
}

await main(true, async () => {
  await setup({ for: "build" });
  await build();
  for (const module of MODULES) await print(module);
});
