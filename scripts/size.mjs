// `npm run size`: measures what a browser downloads for a minimal realistic app, and what is added when it reads the batch file or
// the health of a profile: bundled and minified, and without a bundler, as the files are in the package.
// Exits with 1 if that exceeds scripts/size-budget.json (bytes after brotli 11).
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "./build.mjs";
import { Stop, main } from "./lib/run.mjs";
import { at } from "./lib/tools.mjs";
import { brotli } from "./lib/weigh.mjs";
import { setup } from "./setup.mjs";

const APP = `
  import { AyrshareUser } from "ayrshare-user";
  const ayrshare = new AyrshareUser({ baseUrl: "/ayrshare" });
  document.title = (await ayrshare.getUser()).displayNames.length;
`;

/** The script that the page loads, and the parts that it may load later, by their file names in the package. */
async function bundledApp() {
  const { build: esbuild } = await import("esbuild");
  const { outputFiles, metafile } = await esbuild({
    stdin: { contents: APP, resolveDir: at() },
    bundle: true,
    splitting: true,
    outdir: "out",
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const outputs = Object.entries(metafile.outputs);
  /** The output of the entry with that name and everything that it imports, except what is already loaded. */
  const from = (entry, there = new Set()) => {
    const [name] = outputs.find(([, { entryPoint }]) => entryPoint?.endsWith(entry));
    const files = new Set([name]);
    for (const file of files) for (const { path, kind } of metafile.outputs[file].imports) if (kind === "import-statement" && !there.has(path)) files.add(path);
    return files;
  };
  const contents = (wanted) => Buffer.concat(outputFiles.filter((file, index) => wanted.has(outputs[index][0])).map((file) => file.contents));
  const atOnce = from("<stdin>");
  return { atOnce: contents(atOnce), batch: contents(from("/dist/batch.js", atOnce)), insight: contents(from("/dist/insight.js", atOnce)) };
}

/** The files of `dist` that a page without a bundler loads: the one with that name and everything that it imports, except what is already loaded. */
function shippedFiles(name, there = new Set()) {
  const files = new Set([name]);
  for (const file of files) {
    const text = readFileSync(at("pkg/dist", file), "utf8");
    for (const [, path] of text.matchAll(/\b(?:from|import)"\.\/([^"]+)"/g)) if (!there.has(path)) files.add(path);
  }
  return files;
}

function shippedPage() {
  const contents = (files) => [...files].map((file) => readFileSync(at("pkg/dist", file)));
  const atOnce = shippedFiles("index.min.js");
  return { "no bundler, javascript": contents(atOnce), "no bundler, batch": contents(shippedFiles("batch.min.js", atOnce)), "no bundler, insight": contents(shippedFiles("insight.min.js", atOnce)) };
}

const weigh = (bytes) => ({
  raw: bytes.length,
  gzip: gzipSync(bytes, { level: 9 }).length,
  brotli: brotli(bytes),
});

const add = (one, other) => Object.fromEntries(Object.keys(one).map((key) => [key, one[key] + other[key]]));

await main(true, async () => {
  await setup({ for: "build" });
  await build();
  const weighFile = (name) => weigh(readFileSync(at("pkg/dist", name)));
  const app = await bundledApp();
  const [wasm, javascript] = [weighFile("ayrshare_user.wasm"), weigh(app.atOnce)];
  const sizes = { wasm, javascript, total: add(wasm, javascript) };
  for (const part of ["batch", "insight"]) Object.assign(sizes, { [`${part} wasm`]: weighFile(`ayrshare_user_${part}.wasm`), [`${part} javascript`]: weigh(app[part]) });
  // Each file is compressed separately.
  for (const [part, files] of Object.entries(shippedPage())) sizes[part] = files.map(weigh).reduce(add);
  const budget = JSON.parse(readFileSync(at("scripts/size-budget.json"), "utf8")).brotli;
  const row = (...cells) => console.log(cells.map((cell, index) => (index ? String(cell).padStart(10) : cell.padEnd(24))).join(""));
  row("bytes", "raw", "gzip -9", "brotli 11", "budget");
  for (const [part, { raw, gzip, brotli }] of Object.entries(sizes)) row(part, raw, gzip, brotli, budget[part]);
  const over = Object.keys(sizes).filter((part) => sizes[part].brotli > budget[part]);
  if (over.length > 0) throw new Stop(`size: over the budget of scripts/size-budget.json: ${over.join(", ")}`);
});
