// Runs the fault table in Chromium and Firefox, in a page that uses the built package as static files, without a bundler.
import { createServer } from "node:http";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BROWSERS } from "../page/helpers.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = dirname(fileURLToPath(import.meta.resolve("ayrshare-user")));
const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };

const PAGE = `<!doctype html><meta charset="utf-8"><title>faults</title><link rel="icon" href="data:,">
<script type="module">
  import * as place from "/dist/index.min.js";
  import { callRows } from "/tests/call.mjs";
  import { sendOdd } from "/tests/odd.mjs";
  import { ROWS } from "/tests/table.mjs";
  // Browsers open at most six connections per host, and a row that waits for a stage takes two.
  window.sendOdd = (samples) => sendOdd(place, samples);
  window.runRows = (origin, refused, run) => callRows(ROWS, { ...place, origin, refused, run }, 3);
</script>`;

/** Serves the page, the package and the modules that the page shares with Node. */
export async function servePage() {
  const server = createServer(async (request, response) => {
    const [, area, name] = request.url.split("/");
    if (request.url === "/") return void response.setHeader("content-type", "text/html").end(PAGE);
    const folder = area === "dist" ? dist : here;
    try {
      const bytes = await readFile(join(folder, basename(name)));
      response.setHeader("content-type", TYPES[extname(name)] ?? "application/octet-stream").end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/**
 * Runs all rows in a page of that browser, and sends all odd bodies. Resolves to the reports, the results of the odd bodies, and everything
 * that the page printed to the console.
 */
export async function runInBrowser(name, page, faults, samples) {
  const browser = await BROWSERS.find((known) => known.name.toLowerCase() === name).launch();
  try {
    const tab = await browser.newPage();
    const printed = [];
    tab.on("console", (message) => printed.push(message.text()));
    tab.on("pageerror", (error) => printed.push(String(error)));
    await tab.goto(page.origin);
    await tab.waitForFunction(() => window.runRows !== undefined);
    const reports = await tab.evaluate(([origin, refused, run]) => window.runRows(origin, refused, run), [faults.origin, faults.refused, name]);
    const odd = await tab.evaluate((samples) => window.sendOdd(samples), samples);
    return { reports, odd, printed: printed.join("\n") };
  } finally {
    await browser.close();
  }
}
