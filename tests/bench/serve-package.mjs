// Serves the package to a page, and an empty page to load it from.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { at } from "../../scripts/lib/tools.mjs";

const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html" };
const PAGES = { "/": "<!doctype html><title>bench</title><link rel=icon href=data:,>", "/empty.js": "export {};" };

/** `made` has further files: for each path, a function that returns its parts. Without another origin, pages may measure all of their memory. */
export async function servePackage(made = {}) {
  const isolated = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
  const server = createServer((request, response) => {
    const type = TYPES[extname(request.url)] ?? TYPES[".html"];
    response.writeHead(200, { ...isolated, "content-type": type });
    const parts = made[request.url];
    // A page that has been closed needs no answer.
    if (parts) return void pipeline(Readable.from(parts()), response).catch(() => undefined);
    response.end(PAGES[request.url] ?? readFileSync(join(at("pkg"), request.url)));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
