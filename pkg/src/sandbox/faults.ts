// Fault injection: a queue of faults for single requests, and permanent faults of the batch file. Faults are plain data, so that the
// in-process fetch and the Node server can use the same list; each decides how to drop a connection.

import { listOf, objectOf, reading } from "./object-of.js";

/** The routes that a fault can apply to. */
export type SandboxRoute = "user" | "details" | "batch" | "file" | "image" | "none";

/** A fault of one response. With `status` or `body` it replaces the real response; otherwise it modifies the real response. */
export interface SandboxFault {
  /** Applies only to this route. Default: any API route. */
  on?: SandboxRoute;
  /** Number of requests it applies to. Default 1. */
  times?: number;
  /** Status of the replacement. Default 200 if only `body` is given. */
  status?: number;
  /** Headers of the replacement, or headers to add to the real response. An empty value removes the header. */
  headers?: Record<string, string>;
  /** Body of the replacement. A plain object is sent as JSON. */
  body?: string | Uint8Array | object;
  /** Milliseconds before the response begins. */
  delayMs?: number;
  /** `"reset"`: the connection is reset before any response. `"hang"`: no response is sent, until the caller aborts. */
  connection?: "reset" | "hang";
  /** The connection drops after this many bytes of the body. */
  cutAtByte?: number;
  /** The body stalls after this many bytes, until the caller aborts. */
  stallAtByte?: number;
  /** Bytes per second of the body, which arrives in small pieces. */
  bytesPerSecond?: number;
  /** `Content-Length` minus the real length, in bytes. */
  contentLengthOffset?: number;
}

/** A corrupt record of the batch file. The length of the file does not change. */
export interface SandboxCorruption {
  /** Index of the record, starting at 0. */
  record: number;
  /**
   * `"syntax"`: not JSON. `"utf8"`: JSON with a byte in a string that is not UTF-8. `"shape"`: JSON whose `refId` is a number
   * (a record without a `refId` is replaced with a number). `"control"`: a bare NUL byte in a string.
   */
  kind: "syntax" | "utf8" | "shape" | "control";
}

/** Permanent faults of the batch file. */
export interface SandboxFileFaults {
  /** The connection drops when the download reaches one of these bytes (offsets in the whole file). It drops once for each. */
  cutAtBytes?: readonly number[];
  /** Records to corrupt. */
  corrupt?: readonly SandboxCorruption[];
  /** Download speed in bytes per second. */
  bytesPerSecond?: number;
  /** `Content-Length` minus the real length, in bytes. */
  contentLengthOffset?: number;
  /** The file changes after this many responses with content: new content, new `ETag`, new `Last-Modified`. */
  changeAfter?: number;
  /** `Range` is ignored; the response is 200 with the whole file. */
  ignoreRange?: boolean;
  /** No `ETag` is sent. */
  noETag?: boolean;
  /** No `Last-Modified` is sent. */
  noLastModified?: boolean;
}

/** All faults of a sandbox. */
export interface SandboxFaults {
  /** Milliseconds before every response. */
  latencyMs?: number;
  /** Faults for the next requests, in order. */
  failNext?: readonly SandboxFault[];
  /** Faults of the batch file. */
  file?: SandboxFileFaults;
  /**
   * Share of fields, from 0 to 1, that are `null` or have another JSON type than documented: in `/user`, in boards and in the records of
   * the batch file. The sandbox's `seed` decides which ones. Lists and objects are not changed. Default 0.
   */
  oddFields?: number;
}

/** A copy of all faults. */
function faultsOf(given: SandboxFaults): SandboxFaults {
  const faults = objectOf(given, "faults");
  if (isGiven(faults.failNext)) faults.failNext = listOf(faults.failNext, "faults.failNext").map(faultOf);
  if (isGiven(faults.file)) {
    const file = objectOf(faults.file, "faults.file");
    if (isGiven(file.cutAtBytes)) file.cutAtBytes = listOf(file.cutAtBytes, "faults.file.cutAtBytes");
    if (isGiven(file.corrupt)) file.corrupt = listOf(file.corrupt, "faults.file.corrupt").map((record) => objectOf(record, "faults.file.corrupt"));
    faults.file = file;
  }
  return faults;
}

function faultOf(given: SandboxFault): SandboxFault {
  const fault = objectOf(given, "faults.failNext");
  if (isGiven(fault.headers)) fault.headers = objectOf(fault.headers, "faults.failNext.headers");
  return fault;
}

/** A body that is an object becomes its JSON, so that one that has none is refused at once, and not as a failed request. */
function withText(fault: SandboxFault): SandboxFault {
  const { body } = fault;
  if (body === undefined || body === null || typeof body === "string" || body instanceof Uint8Array) return fault;
  return { ...fault, body: reading("faults.failNext.body", "a body", () => JSON.stringify(body)) };
}

const isGiven = <T>(value: T): value is NonNullable<T> => value !== undefined && value !== null;

/** The active faults and how much of each has been used up. */
export class FaultPlan {
  readonly #given: SandboxFaults;
  readonly #queue: { fault: SandboxFault; left: number }[];
  readonly #cuts: Set<number>;
  #served = 0;

  constructor(given: SandboxFaults) {
    this.#given = faultsOf(given);
    const { oddFields = 0, failNext, file } = this.#given;
    if (!(typeof oddFields === "number" && oddFields >= 0 && oddFields <= 1)) throw new TypeError("sandbox option `faults.oddFields` must be a number from 0 to 1");
    this.#queue = (failNext ?? []).map((fault) => ({ fault: withText(fault), left: fault.times ?? 1 }));
    this.#cuts = new Set(file?.cutAtBytes);
  }

  get given(): SandboxFaults {
    return this.#given;
  }

  get file(): SandboxFileFaults {
    return this.#given.file ?? {};
  }

  get oddFields(): number {
    return this.#given.oddFields ?? 0;
  }

  get latencyMs(): number {
    return this.#given.latencyMs ?? 0;
  }

  /** Takes the next fault for a request to `route`, if there is one. */
  take(route: SandboxRoute): SandboxFault | undefined {
    const isApi = route !== "file" && route !== "image";
    const at = this.#queue.findIndex(({ fault }) => (fault.on === undefined ? isApi : fault.on === route));
    const found = this.#queue[at];
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#queue.splice(at, 1);
    return found.fault;
  }

  /** The first cut inside `[from, to)`. */
  cutWithin(from: number, to: number): number | undefined {
    return [...this.#cuts].filter((at) => at >= from && at < to).sort((a, b) => a - b)[0];
  }

  /** Removes a cut that has happened. */
  spend(cut: number): void {
    this.#cuts.delete(cut);
  }

  /** Revision of the file for the next response. Only responses with content count as deliveries. */
  revision(): number {
    const after = this.file.changeAfter;
    return after !== undefined && this.#served >= after ? 1 : 0;
  }

  countDelivery(): void {
    this.#served += 1;
  }
}
