// The log of the last thousand requests, for assertions in tests.

import type { SandboxRoute } from "../faults.js";

/** One request to the sandbox. */
export interface SandboxRequest {
  method: string;
  /** The complete URL, including the query. */
  url: string;
  /** Host and port of the URL. */
  host: string;
  route: SandboxRoute;
  /** All headers as received, with lower-case names. Includes the keys that were sent; they are the sandbox's own. */
  headers: Record<string, string>;
  /** Milliseconds since the Unix epoch, by the sandbox's clock. */
  timeMs: number;
  /** Status of the response; 0 until there is one, and if the connection was dropped before. */
  status: number;
}

const BOUND = 1_000;

/** Appends to a log and removes the oldest entries beyond its maximum. */
export function note(log: SandboxRequest[], request: SandboxRequest): SandboxRequest {
  log.push(request);
  if (log.length > BOUND) log.splice(0, log.length - BOUND);
  return request;
}
