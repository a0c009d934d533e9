// The server of the benchmarks, in its own process: sends the documented response of GET /user from memory.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const body = readFileSync(new URL("../fixtures/user.json", import.meta.url));
const server = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "application/json; charset=utf-8", "content-length": body.length });
  response.end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send(server.address().port));
process.on("disconnect", () => process.exit());
