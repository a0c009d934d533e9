/** Getting a compiled module out of whatever a runtime or a caller has. */
import { AyrshareError, isAyrshareError } from "./errors.js";
import type { BufferSource, Response, URL, WebAssemblyModule } from "./platform.js";

/** Where the wasm may come from. */
export type InitSource =
  | string
  | URL
  | Response
  | BufferSource
  | WebAssemblyModule
  | PromiseLike<Response | BufferSource | WebAssemblyModule>;

/** Nothing is told apart by `instanceof`: a value of another realm is as good as one of ours. */
async function compile(given: InitSource): Promise<WebAssembly.Module> {
  const source: unknown = await given;
  const kind = Object.prototype.toString.call(source).slice("[object ".length, -1);
  if (kind === "WebAssembly.Module") return source as WebAssembly.Module;
  if (kind === "String" || kind === "URL") return compileResponse(await download(String(source)), String(source));
  if (kind === "Response") return compileResponse(source as Response, "the given response");
  if (ArrayBuffer.isView(source)) return compileBytes(new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength));
  if (kind === "ArrayBuffer") return compileBytes(new Uint8Array(source as ArrayBuffer));
  const message = `init() takes an address, a Response, bytes or a WebAssembly.Module, not a value of type ${kind}`;
  throw new AyrshareError({ kind: "config", message });
}

async function download(url: string): Promise<Response> {
  try {
    return await fetch(url);
  } catch (cause) {
    throw failed(`could not download ${shown(url)}`, cause);
  }
}

async function compileResponse(response: Response, name: string): Promise<WebAssembly.Module> {
  const type = response.headers.get("content-type") ?? "no content type";
  const where = `${shown(response.url || name)} (status ${response.status}, ${type})`;
  if (!response.ok) throw failed(`could not download ${where}`);
  const body = await response.arrayBuffer().catch((cause: unknown) => {
    throw failed(`could not download ${where}`, cause);
  });
  return compileBytes(new Uint8Array(body), where);
}

async function compileBytes(bytes: Uint8Array<ArrayBuffer>, where = "the given bytes"): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw forbidden(cause) ?? failed(`could not compile ${where}${beginning(bytes)}`, cause);
  }
}

/** The error for an engine that may not run WebAssembly. WebKit compiles in any case, and says so when an instance is made. */
function forbidden(cause: unknown): AyrshareError | undefined {
  // Chromium and WebKit spell it out, Firefox says "blocked by CSP"; Workers: "disallowed by embedder".
  if (/content security policy|\bCSP\b|unsafe-eval/i.test(String(cause))) {
    return failed("the page's Content-Security-Policy forbids WebAssembly", cause, "add 'wasm-unsafe-eval' to its script-src");
  }
  if (/disallowed by embedder/i.test(String(cause))) {
    return failed("this runtime compiles no WebAssembly", cause, 'let your bundler use the package\'s "workerd" condition, or pass a WebAssembly.Module to init()');
  }
  return undefined;
}

/** A server that answers every unknown path with its start page is the usual cause; its first characters tell. */
function beginning(bytes: Uint8Array): string {
  const start = new TextDecoder().decode(bytes.subarray(0, 40));
  return start.trimStart().startsWith("<") ? `, which begins with ${JSON.stringify(start)}` : "";
}

/** An address may be signed; what follows its `?` is nobody's business. */
function shown(url: string): string {
  return url.replace(/[?#].*/s, "");
}

const FIXES =
  'serve the package\'s .wasm files beside the code, keep your bundler from moving the package (Vite 7: optimizeDeps.exclude, Next: serverExternalPackages), pass them to init(), or import "ayrshare-user/inline"';

/** @internal The error for a part of the package that does not arrive. */
export function failed(what: string, cause?: unknown, fix = FIXES): AyrshareError {
  return new AyrshareError({ kind: "internal", message: `${what}: ${fix}`, retryable: true, cause });
}

/**
 * @internal Compiles what `source` gives and hands it to `start`. Files that cannot be read, bundles that do not know their own address,
 * promises given by callers and pages that forbid an instance fail here.
 */
export async function got(source: () => InitSource, file: string, start: (module: WebAssembly.Module) => unknown): Promise<void> {
  try {
    start(await compile(source()));
  } catch (error) {
    throw isAyrshareError(error) ? error : (forbidden(error) ?? failed(`could not get ${file} (${String(error)})`, error));
  }
}
