/**
 * The web platform's types, as the program that uses this package knows them: taken from its own `fetch`, which "dom", "webworker",
 * `@types/node`, `@cloudflare/workers-types` and Bun's types all declare. Naming them instead would not compile where they are not
 * there; in such a program, what this package itself uses of them stands in.
 */

declare global {
  // A generic type cannot be taken from a value. This one merges with the declaration that is there, and is empty without one.
  interface ReadableStream<R = any> {}
}

type Declared<Name extends string, Otherwise> = typeof globalThis extends { [K in Name]: infer Value } ? Value : Otherwise;

type FetchFunction = Extract<Declared<"fetch", PlainFetch>, (...args: never) => unknown>;

/** What `fetch` takes as its first argument, an address included. */
export type RequestInfo = Parameters<FetchFunction>[0];

/** What `fetch` takes as its second argument. */
export type RequestInit = NonNullable<Parameters<FetchFunction>[1]>;

/** What `fetch` answers. */
export type Response = Awaited<ReturnType<FetchFunction>>;

export type Headers = Response["headers"];

export type AbortSignal = NonNullable<RequestInit["signal"]>;

/** Chunks are bytes. */
export type ByteStream = NonNullable<Response["body"]>;

export type URL = Declared<"URL", unknown> extends { prototype: infer Instance } ? Instance : PlainURL;

/** An ArrayBuffer or a view of one. */
export type BufferSource = ArrayBuffer | ArrayBufferView;

/** A compiled `WebAssembly.Module`, which "dom" declares without any member, too. */
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
