// `npm run page`: builds the demo page as static files in www/dist-static, with guides, reference and API beside it, and prints how much
// a browser downloads for the demo and how much of that is the client.
import { readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { main } from "./lib/run.mjs";
import { addSite, demoFiles, siteFiles } from "./lib/site.mjs";
import { filesUnder, step } from "./lib/steps.mjs";
import { at } from "./lib/tools.mjs";
import { setup } from "./setup.mjs";

const served = at("www", "dist");
const folder = at("www", "dist-static");
/** Fonts are already compressed. */
const COMPRESSED = [".woff2"];
/** The wasm, and the chunks that contain only the package: one for the page, one for its worker. */
const CLIENT = /^ayrshare_user.*\.wasm$|^client-/;

/** What both pages are built from: their sources, and the packages with ours. */
const INPUTS = [
  ...["index.html", "package.json", "tsconfig.json", "vite.config.js", "src", "static", "server"].map((name) => at("www", name)),
  at("pkg", "package.json"),
  at("pkg", "dist"),
  at("node_modules", ".package-lock.json"),
];

/** Vite sets NODE_ENV to "production" in this process, where `npm install` would then leave out the tools of the tests. */
async function bundle(vite, mode) {
  const { NODE_ENV } = process.env;
  try {
    await vite.build({ configFile: at("www", "vite.config.js"), logLevel: "warn", mode });
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
}

async function buildInto(folder, name, mode) {
  const vite = await import("vite");
  await step(name, {
    inputs: filesUnder(...INPUTS),
    key: vite.version,
    outputs: () => [join(folder, "index.html"), ...demoFiles(folder)],
    run: () => bundle(vite, mode),
  });
  await addSite(folder);
  return folder;
}

/** Builds the page for `npm start` if it is out of date, and returns its folder. The package must be built. */
export const buildPage = () => buildInto(served, "page", "production");

/** Builds the page for static hosts if it is out of date, and returns its folder. The package must be built. */
export const buildStaticPage = () => buildInto(folder, "static page", "static");

const weigh = (bytes, name) =>
  COMPRESSED.includes(extname(name)) ? bytes.length : brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;

/** The size of each file of the demo after brotli 11, or unchanged if already compressed. The sandbox is excluded, because real pages do not have it. */
export function pageWeight() {
  const files = demoFiles(folder).filter((file) => !file.endsWith("sandbox-worker.js"));
  const weights = files.map((file) => ({ name: relative(folder, file).replace(/^assets\//, ""), bytes: weigh(readFileSync(file), file) }));
  const sum = (wanted) => weights.filter(wanted).reduce((total, { bytes }) => total + bytes, 0);
  return { weights, total: sum(() => true), client: sum(({ name }) => CLIENT.test(name)) };
}

await main(process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href, async () => {
  await setup({ for: "build" });
  await build();
  // What www/wrangler.jsonc deploys.
  if (process.argv.includes("--worker")) return void console.log(`page: ${await buildPage()}`);
  await buildStaticPage();
  const { weights, total, client } = pageWeight();
  for (const { name, bytes } of weights) console.log(`${name.padEnd(52)}${String(bytes).padStart(9)}`);
  console.log(`page: ${total} bytes after brotli, ${client} of them (${Math.round((client / total) * 100)} %) the client`);
  const beside = siteFiles(folder);
  const pages = beside.filter((file) => file.endsWith(".html"));
  console.log(`beside it: ${pages.length} pages of guides, reference and API, ${beside.reduce((sum, file) => sum + weigh(readFileSync(file), file), 0)} bytes after brotli together`);
});
