// The page's server, for this machine only: the built files, `config.json`, and in account mode the routes to Ayrshare.
// Files are read once at start, so an address can name a known file or nothing.

import { readFileSync, readdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, relative, sep } from "node:path";
import { CONTROL_PATH } from "./sandbox-control.mjs";
import { isOwn, securityHeaders } from "./security.mjs";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
};
const JSON_TYPE = "application/json; charset=utf-8";
const PORTS_TRIED = 20;
const COMMAND_MAX = 65_536;

/**
 * @param {{
 *   folder: string, port: number, config: object, sources: { connect: string[], images: string[] },
 *   forward?: ReturnType<typeof import("./forward.mjs").createForwarder>,
 *   control?: ReturnType<typeof import("./sandbox-control.mjs").sandboxControl>,
 * }} options `port` 0 takes any free one; a port in use is passed over for the next
 * @returns {Promise<{ url: string, port: number, close: () => void }>}
 */
export async function servePage({ folder, port, config, sources, forward, control }) {
  const files = readFiles(folder);
  files.set("/config.json", { body: JSON.stringify(config), type: JSON_TYPE, cache: "no-store" });
  const common = securityHeaders(sources);
  const server = createServer((request, response) => {
    const send = (status, headers, body) => {
      response.writeHead(status, { ...common, ...headers });
      response.end(request.method === "HEAD" ? undefined : body);
    };
    answer(request, response, { files, forward, control, port: server.address().port, send }).catch(() => response.destroy());
  });
  const bound = await listen(server, port);
  return {
    url: `http://127.0.0.1:${bound}/`,
    port: bound,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(request, response, { files, forward, control, port, send }) {
  if (!isOwn(request, port)) return send(403, { "content-type": "text/plain" }, "This server answers only its own page on this machine.\n");
  if (!URL.canParse(request.url, "http://127.0.0.1")) return send(400, {}, "");
  const url = new URL(request.url, "http://127.0.0.1");
  if (forward && (url.pathname === "/ayrshare" || url.pathname.startsWith("/ayrshare/"))) {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const { status, headers, body } = await forward(request.method, url, gone.signal);
    return send(status, { ...headers, "cache-control": "no-store" }, body);
  }
  if (control && url.pathname === `/${CONTROL_PATH}`) {
    if (request.method !== "POST") return send(405, { allow: "POST" }, "");
    const { status, body } = control(await commandOf(request));
    return send(status, { "content-type": JSON_TYPE, "cache-control": "no-store" }, JSON.stringify(body));
  }
  const file = files.get(url.pathname);
  if (!file) return send(404, { "content-type": "text/plain" }, "Not found.\n");
  if (request.method !== "GET" && request.method !== "HEAD") return send(405, { allow: "GET, HEAD" }, "");
  return send(200, { "content-type": file.type, "cache-control": file.cache }, file.body);
}

/** The body as JSON; `undefined` for what is none. */
async function commandOf(request) {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += chunk;
    if (text.length > COMMAND_MAX) return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readFiles(folder) {
  const files = new Map();
  for (const name of readdirSync(folder, { recursive: true })) {
    const path = join(folder, name);
    if (!statSync(path).isFile()) continue;
    const address = `/${relative(folder, path).split(sep).join("/")}`;
    const type = TYPES[extname(path)];
    if (!type) throw new Error(`no content type for ${address}`);
    // Vite puts a hash of the content into the names of assets.
    const cache = address.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
    files.set(address, { body: readFileSync(path), type, cache });
  }
  files.set("/", files.get("/index.html"));
  return files;
}

async function listen(server, wanted) {
  const last = wanted === 0 ? 0 : Math.min(wanted + PORTS_TRIED - 1, 65_535);
  for (let port = wanted; port <= last; port += 1) {
    if (await tryListen(server, port)) return server.address().port;
  }
  throw new Error(`ports ${wanted} to ${last} are all in use; set PORT to a free one`);
}

function tryListen(server, port) {
  return new Promise((resolve, reject) => {
    const failed = (error) => {
      server.off("listening", ready);
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(error);
    };
    const ready = () => {
      server.off("error", failed);
      resolve(true);
    };
    server.once("error", failed).once("listening", ready).listen(port, "127.0.0.1");
  });
}
