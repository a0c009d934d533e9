// What JavaScript does for the shell in one go, because each step between the languages has its price: to wait for a promise, to send a
// request, to read a whole answer. Nothing is decided here but whether there is an answer at all; `transport.rs` knows what each
// fault means.

/** How a wait ends. */
const VALUE = 0;
const CAUSE = 1;
const TIMER = 2;
/** Timers hold a signed 32-bit count of milliseconds; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Why there is no answer. */
const NO_FETCH = 1;
const NO_RESPONSE = 2;
const NO_STREAM = 3;
const REDIRECT = 4;
const TOO_LARGE = 5;
/** Importing this file must need nothing but the language: made when first used. */
let decoder;

function settling(promise, end) {
  Promise.resolve(promise).then(
    (value) => end(VALUE, value),
    (cause) => end(CAUSE, cause),
  );
}

/** Calls `settled` with the number in the next turn. Test runners replace `queueMicrotask` by a fake that waits for them; promises they leave alone. */
export function soon(number, settled) {
  Promise.resolve().then(() => settled(number, VALUE));
}

/** Calls `settled` with the number and how the promise settled. */
export function wait(number, settled, promise) {
  settling(promise, (how, value) => settled(number, how, value));
}

/** The same, unless the time is over before. Returns a function that gives it up. */
export function race(number, settled, ms, promise, controller) {
  const end = pause(number, settled, ms, controller);
  settling(promise, end);
  return end;
}

/** An exchange within that time. */
export function attempt(number, settled, ms, fetch, request, maxBytes) {
  const controller = new AbortController();
  return race(number, settled, ms, exchange(fetch, request, controller, maxBytes), controller);
}

/**
 * Calls `settled` when the time is over. Returns a function that ends it before; whoever calls it, nothing is left then, and a
 * request that gave no answer is aborted.
 */
export function pause(number, settled, ms, controller) {
  let timer;
  const end = (how, value) => {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    if (how !== VALUE || value?.fault) controller?.abort();
    if (how !== undefined) settled(number, how, value);
  };
  if (ms !== Infinity) timer = setTimeout(end, Math.min(ms, LONGEST_TIMER_MS), TIMER);
  return end;
}

/** The headers of a request, which is a text of lines: the address, and then names and values in turns. */
export function headerObject(request) {
  const lines = request.split("\n");
  const pairs = [];
  for (let at = 1; at < lines.length; at += 2) pairs.push([lines[at], lines[at + 1]]);
  return Object.fromEntries(pairs);
}

/**
 * Sends a request. The runtime's own `fetch` is looked up anew each time, and called with no
 * receiver, as browsers and Workers demand. An injected one may resolve to anything; what is used later is looked at first.
 */
export async function send(fetch, request, follows, { signal }) {
  const call = fetch ?? globalThis.fetch;
  if (typeof call !== "function") return { fault: NO_FETCH };
  const [url] = request.split("\n", 1);
  const answer = await call(url, { method: "GET", redirect: follows ? "follow" : "manual", headers: headerObject(request), signal });
  const { status, headers, type } = answer ?? {};
  const isResponse = typeof status === "number" && typeof headers?.get === "function" && typeof answer.arrayBuffer === "function";
  if (!isResponse) return { fault: NO_RESPONSE };
  return { answer, status, headers, isCors: type === "cors", isOpaque: type === "opaqueredirect" };
}

/**
 * The same, with the whole body, which may have `maxBytes` at most. The announced length of an unencoded body is also its real one, so
 * nobody has to wait for its end. Under CORS the encoding is hidden unless the server exposes it, so there every body may be an encoded one.
 */
export async function exchange(fetch, request, controller, maxBytes) {
  const sent = await send(fetch, request, false, controller);
  if (sent.fault) return sent;
  if (sent.isOpaque) return { fault: REDIRECT };
  const { answer, headers, isCors } = sent;
  const announced = headers.get("content-length");
  const isAnnounced = /^\d+$/.test(announced);
  if (isAnnounced && Number(announced) > maxBytes) return { fault: TOO_LARGE };
  const isExact = isAnnounced && !isCors && headers.get("content-encoding") == null;
  const { body } = answer;
  if (body === null) return withBody(sent, new Uint8Array(), maxBytes);
  if (typeof body?.getReader !== "function") {
    // Polyfills of `fetch` hand over no stream; their bodies are bounded where the length is known.
    return isExact ? withBody(sent, new Uint8Array(await answer.arrayBuffer()), maxBytes) : { fault: NO_STREAM };
  }
  const reader = body.getReader();
  const parts = [];
  let length = 0;
  // Nobody waits any more after an abort, which an injected `fetch` may not have heard of.
  while (!controller.signal.aborted) {
    const { value } = await reader.read();
    if (!value) break;
    length += value.length;
    if (length > maxBytes) return { fault: TOO_LARGE };
    parts.push(value);
    if (isExact && length === Number(announced)) {
      // Lets the stream come to its end.
      reader.read().catch(() => {});
      break;
    }
  }
  return withBody(sent, joined(parts, length), maxBytes);
}

function withBody(sent, body, maxBytes) {
  sent.body = body;
  return body.length > maxBytes ? { fault: TOO_LARGE } : sent;
}

function joined(parts, length) {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** What JSON in UTF-8 stands for. */
export function parse(json) {
  decoder ??= new TextDecoder();
  return JSON.parse(decoder.decode(json));
}

/** Resolves a call with its value, and apart from it how that came about. */
export function settle(resolve, value, ...call) {
  resolve([value, call]);
}
