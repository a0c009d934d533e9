// The memory of a Chromium tab that compares two batch files of 100,000 profiles with five accounts each, which it downloads. The files are
// made on the fly by this process, so that only what the comparison keeps is in the tab.
import { existsSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { chromium as chromiumPath } from "../../scripts/lib/tools.mjs";
import { servePackage } from "./serve-package.mjs";

const PROFILES = 100_000;
const NETWORKS = ["facebook", "instagram", "linkedin", "tiktok", "youtube"];
const MB = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/** On the second day, one profile in a hundred has been renamed, and every link has a day less. */
function* file(day) {
  let text = "[";
  for (let index = 0; index < PROFILES; index++) {
    const account = (network) =>
      `{"created":"2024-02-29T12:34:56.789Z","displayName":"Display Nàme ${index}","id":"${17_841_400_000_000_000 + index}","platform":"${network}","profileUrl":"https://example.com/${network}/user${index}","refreshDaysRemaining":${60 - day},"refreshRequired":"2024-05-10T00:00:00.000Z","userImage":"https://example.com/images/${"0123456789abcdef".repeat(6)}?day=${day}","username":"user${index}"}`;
    const title = day === 2 && index % 100 === 0 ? "renamed" : "Customer";
    text += `${index === 0 ? "" : ","}{"activeSocialAccounts":${JSON.stringify(NETWORKS)},"displayNames":[${NETWORKS.map(account)}],"lastUpdated":"2024-05-0${day}T00:00:00.000Z","refId":"${index.toString(16).padStart(40, "0")}","title":"${title} ${index}"}`;
    if (text.length > 65_536) {
      yield text;
      text = "";
    }
  }
  yield `${text}]`;
}

/** Runs in the page. Takes what the two ways need from the network, and the memory of their instances. */
async function run(way) {
  const memories = [];
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const made = WebAssembly[name].bind(WebAssembly);
    WebAssembly[name] = async (...words) => {
      const result = await made(...words);
      memories.push((result.instance ?? result).exports.memory);
      return result;
    };
  }
  const began = performance.now();
  let kept;
  if (way === "compareProfiles") {
    const { compareProfiles } = await import("/dist/index.min.js");
    kept = await compareProfiles(await fetch("/1.json"), await fetch("/2.json"));
  } else {
    const [before, after] = [await (await fetch("/1.json")).json(), await (await fetch("/2.json")).json()];
    const olds = new Map(before.map((profile) => [profile.refId, profile]));
    kept = { counts: { changed: after.filter(({ refId, title }) => olds.get(refId).title !== title).length }, olds, after };
  }
  const ms = performance.now() - began;
  const { bytes } = await performance.measureUserAgentSpecificMemory();
  return { ms, changed: kept.counts.changed, wasm: memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0), agent: bytes };
}

/** The resident memory of each process of pages, now or at its peak. Chromium keeps some in stock. */
async function residents(browser, field) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const files = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => [id, `/proc/${id}/status`]);
  const kilobytes = (file) => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(readFileSync(file, "utf8"))[1]);
  return new Map(files.filter(([, file]) => existsSync(file)).map(([id, file]) => [id, kilobytes(file) * 1_024]));
}

export default async function tab() {
  const server = await servePackage({ "/1.json": () => file(1), "/2.json": () => file(2) });
  try {
    for (const way of ["compareProfiles", "res.json() of both, and a Map"]) {
      // A browser for each, so that neither starts with the memory of the other.
      const browser = await chromium.launch({ executablePath: chromiumPath() });
      try {
        const page = await browser.newPage();
        await page.goto(`http://127.0.0.1:${server.address().port}/`);
        const idle = await residents(browser, "VmRSS");
        const { ms, changed, wasm, agent } = await page.evaluate(run, way);
        if (changed !== PROFILES / 100) throw new Error(`bench: ${way} found ${changed} changed profiles`);
        const above = [...(await residents(browser, "VmHWM"))].map(([id, peak]) => peak - (idle.get(id) ?? Infinity));
        const peak = Math.max(...above);
        console.log(`${way.padEnd(30)} wasm ${MB(wasm)}, all of the page ${MB(agent)}, the tab's process ${MB(peak)} above idle at its peak, ${(ms / 1_000).toFixed(1)} s, Chromium ${browser.version()}`);
      } finally {
        await browser.close();
      }
    }
  } finally {
    server.close();
  }
}
