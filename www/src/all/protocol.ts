// Messages between the page and the worker that reads the file of all profiles. The worker holds all rows; the page requests only
// those that it shows.

import type { AyrshareErrorInit } from "ayrshare-user";
import type { Connection } from "../session.js";

export type ToWorker =
  | { readonly type: "start"; readonly connection: Connection; readonly withinDays: number }
  | { readonly type: "cancel" }
  /** Rows `[from, to)` of a table. */
  | { readonly type: "rows"; readonly table: TableName; readonly from: number; readonly to: number; readonly query: Query }
  /** All rows of a table that the query finds, as a CSV file. */
  | { readonly type: "csv"; readonly table: TableName; readonly query: Query };

export type FromWorker =
  /** The file will be available at `untilMs`, in milliseconds since 1970. */
  | { readonly type: "waiting"; readonly untilMs: number }
  /** The connection dropped; reading resumes at `untilMs`. */
  | { readonly type: "broken"; readonly untilMs: number }
  | { readonly type: "progress"; readonly tally: Tally }
  | { readonly type: "ended"; readonly tally: Tally; readonly cancelled: boolean }
  | { readonly type: "failed"; readonly tally: Tally; readonly error: AyrshareErrorInit }
  | { readonly type: "rows"; readonly table: TableName; readonly from: number; readonly total: number; readonly rows: readonly unknown[]; readonly query: Query }
  | { readonly type: "csv"; readonly table: TableName; readonly file: Blob };

/** The tables whose rows the worker holds. */
export type TableName = "links";

/** Which rows of a table, and in which order. */
export interface Query {
  /** Words that must all occur in a row. */
  readonly search: string;
  /** Only rows of this network. */
  readonly network?: string;
  readonly column: string;
  readonly descending: boolean;
}

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
