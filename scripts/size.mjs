// `npm run size`: weighs what a browser downloads for the smallest honest app, and what is added when it reads the batch file.
// Ends with 1 when that is more than scripts/size-budget.json (bytes after brotli 11) allows.
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

/** The script that the page loads, and all that it may load later. */
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
  const [entry] = outputs.find(([, { entryPoint }]) => entryPoint === "<stdin>");
  const atOnce = new Set([entry]);
  for (const name of atOnce) for (const { path, kind } of metafile.outputs[name].imports) if (kind === "import-statement") atOnce.add(path);
  const contents = (wanted) => Buffer.concat(outputFiles.filter((file, index) => wanted.has(outputs[index][0])).map((file) => file.contents));
  return { atOnce: contents(atOnce), later: contents(new Set(outputs.map(([name]) => name).filter((name) => !atOnce.has(name)))) };
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
  const [dataWasm, dataJavascript] = [weighFile("ayrshare_user_data.wasm"), weigh(app.later)];
  const sizes = { wasm, javascript, total: add(wasm, javascript), "data wasm": dataWasm, "data javascript": dataJavascript };
  const budget = JSON.parse(readFileSync(at("scripts/size-budget.json"), "utf8")).brotli;
  const row = (...cells) => console.log(cells.map((cell, index) => (index ? String(cell).padStart(10) : cell.padEnd(18))).join(""));
  row("bytes", "raw", "gzip -9", "brotli 11", "budget");
  for (const [part, { raw, gzip, brotli }] of Object.entries(sizes)) row(part, raw, gzip, brotli, budget[part]);
  const over = Object.keys(sizes).filter((part) => sizes[part].brotli > budget[part]);
  if (over.length > 0) throw new Stop(`size: over the budget of scripts/size-budget.json: ${over.join(", ")}`);
});
