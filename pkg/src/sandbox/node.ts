// The sandbox over real HTTP, for browsers and for tests that need sockets. The API and the file are on two ports, so that the file
// has another origin, as with Ayrshare.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createSandbox, type Sandbox, type SandboxOptions } from "./index.js";
import { objectOf } from "./object-of.js";
import { OPTIONS } from "./options.js";

export type * from "./index.js";

/** Options of {@link serveSandbox}: the sandbox's options, and where to listen. */
export interface ServeOptions extends SandboxOptions {
  /** Port of the API. Default 0: any free port. */
  port?: number;
  /** Port of the batch file and the pictures. Default 0: any free port. */
  filesPort?: number;
  /** Address to listen on. Default `"127.0.0.1"`. */
  host?: string;
}

/** A running sandbox server. */
export interface ServedSandbox {
  /** Base URL for a client, `http://127.0.0.1:PORT/api`. */
  readonly baseUrl: string;
  /** Origin of the file server. File and picture URLs use it unless the options set another origin. */
  readonly fileOrigin: string;
  readonly sandbox: Sandbox;
  /** Stops listening and closes open connections. */
  close(): Promise<void>;
}

/** Long enough to see that clients wait. In-process sandboxes default to 0, to keep tests fast. */
const BATCH_DELAY_MS = 1_000;

/** Starts a sandbox on two ports. Rejects if a port is not available or an option is invalid. */
export async function serveSandbox(options: ServeOptions = {}): Promise<ServedSandbox> {
  const { port = 0, filesPort = 0, host = "127.0.0.1", ...rest } = objectOf(options, "options", [...OPTIONS, "port", "filesPort", "host"]);
  const files = createServer();
  const api = createServer();
  const close = async (): Promise<void> => void (await Promise.all([stop(files), stop(api)]));
  try {
    const fileOrigin = await listen(files, filesPort, host);
    const sandbox = createSandbox({ ...rest, batchDelayMs: rest.batchDelayMs ?? BATCH_DELAY_MS, fileOrigin: rest.fileOrigin ?? fileOrigin });
    files.on("request", (request, response) => void respond(sandbox, "files", request, response));
    api.on("request", (request, response) => void respond(sandbox, "api", request, response));
    const origin = await listen(api, port, host);
    return { baseUrl: `${origin}/api`, fileOrigin, sandbox, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.removeListener("error", reject);
      const { address, family, port: actual } = server.address() as AddressInfo;
      const name = address === "0.0.0.0" || address === "::" ? "127.0.0.1" : family === "IPv6" ? `[${address}]` : address;
      resolve(`http://${name}:${actual}`);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function respond(sandbox: Sandbox, serves: "api" | "files", request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "127.0.0.1"}`);
    const headers = new Headers();
    const { rawHeaders } = request;
    for (let i = 0; i < rawHeaders.length; i += 2) headers.append(rawHeaders[i] as string, rawHeaders[i + 1] as string);
    request.resume();
    const source = await sandbox.handle({ method: request.method ?? "GET", url, headers, signal: gone.signal }, serves);
    response.writeHead(source.status, Object.fromEntries(source.headers));
    await send(source, response);
  } catch {
    breakOff(response);
  }
}

/** Sends a body in pieces with backpressure, and stops generating it when the client disconnects. */
async function send(source: Response, response: ServerResponse): Promise<void> {
  if (source.body === null) return void response.end();
  const reader = source.body.getReader();
  response.once("close", () => void reader.cancel().catch(() => {}));
  let sent = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    sent += value.length;
    if (!response.write(value)) await drained(response);
  }
  const announced = source.headers.get("content-length");
  const { socket } = response;
  response.end();
  // After a wrong Content-Length, the connection cannot be used for another request.
  if (announced !== null && Number(announced) !== sent) socket?.end();
}

/** Drops the connection: before any response with a reset; later in such a way that everything already written still arrives. */
function breakOff(response: ServerResponse): void {
  const { socket } = response;
  if (!response.headersSent) return void socket?.resetAndDestroy();
  response.flushHeaders();
  socket?.end(() => socket.destroy());
}

/** Resolves when more may be written, or when the connection has closed. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.removeListener("drain", go);
      response.removeListener("close", go);
      resolve();
    };
    response.on("drain", go);
    response.on("close", go);
    if (response.destroyed) go();
  });
}
