/** Decoding bodies that were not received by a call of this package. */
import { AyrshareError } from "../errors/ayrshare-error.js";
import type { PinterestDetails, User, UserBatch } from "../model.js";
import { bytesOf, kindOf } from "../wasm/compile.js";
import type { BufferSource } from "../web-types.js";
import { AyrshareUser } from "./client.js";
import type { ClientOptions } from "../options/types.js";
import { read } from "../options/read.js";
import { NoHeaders } from "./response-meta.js";

/** The body of a response: JSON text, its bytes, or the object that was parsed from it, which is converted to text again. */
export type Body = string | BufferSource | object;

/** Options of {@link decodeUser} and its siblings; they mean the same as those of a client. */
export type DecodeOptions = Pick<ClientOptions, "onInvalid" | "onDrift" | "maxBodyBytes">;

/**
 * Checks the body of a `GET /user` that was not received by a call of this package, for example from a database, a cache or a webhook,
 * exactly as {@link AyrshareUser.getUser} checks a response.
 *
 * @returns What `getUser` would return. {@link metaOf} has its mismatches, but neither status nor headers.
 * @throws {@link AyrshareError}, as a rejection: that of the call if such a body comes with the status 200, but without status, attempts and
 *   URL; kind `config` if an option is invalid, or `body` is neither text nor bytes nor an object.
 */
export function decodeUser(body: Body, options?: DecodeOptions): Promise<User> {
  return decode(body, options, (client) => client.getUser());
}

/** {@link decodeUser} for the body of a `GET /user/details/pinterest`. */
export function decodePinterestDetails(body: Body, options?: DecodeOptions): Promise<PinterestDetails> {
  return decode(body, options, (client) => client.getUserDetails("pinterest"));
}

/** {@link decodeUser} for the body of a `GET /user/batch`. */
export function decodeUserBatch(body: Body, options?: DecodeOptions): Promise<UserBatch> {
  return decode(body, options, (client) => client.getUserBatch());
}

/** Makes a call whose response is the body, so that everything is as in any other call. What only a real call has is left out. */
async function decode<T>(body: Body, options: DecodeOptions | undefined, call: (client: AyrshareUser) => Promise<T>): Promise<T> {
  const given = read(options, "onInvalid onDrift maxBodyBytes");
  const copy = copyOf(body);
  const fetch = async () => {
    const bytes = typeof copy === "string" ? new TextEncoder().encode(copy) : copy;
    return { status: 200, headers: new NoHeaders([["content-length", `${bytes.length}`]]), body: {}, arrayBuffer: () => bytes };
  };
  const client = new AyrshareUser({ ...given, fetch: fetch as never, baseUrl: "http://localhost", timeoutMs: Infinity, totalTimeoutMs: Infinity });
  try {
    return await call(client);
  } catch (error) {
    const failure = error as { status?: unknown; url?: unknown; attempts: unknown[] };
    delete failure.status;
    delete failure.url;
    failure.attempts = [];
    throw error;
  } finally {
    client.free();
  }
}

/** The body as it is now: the caller may change it while the wasm is loaded. */
function copyOf(body: Body): string | Uint8Array {
  if (typeof body === "string") return body;
  let cause: unknown;
  try {
    const bytes = bytesOf(body);
    if (bytes) return bytes.slice();
    // Other objects, such as a `Response` or a promise, would be an empty profile as JSON.
    const text: string | undefined = /^(Object|Array)$/.test(kindOf(body)) ? JSON.stringify(body) : undefined;
    if (text !== undefined) return text;
  } catch (error) {
    cause = error;
  }
  throw new AyrshareError({ kind: "config", message: "`body` must be JSON text, its bytes, or a parsed object", cause });
}
