// What the sandbox saw, for assertions: the last thousand requests.

import type { SandboxRoute } from "./faults.js";

/** One request the sandbox answered, or refused to answer. */
export interface SandboxRequest {
  method: string;
  /** The whole URL, query included. */
  url: string;
  /** Host and port of the URL. */
  host: string;
  route: SandboxRoute;
  /** Every header as it came, names in lower case. Holds the keys that were sent: they are the sandbox's own. */
  headers: Record<string, string>;
  /** Milliseconds since the Unix epoch, by the sandbox's clock. */
  timeMs: number;
  /** Status of the answer; 0 while there is none, and for a connection that broke before any. */
  status: number;
}

const BOUND = 1_000;

/** Appends to a log and keeps it at its bound. */
export function note(log: SandboxRequest[], request: SandboxRequest): SandboxRequest {
  log.push(request);
  if (log.length > BOUND) log.splice(0, log.length - BOUND);
  return request;
}
