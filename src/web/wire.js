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

/** What a caller's function has returned may make `await` throw at once; `end` is called in a later turn in any case. */
async function settling(promise, end) {
  let [how, value] = [VALUE];
  try {
    value = await promise;
  } catch (cause) {
    await undefined;
    [how, value] = [CAUSE, cause];
  }
  end(how, value);
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
  const isOpaque = type === "opaqueredirect";
  const isStatus = isOpaque || (Number.isInteger(status) && status > 99 && status < 1000);
  const isResponse = isStatus && typeof headers?.get === "function" && typeof answer.arrayBuffer === "function";
  if (!isResponse) return { fault: NO_RESPONSE };
  return { answer, status: isOpaque ? 0 : status, headers, isCors: type === "cors", isOpaque };
}

/** The header's value, where it is there and can be read: the headers are those of an injected `fetch`, too. */
export function header(headers, name) {
  try {
    const text = headers.get(name);
    return typeof text === "string" ? text : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The next bytes of a body, `undefined` at its end, `null` where it gives something that is not bytes. A new view, because fields of a
 * caller's object may say anything.
 */
export async function chunk(reader) {
  const { done, value } = await reader.read();
  if (done ?? value === undefined) return undefined;
  return ArrayBuffer.isView(value) && value.BYTES_PER_ELEMENT === 1 ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : null;
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
  const reader = readerOf(body);
  if (!reader) {
    // Some polyfills of `fetch` hand over no stream; their bodies are bounded where the length is known.
    return isExact ? withBody(sent, new Uint8Array(await answer.arrayBuffer()), maxBytes) : { fault: NO_STREAM };
  }
  const parts = [];
  let length = 0;
  // Nobody waits any more after an abort, which an injected `fetch` may not have heard of.
  while (!controller.signal.aborted) {
    const part = await chunk(reader);
    if (part === undefined) break;
    if (part === null) return { fault: NO_STREAM };
    length += part.length;
    if (length > maxBytes) return { fault: TOO_LARGE };
    parts.push(part);
    if (isExact && length === Number(announced)) {
      // Lets the stream come to its end.
      reader.read().catch(() => {});
      break;
    }
  }
  return withBody(sent, joined(parts, length), maxBytes);
}

/** Reads a stream, or any other async iterable of bytes: node-fetch has a stream of Node's as the body. */
export function readerOf(body) {
  if (typeof body?.getReader === "function") return body.getReader();
  const iterator = body?.[Symbol.asyncIterator]?.();
  return iterator && { read: async () => iterator.next() };
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

/** Names of options that the package reads before the wasm is there. */
const CLIENT =
  "apiKey profileKey baseUrl fetch headers timeoutMs totalTimeoutMs maxRetries maxBodyBytes rateLimitGuard cache onInvalid dangerouslyAllowBrowser onEvent onDrift";
const OPTIONS = {
  client: CLIENT,
  /** Of a call without a client. */
  both: `${CLIENT} signal`,
  call: "signal profileKey headers timeoutMs totalTimeoutMs maxRetries cache onInvalid",
};

/**
 * Copies the options of a list of names: each is read once, inherited ones too, and what the caller's getters and traps throw stays here.
 * Names that `for...in` finds and the list lacks are refused. What every object has by `Object.prototype` was given by nobody.
 *
 * @returns The copy, or what is wrong with the options.
 */
export function readOptions(given, list) {
  const known = (OPTIONS[list] ?? list).split(" ");
  const { prototype } = Object;
  const copy = {};
  let name = "options";
  try {
    if (typeof given !== "object") return "options must be an object";
    for (name in given) if (!known.includes(name) && !(name in prototype)) return unknown(name.slice(0, 40), known);
    for (name of known) {
      const value = given?.[name];
      copy[name] = value === prototype[name] ? undefined : value;
    }
    return copy;
  } catch {
    return `\`${name}\` cannot be read: its getter or Proxy threw`;
  }
}

function unknown(name, known) {
  const beginning = name.slice(0, 3).toLowerCase();
  const near = known.filter((other) => other.toLowerCase().startsWith(beginning));
  const hint = OPTIONS.call.split(" ").includes(name)
    ? "call options are the last argument of a call"
    : `did you mean \`${(near[0] ? near : known).join("` or `")}\`?`;
  return `unknown option \`${name}\`: ${hint}`;
}

/** Names and values of a plain object, in turns; nothing where it is another one or cannot be read. */
export function readHeaders(given) {
  try {
    const above = Object.getPrototypeOf(given);
    if (above && Object.getPrototypeOf(above)) return undefined;
    const entries = [];
    for (const name in given) if (!(name in Object.prototype)) entries.push(name, given[name]);
    return entries;
  } catch {
    return undefined;
  }
}

/** A copy of an array, of any realm; nothing where it is none or cannot be read. */
export function readList(given) {
  try {
    return Array.isArray(given) ? [...given] : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it looks like an AbortSignal, of any realm. */
export function isSignal(given) {
  try {
    return typeof given.aborted === "boolean" && [given.addEventListener, given.removeEventListener].every((method) => typeof method === "function");
  } catch {
    return false;
  }
}

/** What a path is resolved against, as `fetch` does it: a document without an address of its own, such as that of `srcdoc`, has its parent's. */
export function pageUrl() {
  return globalThis.document?.baseURI ?? globalThis.location?.href;
}

/**
 * Whether this is a page, where people could read a key. Workers have no document, and where Node, Bun or Deno emulate one for tests, nobody
 * opens a page; but what Electron and NW.js show is one.
 */
export function isPage() {
  const { window, document, process } = globalThis;
  const { node, electron, nw } = process?.versions ?? {};
  return Boolean(window && document && (!node || electron || nw));
}

/** Keeps what the rate-limit guard knows of a profile, where it outlives this instance of the wasm. */
export function keep(kept, profile, ...memory) {
  kept.set(profile, memory);
}

/** Calls an observer. What it throws, or rejects with, is ignored. */
export async function tell(observer, event) {
  try {
    await observer(event);
  } catch {
    // As said.
  }
}
