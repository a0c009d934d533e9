// A static file host that serves the page from a subfolder, as public hosts do for project pages.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".json": "application/json", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".png": "image/png", ".webp": "image/webp" };

export async function serveStatic(folder, { below = "/demo/" } = {}) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const file = join(folder, normalize(pathname === below ? "index.html" : pathname.slice(below.length)));
    try {
      if (!pathname.startsWith(below)) throw new Error("not found");
      const body = readFileSync(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}${below}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
