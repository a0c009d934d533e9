/**
 * Types of the web platform, derived from the `fetch` that the user's program declares. "dom", "webworker", `@types/node`,
 * `@cloudflare/workers-types` and Bun's types all declare it. Referring to the types by name would not compile in programs that do not
 * declare them. Such programs get the `Plain…` types below, which declare only what this package uses.
 */

declare global {
  // A generic type cannot be derived from a value. This interface merges with an existing declaration; without one, it is empty.
  interface ReadableStream<R = any> {}
}

type Declared<Name extends string, Otherwise> = typeof globalThis extends { [K in Name]: infer Value } ? Value : Otherwise;

type FetchFunction = Extract<Declared<"fetch", PlainFetch>, (...args: never) => unknown>;

/** First argument of `fetch`. */
export type RequestInfo = Parameters<FetchFunction>[0];

/** Second argument of `fetch`. */
export type RequestInit = NonNullable<Parameters<FetchFunction>[1]>;

/** What `fetch` resolves to. */
export type Response = Awaited<ReturnType<FetchFunction>>;

export type Headers = Response["headers"];

export type AbortSignal = NonNullable<RequestInit["signal"]>;

/** A stream of bytes. */
export type ByteStream = NonNullable<Response["body"]>;

export type URL = Declared<"URL", unknown> extends { prototype: infer Instance } ? Instance : PlainURL;

/** An `ArrayBuffer` or a view of one. */
export type BufferSource = ArrayBuffer | ArrayBufferView;

/** A compiled `WebAssembly.Module`. "dom" declares it without members, too. */
export type WebAssemblyModule = object;

type PlainFetch = (input: string | PlainURL, init?: PlainRequestInit) => Promise<PlainResponse>;

interface PlainRequestInit {
  method?: string;
  headers?: Record<string, string>;
  redirect?: "manual";
  signal?: PlainAbortSignal | null;
}

interface PlainResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly headers: PlainHeaders;
  readonly body: PlainByteStream | null;
  arrayBuffer(): Promise<ArrayBuffer>;
  json(): Promise<unknown>;
  text(): Promise<string>;
}

interface PlainHeaders {
  get(name: string): string | null;
  has(name: string): boolean;
  forEach(callback: (value: string, name: string) => void): void;
}

interface PlainAbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

interface PlainByteStream {
  cancel(reason?: unknown): Promise<void>;
  getReader(): {
    read(): Promise<{ done: false; value: Uint8Array } | { done: true; value?: undefined }>;
    cancel(reason?: unknown): Promise<void>;
    releaseLock(): void;
  };
}

interface PlainURL {
  readonly href: string;
}
