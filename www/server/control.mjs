// The sandbox's control for the Worker alone: on a socket of this machine's file system, which no page can reach. Whose requests
// the Worker passes on, it decides itself.
import { once } from "node:events";
import { createServer } from "node:http";

const COMMAND_MAX = 65_536;

/** @param {ReturnType<typeof import("./sandbox-control.mjs").sandboxControl>} control */
export async function serveControl(control, path) {
  const server = createServer(async (request, response) => {
    const { status, body } = control(await commandOf(request));
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" }).end(JSON.stringify(body));
  });
  // It lives as long as its process.
  server.listen(path).unref();
  await once(server, "listening");
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
