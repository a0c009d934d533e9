// Serves the sandbox's control to the Worker only, on a Unix socket that pages cannot reach. The Worker decides which requests it
// forwards.
import { once } from "node:events";
import { createServer } from "node:http";

const COMMAND_MAX = 65_536;

/** @param {ReturnType<typeof import("./sandbox-control.mjs").sandboxControl>} control */
export async function serveControl(control, path) {
  const server = createServer(async (request, response) => {
    const { status, body } = control(await commandOf(request));
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" }).end(JSON.stringify(body));
  });
  // Does not keep the process alive.
  server.listen(path).unref();
  await once(server, "listening");
}

/** The body parsed as JSON, or `undefined` if it is not JSON. */
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
