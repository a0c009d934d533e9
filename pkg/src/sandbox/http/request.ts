// A server's request to the sandbox. In its own file so that the public declarations do not refer to routes.ts.

import type { AbortSignal, Headers, URL } from "../../web-types.js";

/** A request, limited to what all runtimes have in common. */
export interface Call {
  method: string;
  url: URL;
  headers: Headers;
  signal?: AbortSignal | null;
}

/** The routes that a server handles. The in-process `fetch` handles all. */
export type Serves = "all" | "api" | "files";
