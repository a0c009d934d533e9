// Faults a test can ask for: one queue of faults for single requests, and standing faults of the batch file. A fault is data, so
// that the same list drives the in-process fetch and the node host; how a broken connection looks is the host's business.

/** The routes a fault can be aimed at. */
export type SandboxRoute = "user" | "details" | "batch" | "file" | "image" | "none";

/** One faulty answer. With `status` or `body` it replaces the real answer; without, the real answer is given and then spoilt. */
export interface SandboxFault {
  /** Only for this route. Default: any API route. */
  on?: SandboxRoute;
  /** How many requests it hits. Default 1. */
  times?: number;
  /** Status of the replaced answer. Default 200 when only `body` is given. */
  status?: number;
  /** Headers of the replaced answer, or additions to the real one. An empty value removes the header. */
  headers?: Record<string, string>;
  /** Body of the replaced answer. A plain object is sent as JSON. */
  body?: string | Uint8Array | object;
  /** Milliseconds before the answer begins. */
  delayMs?: number;
  /** `"reset"`: the connection breaks before any answer. `"hang"`: no answer ever comes, until the caller gives up. */
  connection?: "reset" | "hang";
  /** The connection breaks after this many bytes of the body. */
  cutAtByte?: number;
  /** The body stands still after this many bytes, until the caller gives up. */
  stallAtByte?: number;
  /** The body arrives at this pace, in small pieces. */
  bytesPerSecond?: number;
  /** Announced length minus real length, in bytes. */
  contentLengthOffset?: number;
}

/** A record of the batch file that is not what it should be. The file keeps its length. */
export interface SandboxCorruption {
  /** Number of the record, from 0. */
  record: number;
  /**
   * `"syntax"`: not JSON. `"utf8"`: JSON with a byte that is not UTF-8 in a string. `"shape"`: JSON whose `refId` is a number
   * (a record without a `refId` becomes a number altogether). `"control"`: a bare NUL byte in a string.
   */
  kind: "syntax" | "utf8" | "shape" | "control";
}

/** Standing faults of the batch file. */
export interface SandboxFileFaults {
  /** The connection breaks when the file reaches one of these bytes (offsets in the whole file). Each breaks once. */
  cutAtBytes?: readonly number[];
  /** Records to spoil. */
  corrupt?: readonly SandboxCorruption[];
  /** Pace of the download. */
  bytesPerSecond?: number;
  /** Announced length minus real length, in bytes. */
  contentLengthOffset?: number;
  /** After this many answers with content the file is another one: new content, new `ETag`, new `Last-Modified`. */
  changeAfter?: number;
  /** `Range` is ignored: 200 and the whole file. */
  ignoreRange?: boolean;
  /** No `ETag` is sent. */
  noETag?: boolean;
  /** No `Last-Modified` is sent. */
  noLastModified?: boolean;
}

/** All faults of a sandbox. */
export interface SandboxFaults {
  /** Milliseconds before every answer. */
  latencyMs?: number;
  /** Faults for the next requests, first come first served. */
  failNext?: readonly SandboxFault[];
  /** Faults of the batch file. */
  file?: SandboxFileFaults;
  /**
   * Share of fields, from 0 to 1, that are `null` or of another JSON type than documented: in `/user`, in boards and in the records of
   * the batch file. Which ones follows from the sandbox's `seed`. Lists and objects stay what they are. Default 0.
   */
  oddFields?: number;
}

/** The faults in force, with what has been used up of them. */
export class FaultPlan {
  readonly #given: SandboxFaults;
  readonly #queue: { fault: SandboxFault; left: number }[];
  readonly #cuts: Set<number>;
  #served = 0;

  constructor(given: SandboxFaults) {
    const { oddFields = 0 } = given;
    if (!(typeof oddFields === "number" && oddFields >= 0 && oddFields <= 1)) throw new TypeError("sandbox option `faults.oddFields` must be a number from 0 to 1");
    this.#given = given;
    this.#queue = (given.failNext ?? []).map((fault) => ({ fault, left: fault.times ?? 1 }));
    this.#cuts = new Set(given.file?.cutAtBytes);
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

  /** Takes the fault for a request to `route`, if one waits. */
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

  /** A cut that has happened does not happen again. */
  spend(cut: number): void {
    this.#cuts.delete(cut);
  }

  /** Revision of the file for the answer about to be given; a delivery counts only when it carries content. */
  revision(): number {
    const after = this.file.changeAfter;
    return after !== undefined && this.#served >= after ? 1 : 0;
  }

  countDelivery(): void {
    this.#served += 1;
  }
}
