// One connection and its three calls. Keys are stored only in this object. A new connection or profile replaces the session;
// dispose() aborts the pending calls of the old one.

import {
  accountHealth, AyrshareUser, isAyrshareError, metaOf,
  type AyrshareError, type Health, type Mismatch, type PinterestBoard, type User, type UserBatch,
} from "ayrshare-user";

export interface Connection {
  readonly baseUrl: string;
  readonly apiKey?: string;
  readonly profileKey?: string;
  /** The server is our gateway. It forwards the file of all profiles, because CORS often forbids pages to read it from its host. */
  readonly viaGateway?: boolean;
}

/** The places where a response contradicts the types: the first ones, and their total number. */
export interface Odd {
  readonly mismatches: readonly Mismatch[];
  readonly count: number;
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T; readonly tookMs: number; readonly status?: number; readonly odd?: Odd }
  | { readonly ok: false; readonly error: AyrshareError; readonly tookMs: number };

export class Session {
  readonly #client: AyrshareUser;
  readonly #stop = new AbortController();
  readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
    const { baseUrl, apiKey } = connection;
    this.#client = new AyrshareUser({ baseUrl, ...(apiKey === undefined ? {} : { apiKey }) });
  }

  /** The linked accounts of the chosen profile, with Instagram's quota, and their health. */
  async user(): Promise<Outcome<{ user: User; health: Health }>> {
    const outcome = await timed(() => this.#client.getUser({ instagramQuota: true }, this.#perProfile()));
    if (!outcome.ok) return outcome;
    const judged = await timed(() => accountHealth(outcome.value));
    return judged.ok ? { ...outcome, value: { user: outcome.value, health: judged.value } } : judged;
  }

  /** Identifies the server and the profile. Key of the snapshots. */
  get name(): string {
    const { baseUrl, profileKey } = this.connection;
    return JSON.stringify([baseUrl, profileKey]);
  }

  /** The chosen profile's Pinterest boards. */
  async boards(): Promise<Outcome<readonly PinterestBoard[]>> {
    const outcome = await timed(() => this.#client.getUserDetails("pinterest", this.#perProfile()));
    return outcome.ok ? { ...outcome, value: outcome.value.pinterest } : outcome;
  }

  /** The file of all profiles: it belongs to the API key, whichever profile is chosen. */
  batch(): Promise<Outcome<UserBatch>> {
    return timed(() => this.#client.getUserBatch({ signal: this.#stop.signal }));
  }

  get ended(): boolean {
    return this.#stop.signal.aborted;
  }

  dispose(): void {
    this.#stop.abort();
    this.#client.free();
  }

  #perProfile(): { signal: AbortSignal; profileKey?: string } {
    const { profileKey } = this.connection;
    return { signal: this.#stop.signal, ...(profileKey === undefined ? {} : { profileKey }) };
  }
}

async function timed<T extends object>(call: () => Promise<T>): Promise<Outcome<T>> {
  const started = performance.now();
  try {
    const value = await call();
    const tookMs = performance.now() - started;
    const meta = metaOf(value);
    if (!meta) return { ok: true, value, tookMs };
    const { status, mismatches, mismatchCount } = meta;
    return { ok: true, value, tookMs, ...(status !== undefined && { status }), ...(mismatchCount > 0 && { odd: { mismatches, count: mismatchCount } }) };
  } catch (error) {
    if (!isAyrshareError(error)) throw error;
    return { ok: false, error, tookMs: performance.now() - started };
  }
}

/** Size of the wasm module that decodes responses, once the browser has loaded it. */
export function decoderBytes(): number | undefined {
  const entry = performance
    .getEntriesByType("resource")
    .find((resource) => /\/ayrshare_user-[^/]*\.wasm$/.test(new URL(resource.name).pathname)) as PerformanceResourceTiming | undefined;
  return entry && entry.decodedBodySize > 0 ? entry.decodedBodySize : undefined;
}
