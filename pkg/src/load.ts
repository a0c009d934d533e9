/** Getting a compiled module out of whatever a runtime or a caller has. */
import { AyrshareError } from "./errors.js";

/** Where the wasm may come from. */
export type InitSource =
  | string
  | URL
  | Response
  | BufferSource
  | WebAssembly.Module
  | PromiseLike<Response | BufferSource | WebAssembly.Module>;

/** Nothing is told apart by `instanceof`: a value of another realm is as good as one of ours. */
export async function compile(given: InitSource): Promise<WebAssembly.Module> {
  const source = await given;
  if (kindOf(source) === "Module") return source as WebAssembly.Module;
  if (typeof source === "string" || kindOf(source) === "URL") return compileResponse(await download(String(source)));
  if (typeof (source as Response).arrayBuffer === "function") return compileResponse(source as Response);
  return compileBytes(source as BufferSource, "the given bytes");
}

function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).replace(/^\[object (?:WebAssembly\.)?|\]$/g, "");
}

async function download(url: string): Promise<Response> {
  try {
    return await fetch(url);
  } catch (cause) {
    throw failed(`could not download ${url}`, cause);
  }
}

async function compileResponse(response: Response): Promise<WebAssembly.Module> {
  const type = response.headers.get("content-type") ?? "no content type";
  const where = `${response.url || "the given response"} (status ${response.status}, ${type})`;
  if (!response.ok) throw failed(`could not download ${where}`);
  return compileBytes(await response.arrayBuffer(), where);
}

async function compileBytes(bytes: BufferSource, where: string): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw failed(`could not compile ${where}${seen(bytes)}`, cause);
  }
}

/** A server that answers every unknown path with its start page is the usual cause; its first characters tell. */
function seen(bytes: BufferSource): string {
  const view = ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset) : new Uint8Array(bytes);
  const start = new TextDecoder().decode(view.subarray(0, 40));
  return start.trimStart().startsWith("<") ? `, which begins with ${JSON.stringify(start)}` : "";
}

function failed(what: string, cause?: unknown): AyrshareError {
  return new AyrshareError({
    kind: "internal",
    message: `${what}: serve ayrshare_user.wasm beside the code, or pass its address, response, bytes or module to init()`,
    retryable: true,
    cause,
  });
}
