// What JavaScript does for the wasm in one call, because each call across the wasm boundary has a cost: waiting for a promise, sending a
// request, reading a whole response. It decides only whether there is a response at all; `fetch.rs` knows what each fault means.

/** How a wait ends. */
const VALUE = 0;
const CAUSE = 1;
const TIMER = 2;
/** Timers hold a signed 32-bit number of milliseconds; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Why there is no response. */
const NO_FETCH = 1;
const NO_RESPONSE = 2;
const NO_STREAM = 3;
const REDIRECT = 4;
const TOO_LARGE = 5;
/** Created on first use, because importing this file must not depend on anything but the language. */
let decoder;

/**
 * Awaits a promise. `end` is called in a later turn in any case, although `await` may throw at once for what a caller's function returned.
 */
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

/**
 * Calls `settled` with the id in the next turn. Test runners replace `queueMicrotask` with a fake that has to be advanced, but do not
 * replace promises.
 */
export function soon(number, settled) {
  Promise.resolve().then(() => settled(number, VALUE));
}

/** Calls `settled` with the id and the outcome when the promise settles. */
export function wait(number, settled, promise) {
  settling(promise, (how, value) => settled(number, how, value));
}

/** Like `wait`, with a timeout. Returns a function that cancels it. */
export function race(number, settled, ms, promise, controller) {
  const end = pause(number, settled, ms, controller);
  settling(promise, end);
  return end;
}

/**
 * Like `exchange`, with a timeout. A 429 is a response even if its body never ends, breaks off or is too large: otherwise it would be
 * retried like a network error, and the rate-limit guard would not learn of it.
 */
export function attempt(number, settled, ms, fetch, request, maxBytes) {
  const controller = new AbortController();
  let limited;
  const onLimit = (sent) => {
    limited = { ...sent, body: new Uint8Array() };
  };
  const end = (_, how, value) => (limited && (how !== VALUE || value.fault) ? settled(number, VALUE, limited) : settled(number, how, value));
  return race(number, end, ms, exchange(fetch, request, controller, maxBytes, onLimit), controller);
}

/**
 * Calls `settled` after `ms`. Returns a function that ends the wait early. However the wait ends, nothing is left behind, and a request
 * without a response is aborted.
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

/**
 * Calls `settled` with the id when the signal is aborted. All who wait for a signal share one listener, because engines warn about a leak
 * when a signal has more than a few. Returns a function that ends the wait, or `undefined` if the signal, which may be any object, refuses
 * the listener.
 */
export function listen(number, settled, signal) {
  const listeners = (settled.listeners ??= new WeakMap());
  let listener = listeners.get(signal);
  try {
    if (!listener) {
      const numbers = new Set();
      // A copy, because whoever is called may begin another wait.
      listener = () => [...numbers].forEach((each) => settled(each, TIMER));
      listener.numbers = numbers;
      signal.addEventListener("abort", listener);
      listeners.set(signal, listener);
    }
    listener.numbers.add(number);
    return () => {
      listener.numbers.delete(number);
      if (listener.numbers.size > 0) return;
      listeners.delete(signal);
      signal.removeEventListener("abort", listener);
    };
  } catch {
    return undefined;
  }
}

/**
 * The headers of a request. A request is a text whose lines are the URL and then alternating names and values. The last value of a name
 * counts, and a NUL removes it.
 */
export function headerObject(request) {
  const lines = request.split("\n");
  const headers = new Map();
  for (let at = 1; at < lines.length; at += 2) {
    if (lines[at + 1] === "\0") headers.delete(lines[at]);
    else headers.set(lines[at], lines[at + 1]);
  }
  return Object.fromEntries(headers);
}

/**
 * Sends a request. The runtime's own `fetch` is looked up for each request, and called without a receiver, as browsers and Workers require.
 * An injected one may resolve to anything, so everything that is used later is checked here.
 */
export async function send(fetch, request, follows, { signal }) {
  const call = fetch ?? globalThis.fetch;
  if (typeof call !== "function") return { fault: NO_FETCH };
  const [url] = request.split("\n", 1);
  const response = await call(url, { method: "GET", redirect: follows ? "follow" : "manual", headers: headerObject(request), signal });
  const { status, headers, type } = response ?? {};
  const isOpaque = type === "opaqueredirect";
  const isStatus = isOpaque || (Number.isInteger(status) && status > 99 && status < 1000);
  const isResponse = isStatus && typeof headers?.get === "function" && typeof response.arrayBuffer === "function";
  if (!isResponse) return { fault: NO_RESPONSE };
  return { response, status: isOpaque ? 0 : status, headers, isCors: type === "cors", isOpaque };
}

/** The header's value, if it is present and readable: `headers` may belong to an injected `fetch`. */
export function header(headers, name) {
  try {
    const text = headers.get(name);
    return typeof text === "string" ? text : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The next bytes of a body; `undefined` at its end, and `null` for a chunk that is not bytes. Returns a new view, because an object from
 * the caller may lie about its fields.
 */
export async function chunk(reader) {
  const { done, value } = await reader.read();
  if (done ?? value === undefined) return undefined;
  return ArrayBuffer.isView(value) && value.BYTES_PER_ELEMENT === 1 ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : null;
}

/**
 * Sends a request and reads the whole body, up to `maxBytes`. For an unencoded body, `Content-Length` is its real length, so there is no
 * need to wait for the stream to end. Under CORS, `Content-Encoding` is hidden unless the server exposes it, so any body may be encoded.
 * `onLimit` gets a 429 before its body is read.
 */
async function exchange(fetch, request, controller, maxBytes, onLimit) {
  const sent = await send(fetch, request, false, controller);
  if (sent.fault) return sent;
  if (sent.isOpaque) return { fault: REDIRECT };
  if (sent.status === 429) onLimit(sent);
  const { response, headers, isCors } = sent;
  const announced = headers.get("content-length");
  const isAnnounced = /^\d+$/.test(announced);
  if (isAnnounced && Number(announced) > maxBytes) return { fault: TOO_LARGE };
  const isExact = isAnnounced && !isCors && headers.get("content-encoding") == null;
  // Chromium shows a body that a page has read from its stream as a failed request, unless it is a copy's. Emulated documents are not pages:
  // the copies of happy-dom are empty.
  const { body } = (fetch === undefined && isPage() && response.clone?.()) || response;
  if (body === null) return withBody(sent, new Uint8Array(), maxBytes);
  const reader = readerOf(body);
  if (!reader) {
    // Some polyfills of `fetch` provide no stream. Their bodies are bounded only if the length is known.
    return isExact ? withBody(sent, new Uint8Array(await response.arrayBuffer()), maxBytes) : { fault: NO_STREAM };
  }
  const parts = [];
  let length = 0;
  // After an abort, the result is no longer needed, but an injected `fetch` may ignore the signal.
  while (!controller.signal.aborted) {
    const part = await chunk(reader);
    if (part === undefined) break;
    if (part === null) return { fault: NO_STREAM };
    length += part.length;
    if (length > maxBytes) return { fault: TOO_LARGE };
    parts.push(part);
    if (isExact && length === Number(announced)) {
      // Lets the stream reach its end.
      reader.read().catch(() => {});
      break;
    }
  }
  return withBody(sent, joined(parts, length), maxBytes);
}

/** A reader for a stream, or for any other async iterable of bytes: in node-fetch, the body is a Node stream. */
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

/** Parses JSON in UTF-8. */
export function parse(json) {
  decoder ??= new TextDecoder();
  return JSON.parse(decoder.decode(json));
}

/** Resolves a call with its value and, apart from it, its metadata. */
export function settle(resolve, value, ...call) {
  resolve([value, call]);
}

const NO_OPTIONS = "options must be an object";
/** Names of the options that the package reads before the wasm is loaded. */
const CLIENT =
  "apiKey profileKey baseUrl fetch headers timeoutMs totalTimeoutMs maxRetries maxBodyBytes rateLimitGuard cache onInvalid dangerouslyAllowBrowser onEvent onDrift";
const OPTIONS = {
  client: CLIENT,
  /** Options of a call without a client. */
  both: `${CLIENT} signal`,
  call: "signal profileKey headers timeoutMs totalTimeoutMs maxRetries cache onInvalid",
};

/**
 * Copies the options in a list of names. Each is read once, including inherited ones. Exceptions from the caller's getters and proxy traps
 * are caught here. Names that `for...in` finds but the list lacks are rejected, and so is an object that has none of them and is clearly
 * something else, such as a Map. Properties of `Object.prototype` count as not given.
 *
 * @returns The copy, or a message that describes what is wrong with the options.
 */
export function readOptions(given, list) {
  const known = (OPTIONS[list] ?? list).split(" ");
  const { prototype } = Object;
  const copy = {};
  let name = "options";
  try {
    if (typeof given !== "object") return NO_OPTIONS;
    let isMeant = /^.object (Object|Null|Module)/.test(prototype.toString.call(given));
    for (name in given) if (!known.includes(name) && !(name in prototype)) return unknown(name.slice(0, 40), known);
    for (name of known) {
      const value = given?.[name];
      copy[name] = value === prototype[name] ? undefined : value;
      isMeant ||= copy[name] !== undefined;
    }
    return isMeant ? copy : NO_OPTIONS;
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

/** Alternating names and values of a plain object; `undefined` for any other object, or if it cannot be read. */
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

/** A copy of an array of any realm; `undefined` if it is not an array or cannot be read. */
export function readList(given) {
  try {
    return Array.isArray(given) ? [...given] : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it has the shape of an AbortSignal; it may be of any realm. */
export function isSignal(given) {
  try {
    return typeof given.aborted === "boolean" && [given.addEventListener, given.removeEventListener].every((method) => typeof method === "function");
  } catch {
    return false;
  }
}

/**
 * The URL that relative paths are resolved against, as in `fetch`. A document without a URL of its own, such as that of `srcdoc`, uses its
 * parent's.
 */
export function pageUrl() {
  return globalThis.document?.baseURI ?? globalThis.location?.href;
}

/**
 * Whether this is a page, where users could read a key. Workers have no document. In tests, Node, Bun and Deno may emulate one, but nobody
 * opens that page. Electron and NW.js show real pages.
 */
export function isPage() {
  const { window, document, process } = globalThis;
  const { node, electron, nw } = process?.versions ?? {};
  return Boolean(window && document && (!node || electron || nw));
}

/** Stores the rate-limit guard's state of a profile in a Map that outlives this wasm instance. */
export function keep(kept, profile, ...memory) {
  kept.set(profile, memory);
}

/** The entries of such a Map as one flat list: a profile, then its six numbers. */
export function snapshots(kept) {
  return [...kept].flat(2);
}

/** Calls an observer. Whatever it throws or rejects with is ignored. */
export async function tell(observer, event) {
  try {
    await observer(event);
  } catch {
    // Ignored, as documented.
  }
}
