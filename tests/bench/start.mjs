// The time from import to ready, in new Node processes and new Chromium pages: the package with its wasm compiled, compared with importing
// the official client. The official client works only in Node (its `got` needs Node's modules), so Chromium is compared with an empty module.
import { spawnSync } from "node:child_process";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { at, chromium as chromiumPath } from "../../scripts/lib/tools.mjs";
import { interleave, print, summary } from "./interleave.mjs";
import { servePackage } from "./serve-package.mjs";

const IN_NODE = {
  "social-media-api": 'const { default: Client } = await import("social-media-api"); new Client("KEY");',
  "ayrshare-user": 'const { AyrshareUser, init } = await import("ayrshare-user"); new AyrshareUser({ apiKey: "KEY" }); await init();',
};
const IN_PAGE = {
  "an empty module": 'await import("/empty.js");',
  "ayrshare-user": 'const { AyrshareUser, init } = await import("/dist/index.min.js"); new AyrshareUser({ baseUrl: "/api" }); await init();',
};
const timed = (code) => `const began = performance.now(); ${code} const ms = performance.now() - began;`;

/** Milliseconds measured inside a process, not counting its start. */
function inNode(code) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", `${timed(code)} console.log(ms);`], { cwd: at(), encoding: "utf8" });
  if (status !== 0) throw new Error(`bench: ${stderr}`);
  return Number(stdout);
}

/** Checks the claim above: if the official client can be bundled for a page, it belongs in the comparison. */
async function officialIsForNodeAlone() {
  const bundled = build({ stdin: { contents: 'import "social-media-api"', resolveDir: at() }, bundle: true, platform: "browser", format: "esm", write: false, logLevel: "silent" });
  await bundled.then(
    () => Promise.reject(new Error("bench: the official client runs in browsers by now: measure it in tests/bench/start.mjs")),
    (error) => {
      if (!/Could not resolve "(node:)?\w+"/.test(error.message)) throw error;
    },
  );
}

/** Contenders measure themselves, so their times replace those of the loop around them. */
async function measure(title, ways, once, rounds) {
  const taken = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  const contenders = Object.fromEntries(Object.entries(ways).map(([name, code]) => [name, async () => taken[name].push(await once(code))]));
  await interleave(contenders, { rounds, runs: 1, warmUp: 0 });
  print(title, summary(taken));
}

export default async function start() {
  await measure(`start in Node, Node ${process.versions.node}`, IN_NODE, inNode, 15);
  await officialIsForNodeAlone();
  const server = await servePackage();
  const browser = await chromium.launch({ executablePath: chromiumPath() });
  try {
    const inPage = async (code) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      const ms = await page.evaluate(`(async () => { ${timed(code)} return ms; })()`);
      await context.close();
      return ms;
    };
    await measure(`start in Chromium, Chromium ${browser.version()}`, IN_PAGE, inPage, 15);
  } finally {
    await browser.close();
    server.close();
  }
}
