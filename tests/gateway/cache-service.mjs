// The service behind workerd's Cache API: PUT stores a whole HTTP response, GET returns it, PURGE deletes it. Everything received is
// kept as text, so that tests can search it. Without `keeps`, it accepts everything and stores nothing, as in previews.
import { once } from "node:events";
import { createServer } from "node:http";

export async function serveCache({ keeps = true } = {}) {
  const kept = new Map();
  let wire = "";
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    const name = `${request.headers.host}${request.url}`;
    wire += `${request.method} ${name} ${JSON.stringify(request.headers)}\n${body.toString("latin1")}\n`;
    if (request.method === "PUT") {
      if (keeps) kept.set(name, body);
      return response.writeHead(204).end();
    }
    if (request.method === "PURGE") return response.writeHead(kept.delete(name) ? 200 : 404).end();
    const found = kept.get(name);
    if (!found) return response.writeHead(504, { "cf-cache-status": "MISS" }).end();
    const end = found.indexOf("\r\n\r\n");
    const [, ...lines] = found.subarray(0, end).toString("latin1").split("\r\n");
    const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
    delete headers["transfer-encoding"];
    const content = /transfer-encoding: chunked/i.test(lines.join("\n")) ? unchunked(found.subarray(end + 4)) : found.subarray(end + 4);
    return response.writeHead(200, { ...headers, "content-length": content.length, "cf-cache-status": "HIT" }).end(content);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${server.address().port}`,
    kept,
    wire: () => wire,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function unchunked(bytes) {
  const parts = [];
  for (let at = 0; ; ) {
    const end = bytes.indexOf("\r\n", at);
    const size = parseInt(bytes.subarray(at, end).toString("latin1"), 16);
    if (!size) return Buffer.concat(parts);
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}
