// What the rows share: the packed package's folder as an app sees it, the sandbox, other programs, pages, the table.
import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { matrixTools } from "../../scripts/lib/installed.mjs";
import { packedPackage, packedRoot } from "../../scripts/lib/packed.mjs";
import { run } from "../../scripts/lib/run.mjs";

/** Below the folder whose node_modules holds the tarball's contents, so that "ayrshare-user" means them. */
const apps = join(packedRoot, "matrix");
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };
const TOO_LONG_MS = 120_000;

export const tarball = join(packedRoot, readdirSync(packedRoot).find((name) => name.endsWith(".tgz")) ?? "no tarball: run npm test");
export const EXPECTED = { names: 10, boards: true, file: true, error: { kind: "auth", code: 144 } };

/** A tool of target/matrix: `file` is a path inside its package. */
export function tool(name, file) {
  const path = join(matrixTools, "node_modules", name, file);
  assert.ok(existsSync(path), `${path} is missing: run \`npm test -- matrix-quick\`, which installs it`);
  return path;
}

export const versionOf = (folder, name) => JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")).version;

/** Makes the folder of one app out of file names and texts. */
export function app(name, files) {
  const folder = join(apps, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(new URL("program.mjs", import.meta.url), join(folder, "program.mjs"));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

/** Runs a program to its end and reads the JSON it prints. */
export async function printed(command, args, options) {
  const { NODE_OPTIONS, NODE_TEST_CONTEXT, ...env } = process.env;
  const { code, output } = await run(command, args, { timeoutMs: TOO_LONG_MS, env: { ...env, ...options.env }, cwd: options.cwd });
  assert.equal(code, 0, output);
  return JSON.parse(output.trim().split("\n").at(-1));
}

/** Serves `folder`, and the package's files below /dist/ as a site without a bundler does. */
export async function serve(folder, headers = {}) {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, "http://localhost").pathname);
    const file = path.startsWith("/dist/") && !existsSync(join(folder, path)) ? join(packedPackage, path) : join(folder, path);
    if (!existsSync(file)) return void response.writeHead(404, { "content-type": "text/plain" }).end();
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", ...headers }).end(readFileSync(file));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, close };
}

/** Opens a page of `folder` and resolves to what it reports in `window.report`. */
export async function inPage(browser, folder, path, { config, headers }) {
  const site = await serve(folder, headers);
  const page = await browser.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => complaints.push(message.text()));
  try {
    await page.goto(`${site.origin}/${path}?${new URLSearchParams(config)}`);
    await page.waitForFunction(() => window.report !== undefined, undefined, { timeout: 30_000 }).catch(() => {
      throw new Error(`${path} reported nothing:\n${complaints.join("\n")}`);
    });
    return await page.evaluate(() => window.report);
  } finally {
    await page.close();
    site.close();
  }
}

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** The table of rows that ran, each with what its user had to write. */
export function table() {
  const rows = [];
  return {
    add: (...cells) => rows.push(cells),
    toString() {
      const all = [["row", "version", "the user writes"], ...rows];
      const width = (column) => Math.max(...all.map((cells) => cells[column].length));
      return all.map((cells) => cells.map((cell, column) => cell.padEnd(width(column))).join("  ").trimEnd()).join("\n");
    },
    get length() {
      return rows.length;
    },
  };
}
