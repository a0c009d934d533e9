/** Batch files that the caller has in hand. Each kind of source becomes one that the wasm pulls bytes from. */
import { AyrshareError, isAyrshareError } from "../errors/ayrshare-error.js";
import { kindOf } from "../wasm/compile.js";
import { gunzip, isGzip, type NextBytes } from "./gunzip.js";

/** What the wasm reads: like a `ReadableStreamDefaultReader` whose chunks are never empty, and never large. */
export interface ByteReader {
  /** Size of the whole file in bytes, if known. */
  total: number | undefined;
  /** Reads on demand; the first call opens the source. Rejects with an {@link AyrshareError} only. */
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  /** Releases the source, if it was opened. */
  cancel(): void;
}

/** How many bytes the wasm gets at once, at most. */
const CHUNK_BYTES = 262_144;
/** How many bytes of a Blob are in memory at once. */
const SLICE_BYTES = 524_288;
/** How long a source that never waits, such as bytes in memory, is read without letting the event loop do anything else. */
const TURN_MS = 10;

/**
 * Looks at the source without opening it.
 *
 * @throws {@link AyrshareError} of kind `config` if it is not a source or cannot be opened; `api` for a Response that is an error.
 */
export function byteReader(source: unknown): ByteReader {
  const { open, total } = inspected(source);
  let pieces: Pieces | undefined;
  let next: NextBytes | undefined;
  let stopUnzipping = (): void => undefined;
  /** Bytes that have been read from the source, but not by the wasm. */
  let rest: Uint8Array = EMPTY;
  let breathe: (() => Promise<void>) | undefined;
  let missing = total ?? 0;
  const raw: NextBytes = async () => {
    const piece = await nextPiece((pieces ??= opened(open)));
    missing -= piece?.length ?? 0;
    // A connection that broke, or a buffer that shrank. A file of lines would seem complete.
    if (piece === undefined && missing > 0) throw failed(new Error("the source is shorter than its size"));
    return piece;
  };
  const start = async (): Promise<NextBytes> => {
    const head = await headOf(raw);
    if (!isGzip(head)) {
      rest = head;
      return raw;
    }
    reader.total = undefined;
    const unzipped = gunzip(head, raw);
    stopUnzipping = unzipped.cancel;
    return unzipped.next;
  };
  const reader: ByteReader = {
    total,
    async read() {
      next ??= await start();
      if (rest.length === 0) rest = (await next()) ?? EMPTY;
      // One piece can become a thousand when it is decompressed, and some runtimes do that without a pause.
      await (breathe ??= pauses())();
      const value = rest.subarray(0, CHUNK_BYTES);
      rest = rest.subarray(CHUNK_BYTES);
      return { done: value.length === 0, value };
    },
    cancel() {
      stopUnzipping();
      if (pieces !== undefined) retire(pieces).cancel();
    },
  };
  return reader;
}

const EMPTY = new Uint8Array();

/** An opened source. */
interface Pieces {
  /** Like an async iterator's `next`, but a caller's object may return anything. */
  next(): unknown;
  /** Releases a source that has ended or failed. */
  end?(): unknown;
  /** Releases it earlier. */
  cancel(): void;
  /** Whose body it is. */
  response?: unknown;
}

interface Inspected {
  open: () => Pieces;
  total?: number | undefined;
}

/** The members that tell the kinds of sources apart. Does not use `instanceof`, so that objects of other realms are accepted. */
type Members = Record<"getReader" | "locked" | "slice" | "arrayBuffer" | "size" | "stream" | "bodyUsed" | "body" | "ok" | "status" | "headers" | "type", unknown>;

function inspected(source: unknown): Inspected {
  try {
    const known = typeof source === "string" ? ofText(source) : (ofBytes(source) ?? ofObject(source as Members & AsyncIterable<unknown>));
    if (known !== undefined) return known;
  } catch (cause) {
    if (isAyrshareError(cause)) throw cause;
    throw wrong("`source` cannot be read: its getter or Proxy threw, or its memory was transferred", cause);
  }
  throw wrong(`\`source\` must be a Blob, a Response, a ReadableStream, an async iterable of bytes, bytes or a string, not ${typeOf(source)}`);
}

function ofObject(source: Members & AsyncIterable<unknown>): Inspected | undefined {
  const { getReader, locked, slice, arrayBuffer, size, stream, bodyUsed } = source ?? {};
  if (typeof getReader === "function") {
    if (locked === true) throw wrong("`source` is a locked stream: something else is reading it");
    return { open: () => streamPieces(source as unknown as ReadableStream) };
  }
  if (typeof slice === "function" && typeof size === "number" && (typeof arrayBuffer === "function" || isPlainBlob(source))) {
    // Bun's standard input is a Blob of unknown size.
    if (!Number.isFinite(size) && typeof stream === "function") return ofObject(stream.call(source) as typeof source);
    return { open: () => iterate(blobPieces(source as unknown as Blob, size)), total: size };
  }
  if (typeof bodyUsed === "boolean") return ofResponse(source);
  if (typeof source?.[Symbol.asyncIterator] === "function") return { open: () => iterablePieces(source) };
  return undefined;
}

function ofResponse(response: Members): Inspected | undefined {
  const { arrayBuffer, bodyUsed, body, ok, status, headers, type } = response;
  if (bodyUsed) throw wrong("`source` is a Response whose body has been read");
  if (type === "opaque" || type === "error" || type === "opaqueredirect") throw wrong(`\`source\` is a Response of type ${type}, whose body cannot be read`);
  // A Request and the objects of R2 have bodies, but no status.
  if (ok === false) {
    const text = `\`source\` is a Response with status ${status}, so its body is not the batch file`;
    throw new AyrshareError({ kind: "api", message: text, status: typeof status === "number" ? status : undefined });
  }
  const [, last, size] = /^bytes 0-(\d+)\/(\d+)$/.exec(String((headers as Headers | undefined)?.get?.("content-range"))) ?? [];
  if (status === 206 && Number(last) + 1 !== Number(size)) throw wrong("`source` is a Response with status 206, so its body is not the whole batch file");
  if (body === null) return ofBytes(EMPTY);
  // Some polyfills of `fetch` provide no stream.
  const whole = typeof arrayBuffer === "function" ? { open: () => iterate(wholeBody(response as unknown as Response)) } : undefined;
  const inside = ofObject(body as Parameters<typeof ofObject>[0]) ?? whole;
  if (inside === undefined) return undefined;
  return {
    // Node cancels the body of a Response that is collected before the body is read.
    open: () => ({ ...inside.open(), response }),
    total: type === "cors" ? undefined : lengthOf(headers as Headers | undefined),
  };
}

/** Size of the body. That of an encoded body is unknown, and under CORS the encoding is hidden. */
function lengthOf(headers: Headers | undefined): number | undefined {
  const header = (name: string): unknown => headers?.get?.(name);
  const length = header("content-length");
  return typeof length === "string" && /^\d{1,15}$/.test(length) && header("content-encoding") == null ? Number(length) : undefined;
}

function ofText(text: string): Inspected {
  if (/\S/.test(text) && !/^\s*(?:[[{"\d-]|true|false|null)/.test(text)) {
    throw wrong("`source` is a string that is not JSON: pass the text of the file, not its path or URL");
  }
  return { open: () => iterate(textPieces(text)) };
}

function ofBytes(source: unknown): Inspected | undefined {
  const bytes = bytesOf(source);
  return bytes && { open: () => iterate(memoryPieces(bytes)), total: bytes.length };
}

/**
 * The bytes of a buffer or view of any realm; `undefined` for anything else. Returns a new view, because an object of the caller may lie about
 * its fields.
 */
function bytesOf(value: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  try {
    // Throws unless the value is a buffer, of whatever realm.
    return new Uint8Array(new DataView(value as ArrayBuffer).buffer);
  } catch {
    return undefined;
  }
}

async function* memoryPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  // A buffer that is detached meanwhile has no length, and throws when it is read.
  for (let at = 0, { length } = bytes; at < length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

async function* textPieces(text: string): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for (let at = 0; at < text.length; ) {
    let end = at + CHUNK_BYTES / 4;
    // A character of two units must not be cut.
    if (/[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end += 1;
    yield encoder.encode(text.slice(at, end));
    at = end;
  }
}

async function* blobPieces(blob: Blob, size: number): AsyncGenerator<Uint8Array> {
  // An empty file is read, too: Bun says only then that it does not exist.
  let at = 0;
  do {
    const slice = blob.slice(at, at + SLICE_BYTES);
    const piece = bytesOf(await (isPlainBlob(slice) ? bufferOf(slice) : slice.arrayBuffer()));
    if (!piece?.length) return;
    at += piece.length;
    yield piece;
  } while (at < size);
}

/** Whether only a FileReader can read this Blob, as in older versions of jsdom. */
const isPlainBlob = (value: object): boolean => !("arrayBuffer" in value) && /Blob|File/.test(typeOf(value)) && typeof FileReader === "function";

const bufferOf = (blob: Blob): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(blob);
  });

async function* wholeBody(response: Response): AsyncGenerator<ArrayBuffer> {
  yield await response.arrayBuffer();
}

/** Without pauses, no signal could abort, and no timer could end, the reading of a source that never waits. */
function pauses(): () => Promise<void> {
  let since = Date.now();
  return async () => {
    if (Date.now() - since < TURN_MS) return;
    await turn();
    since = Date.now();
  };
}

/** Browsers delay nested timers by four milliseconds, but not messages. */
const turn = () =>
  new Promise<void>((resolve) => {
    if (typeof MessageChannel !== "function") return void setTimeout(resolve);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(port1.close());
    port2.postMessage(0);
  });

/** Streams and iterators that were opened. Two readers would share the bytes of one, and a later reader would find none. */
const begun = new WeakSet();

/** Opens what can be read only once. */
function once<T>(source: object, open: () => T): T {
  if (begun.has(source)) throw wrong("`source` has been read: only Blobs, bytes and strings can be read twice");
  const reader = open();
  begun.add(source);
  return reader;
}

function streamPieces(stream: ReadableStream): Pieces {
  const reader = once(stream, () => stream.getReader());
  const end = (): void => reader.releaseLock();
  return {
    next: () => reader.read(),
    end,
    cancel: () => {
      quietly(() => reader.cancel());
      quietly(end);
    },
  };
}

/** An iterable may return a new iterator each time; a generator returns itself, and all iterators of a Node stream read the same stream. */
function iterablePieces(source: AsyncIterable<unknown>): Pieces {
  const { pipe, destroy } = source as unknown as Record<string, unknown>;
  const isNodeStream = typeof pipe === "function";
  const iterator = source[Symbol.asyncIterator]();
  // The iterator of a Node stream ends only when a pending read does.
  const release = isNodeStream && typeof destroy === "function" ? () => destroy.call(source) as unknown : undefined;
  return iterate(isNodeStream || (iterator as unknown) === source ? once(source, () => iterator) : iterator, release);
}

function iterate(iterator: AsyncIterator<unknown>, release?: () => unknown): Pieces {
  return {
    next: () => iterator.next(),
    cancel: () => {
      quietly(() => iterator.return?.());
      quietly(() => release?.());
    },
  };
}

/** What a source does when it is released does not matter to anybody. */
function quietly(task: () => unknown): void {
  void (async () => task())().catch(() => undefined);
}

function opened(open: () => Pieces): Pieces {
  try {
    return open();
  } catch (cause) {
    throw isAyrshareError(cause) ? cause : wrong("`source` cannot be opened", cause);
  }
}

async function nextPiece(pieces: Pieces): Promise<Uint8Array | undefined> {
  for (;;) {
    let value: unknown;
    let bytes: Uint8Array | undefined;
    try {
      const result = (await pieces.next()) as IteratorResult<unknown>;
      if (result.done) {
        release(pieces);
        return undefined;
      }
      value = result.value;
      bytes = bytesOf(value);
    } catch (cause) {
      release(pieces);
      throw failed(cause);
    }
    if (bytes === undefined) throw wrong(`\`source\` yielded ${typeOf(value)}, not bytes`);
    if (bytes.length > 0) return bytes;
    // So that a source of nothing but empty chunks times out.
    await turn();
  }
}

/** Releases a source that has ended or failed. */
function release(pieces: Pieces): void {
  quietly(() => retire(pieces).end?.());
}

/** Whoever still reads the source finds its end, and nobody releases it twice. */
function retire(pieces: Pieces): Pieces {
  const active = { ...pieces };
  Object.assign(pieces, { next: () => ({ done: true }), cancel: () => undefined });
  return active;
}

/** The first two bytes at least, unless the file is shorter. */
async function headOf(next: NextBytes): Promise<Uint8Array> {
  const first = await next();
  if (first === undefined || first.length > 1) return first ?? EMPTY;
  // Copied, because the source may use the same memory for its next chunk.
  const [byte = 0] = first;
  const second = (await next()) ?? EMPTY;
  const head = new Uint8Array(1 + second.length);
  head[0] = byte;
  head.set(second, 1);
  return head;
}

export function wrong(message: string, cause?: unknown): AyrshareError {
  return new AyrshareError({ kind: "config", message, cause });
}

function failed(cause: unknown): AyrshareError {
  let name: unknown;
  try {
    const { code } = cause as { code?: unknown };
    name = typeof code === "string" ? code : (cause as { name?: unknown }).name;
  } catch {
    // A value whose getters throw says nothing about itself.
  }
  const isWord = typeof name === "string" && /^\w{1,40}$/.test(name);
  return new AyrshareError({ kind: "network", message: `\`source\` failed${isWord ? `: ${name as string}` : ""}`, cause });
}

function typeOf(value: unknown): string {
  if (value === null || typeof value !== "object") return value === null ? "null" : `a value of type ${typeof value}`;
  return `a value of type ${kindOf(value).slice(0, 40)}`;
}
