// A static web server for built apps, which measures what it serves. Sites without a bundler get the package from /dist/. `routes` are functions
// that respond to the paths below a prefix.
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { packedPackage } from "../../scripts/lib/packed.mjs";

const TYPES = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };

export async function serveFolder(folder = "/nowhere", headers = {}, routes = {}) {
  const served = new Map();
  const server = createServer((request, response) => {
    const asked = normalize(new URL(request.url, "http://localhost").pathname);
    const route = Object.keys(routes).find((prefix) => asked.startsWith(prefix));
    if (route) return void routes[route](request, response);
    const path = asked.endsWith("/") ? `${asked}index.html` : asked;
    const file = path.startsWith("/dist/") && !existsSync(join(folder, path)) ? join(packedPackage, path) : join(folder, path);
    if (!existsSync(file)) return void response.writeHead(404, { "content-type": "text/plain" }).end();
    const body = readFileSync(file);
    if (extname(file) !== ".html") served.set(file, body);
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", ...headers }).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  /** Bytes of all requested files after brotli compression. */
  const download = () => [...served.values()].reduce((sum, body) => sum + brotliCompressSync(body).length, 0);
  return { origin: `http://127.0.0.1:${server.address().port}`, download, close };
}
