// A server that misbehaves on purpose. It writes the raw bytes of its responses, because an HTTP library would refuse to send
// most of them. Its behaviour is data: the steps of a row (table.mjs), one per request, repeating the last one.
//
// Pages of another origin call the API, so it supports CORS; preflights are counted separately. The server keeps a log of
// every row: requests with their headers, bytes sent, and how each connection ended. Connections are never reused, so that
// browsers cannot retry a request by themselves on a stale connection.
//
// Rust tests in a browser cannot import the table or read the log, so they request both over HTTP (`serveFaults`).
import { once } from "node:events";
import { createServer } from "node:net";
import { gzipSync } from "node:zlib";
import { PLANTED } from "./call.mjs";
import { rowInRust } from "./table.mjs";

const REASONS = { 200: "OK", 204: "No Content", 301: "Moved Permanently", 429: "Too Many Requests", 503: "Service Unavailable" };
const BLOCK = Buffer.alloc(65_536, 0x20);

/** Listens on the loopback address; port 0 means any free port. Resolves to the origin and a function that closes the server and all connections. */
async function listen(onConnection, port = 0) {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    onConnection(socket);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, close };
}

/** Calls `callback` with the head of each request: `{ method, path, headers }`. Requests have no bodies. */
function onHead(socket, callback) {
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) return;
    const [first, ...lines] = text.slice(0, end).split("\r\n");
    text = text.slice(end + 4);
    const [method, path] = first.split(" ");
    const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
    callback({ method, path, headers });
  });
}

const plainHead = (status, headers) =>
  [`HTTP/1.1 ${status} ${REASONS[status] ?? "Other"}`, ...Object.entries(headers).map(([name, text]) => `${name}: ${text}`), "", ""].join("\r\n");

const PREFLIGHT = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET",
  "access-control-allow-headers": "authorization, profile-key, accept, x-upstream-token",
  "content-length": 0,
  connection: "close",
};

/** The origin that must never receive a request. It would respond normally, so that a client that follows a redirect here does not fail for another reason. */
async function serveElsewhere() {
  const seen = [];
  const server = await listen((socket) =>
    onHead(socket, (request) => {
      seen.push(request);
      socket.end(plainHead(200, { ...PREFLIGHT, "content-type": "application/json", "content-length": 2 }) + "{}");
    }),
  );
  return { ...server, seen };
}

/** An origin on which nothing listens. */
async function refusedOrigin() {
  const server = await listen(() => {});
  await server.close();
  return server.origin;
}

const httpDate = (secondsFromNow) => new Date(Date.now() + Number(secondsFromNow) * 1000).toUTCString();

/** The initial log of a row. */
const blankLog = (steps) => ({ steps, requests: [], preflights: 0, bytesSent: 0, open: 0, stages: new Map() });

/** Resolves when the row reaches a stage: "headers" (the request has arrived) or "body" (part of the body has been sent). */
function stage(log, name) {
  if (!log.stages.has(name)) {
    let reached;
    const promise = new Promise((resolve) => (reached = resolve));
    log.stages.set(name, { promise, reached });
  }
  return log.stages.get(name);
}

/** Cache of compressed blanks: compressing them blocks the server for a long time. */
const zippedBlanks = new Map();

function bodyOf(step, fill) {
  if (step.gzip && step.repeat) return zippedBlanks.get(step.repeat);
  const body = step.bytes ? Buffer.from(step.bytes) : Buffer.from(fill(step.body ?? ""));
  if (!step.gzip) return body;
  const zipped = gzipSync(body);
  if (step.gzip === "broken") return zipped.fill(0xff, 12);
  return step.gzip === "short" ? zipped.subarray(0, -12) : zipped;
}

/** Sends one response, as the row's step says. */
async function answer(socket, log, step, fill) {
  if (step.act === "hang") return;
  if (step.act === "reset") return void socket.resetAndDestroy();
  if (step.raw !== undefined) return void socket.end(step.raw);
  const body = bodyOf(step, fill);
  const total = step.gzip ? body.length : (step.repeat ?? body.length);
  for (const early of step.early ?? []) socket.write(plainHead(early, {}));
  socket.write(plainHead(step.status ?? 200, headersOf(step, total, fill)));
  await writeBody(socket, log, step, body, total);
}

function headersOf(step, total, fill) {
  const given = Object.entries(step.headers ?? {}).map(([name, text]) => [name, fill(text)]);
  return {
    ...(step.cors === false ? {} : { "access-control-allow-origin": "*" }),
    ...(step.cors === false || step.expose === false ? {} : { "access-control-expose-headers": "*" }),
    "content-type": "application/json; charset=utf-8",
    ...(step.gzip ? { "content-encoding": "gzip" } : {}),
    ...(step.framing === "chunked" ? { "transfer-encoding": "chunked" } : {}),
    ...(step.framing === undefined && step.status !== 204 ? { "content-length": step.length ?? total } : {}),
    connection: "close",
    ...Object.fromEntries(given),
  };
}

async function writeBody(socket, log, step, body, total) {
  const frame = (bytes) => (step.framing === "chunked" ? Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]) : bytes);
  // One promise for all writes; a new one per write would leave listeners behind.
  const gone = once(socket, "close").catch(() => {});
  const write = async (bytes) => {
    log.bytesSent += bytes.length;
    if (!socket.write(frame(bytes)) && !socket.destroyed) await Promise.race([once(socket, "drain").catch(() => {}), gone]);
  };
  const stop = step.cut ?? step.close ?? step.stall;
  if (stop !== undefined) {
    await write(body.subarray(0, stop));
    stage(log, "body").reached();
    if (step.cut !== undefined) setTimeout(() => socket.resetAndDestroy(), 50);
    if (step.close !== undefined) socket.end();
    return;
  }
  if (step.drip) {
    for (let at = 0; at < body.length && !socket.destroyed; at += 1) {
      await write(body.subarray(at, at + 1));
      await new Promise((resolve) => setTimeout(resolve, step.drip));
    }
  } else if (step.repeat && !step.gzip) {
    for (let sent = 0; sent < total && !socket.destroyed; sent += BLOCK.length) await write(BLOCK.subarray(0, total - sent));
  } else if (body.length > 0 && step.status !== 204) await write(body);
  if (!socket.destroyed) socket.end(step.framing === "chunked" ? "0\r\n\r\n" : "");
}

/** `{name}` in a step's texts: the two origins, a request header sent back, or an HTTP date some seconds from now. */
const filler = (origins, request) => (text) =>
  String(text).replace(/\{(elsewhere|here|authorization|profile-key|x-upstream-token|date([+-]\d+))\}/g, (_, name, seconds) =>
    seconds ? httpDate(seconds) : (origins[name] ?? request.headers[name] ?? ""),
  );

/** Waits until all connections are closed: the client may finish slightly before the server notices. */
export async function closed(log) {
  for (let turn = 0; log.open > 0 && turn < 200; turn += 1) await new Promise((resolve) => setTimeout(resolve, 25));
}

/** A summary of a row's log. */
async function logInShort(log, basePath) {
  await closed(log);
  const isExpected = ({ method, path, headers }) => method === "GET" && path.startsWith(`${basePath}/user`) && headers.authorization === `Bearer ${PLANTED.apiKey}`;
  return { requests: log.requests.length, strange: log.requests.filter((request) => !isExpected(request)).length, bytesSent: log.bytesSent, open: log.open };
}

/**
 * Starts the server and the origin that must not receive requests.
 *
 * A row's base URL is `${origin}/rows/<run>/<index>`, where the run distinguishes places that run at the same time.
 * `${origin}/stage/<run>/<index>/<stage>` responds when the row reaches that stage. As JSON: `/table/<browser>`, all rows as
 * the Rust client must see them in that browser; `/log/<run>/<index>`, the summary of a row's log; `/elsewhere`, the requests that
 * reached the other origin.
 */
export async function serveFaults(rows, { port = 0 } = {}) {
  const logs = new Map();
  for (const step of rows.flatMap(({ serve }) => serve)) {
    if (step.gzip && step.repeat && !zippedBlanks.has(step.repeat)) zippedBlanks.set(step.repeat, gzipSync(Buffer.alloc(step.repeat, 0x20)));
  }
  const logOf = (run, index) => {
    const key = `${run}/${index}`;
    if (!logs.has(key)) logs.set(key, blankLog(rows[index].serve));
    return logs.get(key);
  };
  const elsewhere = await serveElsewhere();
  const refused = await refusedOrigin();
  const origins = { elsewhere: elsewhere.origin, here: "" };
  const asked = {
    table: (browser) => ({ planted: PLANTED, refused, count: rows.length, rows: rows.map((row) => rowInRust(row, browser)) }),
    log: (run, index) => logInShort(logOf(run, index), `/rows/${run}/${index}`),
    elsewhere: () => ({ requests: elsewhere.seen.length }),
  };
  const server = await listen((socket) =>
    onHead(socket, async (request) => {
      const [, area, run, index, name] = request.path.split("/");
      const isKnown = area in asked || rows[index] !== undefined;
      // Reached by clients that follow redirects.
      if (!isKnown) return void socket.end(plainHead(404, PREFLIGHT));
      if (area === "stage") {
        await stage(logOf(run, index), name).promise;
        return void socket.end(plainHead(200, { ...PREFLIGHT, "content-length": 0 }));
      }
      if (area in asked) {
        const text = JSON.stringify(await asked[area](run, index));
        return void socket.end(plainHead(200, { ...PREFLIGHT, "content-type": "application/json", "content-length": Buffer.byteLength(text) }) + text);
      }
      const log = logOf(run, index);
      if (request.method === "OPTIONS") {
        log.preflights += 1;
        return void socket.end(plainHead(204, PREFLIGHT));
      }
      const step = log.steps[Math.min(log.requests.length, log.steps.length - 1)];
      log.requests.push(request);
      log.open += 1;
      socket.on("close", () => (log.open -= 1));
      stage(log, "headers").reached();
      await answer(socket, log, step, filler(origins, request));
    }),
    port,
  );
  origins.here = server.origin;
  return {
    origin: server.origin,
    refused,
    elsewhere,
    logOf,
    close: () => Promise.all([server.close(), elsewhere.close()]),
  };
}
