// What a host hands to the sandbox. Apart from the routes, so that the public declarations lead to no others.

import type { AbortSignal, Headers, URL } from "../platform.js";

/** A request, without the parts of `Request` that differ between runtimes. */
export interface Call {
  method: string;
  url: URL;
  headers: Headers;
  signal?: AbortSignal | null;
}

/** Which routes a host offers. In-process, one fetch offers all. */
export type Serves = "all" | "api" | "files";
