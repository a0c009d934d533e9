/** Compiles a wasm module from any source that a runtime or a caller provides. */
import { AyrshareError, isAyrshareError } from "../errors/ayrshare-error.js";
import type { BufferSource, Response, URL, WebAssemblyModule } from "../web-types.js";

/** Where the wasm may come from. */
export type InitSource =
  | string
  | URL
  | Response
  | BufferSource
  | WebAssemblyModule
  | PromiseLike<Response | BufferSource | WebAssemblyModule>;

/**
 * Where the wasm files are: for each its URL, a `Response` or a promise of one, its bytes, or a compiled `WebAssembly.Module`. Objects of
 * other realms are accepted.
 */
export interface InitSources {
  /** `ayrshare_user.wasm`, for API calls. */
  client?: InitSource | undefined;
  /** `ayrshare_user_batch.wasm`, which is loaded when a batch file is first read. */
  batch?: InitSource | undefined;
  /** `ayrshare_user_insight.wasm`, which is loaded when health, changes or `onDrift` are first used. */
  insight?: InitSource | undefined;
}

/** @internal The kind of an object of any realm, for example `Response`. */
export const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice("[object ".length, -1);

/** @internal The bytes of a buffer or a view of any realm. */
export function bytesOf(source: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength);
  return kindOf(source) === "ArrayBuffer" ? new Uint8Array(source as ArrayBuffer) : undefined;
}

/** Does not use `instanceof`, so that values of other realms are accepted. */
async function compile(given: InitSource): Promise<WebAssembly.Module> {
  const source: unknown = await given;
  const kind = kindOf(source);
  const bytes = bytesOf(source);
  if (kind === "WebAssembly.Module") return source as WebAssembly.Module;
  if (kind === "String" || kind === "URL") return compileResponse(await download(String(source)), String(source));
  if (kind === "Response") return compileResponse(source as Response, "the given response");
  if (bytes) return compileBytes(bytes);
  const message = `init() takes a URL, a Response, bytes or a WebAssembly.Module, not a value of type ${kind}`;
  throw new AyrshareError({ kind: "config", message });
}

async function download(url: string): Promise<Response> {
  if (typeof fetch !== "function") throw failed("this runtime has no `fetch`", `it cannot download ${shown(url)}; ${ELSE}`);
  try {
    return await fetch(url);
  } catch (cause) {
    // Node says so in the cause of its error. A bundler may have replaced the file with a path.
    if (/parse URL|invalid url/i.test(said(cause)[0])) throw new AyrshareError({ kind: "config", message: `could not download ${shown(url)}: outside of a page, its URL must be absolute; ${ELSE}`, cause });
    throw failed(`could not download ${shown(url)}`, "the network failed, or CORS blocked it: serve the file from your own origin", cause, true);
  }
}

async function compileResponse(response: Response, name: string): Promise<WebAssembly.Module> {
  const type = response.headers.get("content-type") ?? "no content type";
  const where = `${shown(response.url || name)} (status ${response.status}, ${type})`;
  if (response.status === 404 || response.status === 410) throw failed(`${where} was not found`, NOT_FOUND);
  if (!response.ok) throw failed(`could not download ${where}`, `the server refused it; try again, or ${ELSE}`, undefined, response.status >= 500);
  const body = await response.arrayBuffer().catch((cause: unknown) => {
    throw failed(`could not download ${where}`, "the connection dropped: try again", cause, true);
  });
  return compileBytes(body, where);
}

type Bytes = ArrayBuffer | Uint8Array<ArrayBuffer>;

async function compileBytes(bytes: Bytes, where = "the given data"): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw forbidden(cause) ?? notCompiled(bytes, where, cause);
  }
}

/** The error if the runtime forbids WebAssembly. WebKit still compiles and only fails when an instance is created. */
function forbidden(cause: unknown): AyrshareError | undefined {
  // Chromium and WebKit name the policy, Firefox says "blocked by CSP", and Workers say "disallowed by embedder".
  const [text] = said(cause);
  if (/content security policy|\bCSP\b|unsafe-eval/i.test(text)) {
    return failed("the page's Content-Security-Policy forbids WebAssembly", "add 'wasm-unsafe-eval' to its script-src", cause);
  }
  if (/disallowed by embedder/i.test(text)) {
    return failed("this runtime cannot compile WebAssembly", `let your bundler use the package's "workerd" condition, pass a WebAssembly.Module to init(), or ${INLINE}`, cause);
  }
  return undefined;
}

/** The first four bytes of every wasm file. */
const MAGIC = "\0asm";

function notCompiled(bytes: Bytes, where: string, cause: unknown): AyrshareError {
  const start = new TextDecoder().decode(bytes).slice(0, 40);
  if (start.trimStart().startsWith("<")) {
    return failed(`${where} is a web page, not wasm: it begins with ${JSON.stringify(start)}`, `the server sends its index page for unknown paths; ${NOT_FOUND}`, cause);
  }
  if (!start.startsWith(MAGIC)) return failed(`${where} is not a wasm file`, NOT_FOUND, cause);
  if (!lacksFeatures()) return failed(`could not compile ${where}`, "the file is damaged or truncated: copy it again", cause);
  return failed(`this engine is too old to compile ${where}`, `use ${MINIMUM}`, cause);
}

/** Whether the engine lacks a feature that the modules use. The probe is the type of a function that takes an `externref` and a SIMD vector. */
function lacksFeatures(): boolean {
  return !WebAssembly.validate(new TextEncoder().encode(`${MAGIC}\x01\0\0\0\x01\x06\x01\x60\x02\x6f\x7b\0`));
}

const MINIMUM = "Chromium 96, Firefox 90, Safari 16.4, Node 20 or newer";

/** A URL may be signed, so its query and fragment must not be shown. */
function shown(url: string): string {
  return url.replace(/[?#].*/s, "");
}

const INLINE = 'import "ayrshare-user/inline" or "ayrshare-user/gateway/inline"';
const ELSE = `pass the wasm to init(), or ${INLINE}`;
const NOT_FOUND = `serve the package's .wasm files beside the code (Vite 7: optimizeDeps.exclude, Angular: assets, Next: serverExternalPackages, SvelteKit: dependencies), ${ELSE}`;

/** @internal The error for a part of the package that failed to load: what happened, and how to fix it. */
export function failed(what: string, cure: string, cause?: unknown, retryable = false): AyrshareError {
  return new AyrshareError({ kind: "internal", message: `${what}: ${cure}`, retryable, cause });
}

/** Globals that the package needs. They are checked at the first call, so that the package can be imported without them. */
const GLOBALS = ["WebAssembly", "TextDecoder", "TextEncoder", "AbortController", "URL", "setTimeout"];

function missingGlobal(): AyrshareError | undefined {
  const name = GLOBALS.find((global) => typeof (globalThis as Record<string, unknown>)[global] === "undefined");
  if (name === undefined) return undefined;
  const cure = name === "WebAssembly" ? `it is disabled (iOS: Lockdown Mode), or the engine is too old: use ${MINIMUM}` : 'add it to the global scope (Jest: testEnvironment "node")';
  return failed(`this runtime has no \`${name}\``, cure);
}

/**
 * @internal Compiles what `source` returns and passes it to `start`. All load errors surface here: unreadable files, bundles that do not
 * know their own URL, rejected promises of callers, and pages that forbid WebAssembly.
 */
export async function compileAndStart(source: () => InitSource, file: string, start: (module: WebAssembly.Module) => unknown): Promise<void> {
  const missing = missingGlobal();
  if (missing) throw missing;
  try {
    await start(await compile(source()));
  } catch (error) {
    throw isAyrshareError(error) ? error : (forbidden(error) ?? loadFailure(file, error));
  }
}

function loadFailure(file: string, error: unknown): AyrshareError {
  const [text, code] = said(error);
  const what = `could not load ${file} (${text})`;
  // In a CommonJS bundle, `import.meta` is empty.
  if (/invalid url|import\.?_?meta/i.test(text)) {
    return failed(what, `the bundle does not know its own URL: bundle as ESM, leave the package out of the bundle, ${ELSE}`, error);
  }
  // Errors of Node have a code. A bundler moved the code away from the file, or rewrote the URL.
  return typeof code === "string" ? failed(what, NOT_FOUND, error) : failed(what, ELSE, error, true);
}

/** The text and code of a cause. A caller's promise may reject with anything, even with an object that throws when it is read. */
function said(cause: unknown): [text: string, code?: unknown] {
  try {
    return [String(cause), (Object(cause) as { code?: unknown }).code];
  } catch {
    return [""];
  }
}
