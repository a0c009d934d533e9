// Messages between the page and the worker that reads the file of all profiles. The worker holds all rows; the page requests only
// those that it shows.

import type { AyrshareErrorInit } from "ayrshare-user";
import type { Connection } from "../session.js";

export type ToWorker =
  | { readonly type: "start"; readonly connection: Connection; readonly withinDays: number }
  | { readonly type: "cancel" }
  /** Rows `[from, to)` of the links that need attention, of one network or of all. */
  | { readonly type: "rows"; readonly from: number; readonly to: number; readonly network: string | undefined };

export type FromWorker =
  /** The file will be available at `untilMs`, in milliseconds since 1970. */
  | { readonly type: "waiting"; readonly untilMs: number }
  /** The connection dropped; reading resumes at `untilMs`. */
  | { readonly type: "broken"; readonly untilMs: number }
  | { readonly type: "progress"; readonly tally: Tally }
  | { readonly type: "ended"; readonly tally: Tally; readonly cancelled: boolean }
  | { readonly type: "failed"; readonly tally: Tally; readonly error: AyrshareErrorInit }
  | { readonly type: "rows"; readonly from: number; readonly network: string | undefined; readonly total: number; readonly rows: readonly LinkRow[] };

/** The numbers so far, as `sweepProfiles` counts them. */
export interface Tally {
  readonly bytesRead: number;
  readonly bytesTotal: number | undefined;
  readonly profiles: number;
  readonly invalid: number;
  readonly resumes: number;
  /** Milliseconds since the first byte. */
  readonly readingMs: number;
  readonly accounts: number;
  /** Accounts per network, in the order in which the networks first appeared. */
  readonly networks: readonly (readonly [network: string, accounts: number])[];
  readonly refreshSoon: number;
  readonly expired: number;
  readonly nothingLinked: number;
  readonly suspended: number;
  readonly quotasHigh: number;
}

/** A link that has expired or must be refreshed. */
export interface LinkRow {
  readonly refId: string | undefined;
  readonly title: string | undefined;
  readonly network: string;
  readonly dueMs: number;
  readonly daysLeft: number;
  readonly expired: boolean;
}
