// `npm run size`: weighs what a browser downloads for the smallest honest app, and ends with 1 when that is more than
// scripts/size-budget.json (bytes after brotli 11) allows.
import { readFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "./build.mjs";
import { Stop, main } from "./lib/run.mjs";
import { at } from "./lib/tools.mjs";
import { setup } from "./setup.mjs";

const APP = `
  import { AyrshareUser } from "ayrshare-user";
  const ayrshare = new AyrshareUser({ baseUrl: "/ayrshare" });
  document.title = (await ayrshare.getUser()).displayNames.length;
`;

async function bundledApp() {
  const { build: esbuild } = await import("esbuild");
  const { outputFiles } = await esbuild({
    stdin: { contents: APP, resolveDir: at() },
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0].contents;
}

const weigh = (bytes) => ({
  raw: bytes.length,
  gzip: gzipSync(bytes, { level: 9 }).length,
  brotli: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length,
});

const add = (one, other) => Object.fromEntries(Object.keys(one).map((key) => [key, one[key] + other[key]]));

await main(true, async () => {
  await setup({ for: "build" });
  await build();
  const wasm = weigh(readFileSync(at("pkg/dist/ayrshare_user.wasm")));
  const javascript = weigh(await bundledApp());
  const sizes = { wasm, javascript, total: add(wasm, javascript) };
  const budget = JSON.parse(readFileSync(at("scripts/size-budget.json"), "utf8")).brotli;
  const row = (...cells) => console.log(cells.map((cell, index) => (index ? String(cell).padStart(10) : cell.padEnd(12))).join(""));
  row("bytes", "raw", "gzip -9", "brotli 11", "budget");
  for (const [part, { raw, gzip, brotli }] of Object.entries(sizes)) row(part, raw, gzip, brotli, budget[part]);
  const over = Object.keys(sizes).filter((part) => sizes[part].brotli > budget[part]);
  if (over.length > 0) throw new Stop(`size: over the budget of scripts/size-budget.json: ${over.join(", ")}`);
});
