// Messages between the page and its worker, which reads files of profiles. There is one worker for all runs. It holds all rows of a run; the page
// requests only those that it shows.

import type { AyrshareErrorInit, Change, Health, HealthLevel, User } from "ayrshare-user";
import type { Connection, Odd } from "../session.js";

/** What a run does. */
export type Work =
  /** Reads all profiles of an account. */
  | { readonly type: "account"; readonly connection: Connection; readonly withinDays: number }
  /** Finds out whether a file is the response of one call, and reads it if so. */
  | { readonly type: "recognize"; readonly file: File }
  /** Reads all profiles of a file. */
  | { readonly type: "file"; readonly file: File; readonly withinDays: number }
  /** Compares two files. */
  | { readonly type: "compare"; readonly before: File; readonly after: File };

/** What the page asks of a run. */
export type Ask =
  | { readonly type: "cancel" }
  /** Forgets the run, whose rows are no longer needed. */
  | { readonly type: "end" }
  /** The whole profile of a row. */
  | { readonly type: "profile"; readonly index: number }
  /** Rows `[from, to)` of a table. */
  | { readonly type: "rows"; readonly table: TableName; readonly from: number; readonly to: number; readonly query: Query }
  /** All rows of a table that the query finds, as a CSV file. */
  | { readonly type: "csv"; readonly table: TableName; readonly query: Query };

export type ToWorker =
  /** Loads everything that runs may need, so that none of them sends a request of its own. */
  | { readonly type: "warm" }
  | { readonly type: "begin"; readonly run: number; readonly work: Work }
  | { readonly type: "ask"; readonly run: number; readonly ask: Ask };

export type FromRun =
  /** The file will be available at `untilMs`, in milliseconds since 1970. */
  | { readonly type: "waiting"; readonly untilMs: number }
  /** The connection dropped; reading resumes at `untilMs`. */
  | { readonly type: "broken"; readonly untilMs: number }
  | { readonly type: "progress"; readonly tally: Tally }
  | { readonly type: "ended"; readonly tally: Tally; readonly cancelled: boolean }
  | { readonly type: "failed"; readonly tally: Tally; readonly error: AyrshareErrorInit }
  /** What `recognize` found; without a profile, the file has to be read as a list. */
  | { readonly type: "recognized"; readonly profile: OpenedProfile | undefined; readonly tookMs: number }
  | { readonly type: "refused"; readonly error: AyrshareErrorInit }
  /** Absent if the file no longer has it. */
  | { readonly type: "profile"; readonly index: number; readonly profile: OpenedProfile | undefined }
  | { readonly type: "comparing"; readonly side: "before" | "after"; readonly share: number | undefined }
  | { readonly type: "compared"; readonly outcome: Outcome; readonly tookMs: number }
  | ({ readonly type: "rows"; readonly table: TableName } & TableWindow)
  | { readonly type: "csv"; readonly table: TableName; readonly file: Blob };

export type FromWorker = { readonly type: "warm" } | { readonly type: "run"; readonly run: number; readonly message: FromRun };

/** A profile of a file, its health, and the fields that contradict the types. */
export interface OpenedProfile {
  readonly user: User;
  readonly health: Health;
  readonly odd: Odd | undefined;
}

/** How two files differ. */
export type Outcome =
  /** Both are responses of one call. */
  | { readonly kind: "responses"; readonly changes: readonly Change[] }
  /** Both are lists. The differences are the rows of a table, which may leave out those of the last profiles. */
  | { readonly kind: "lists"; readonly counts: Readonly<Record<Difference, number>>; readonly before: number; readonly after: number; readonly leftOut: number }
  /** One is a list, the other is not. */
  | { readonly kind: "different" };

/** What can differ between two lists: profiles that joined or left, and changes of accounts. */
export type Difference = "joined" | "left" | "linked" | "unlinked" | "relinked" | "renamed" | "id_changed";

/** The tables whose rows the worker holds. */
export type TableName = "links" | "profiles" | "differences";

/** Which rows of a table, and in which order. */
export interface Query {
  /** Words that must all occur in a row. */
  readonly search: string;
  /** Only rows of this network. */
  readonly network?: string;
  /** A column, or an empty text for the order in which the rows came. */
  readonly column: string;
  readonly descending: boolean;
}

/** The rows of a table from `from` on, as many as were requested, and how many there are in all. */
export interface TableWindow {
  readonly from: number;
  readonly total: number;
  readonly rows: readonly unknown[];
  readonly query: Query;
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
  /** The most frequent places where profiles contradict the types, and how many other places there are. */
  readonly mismatches: readonly MismatchRow[];
  readonly mismatchesLeftOut: number;
}

/** A place where profiles contradict the types. Its path has no array indices. */
export interface MismatchRow {
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  readonly records: number;
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

/** A profile in a list. */
export interface ProfileRow {
  /** Its place among the profiles that could be read. */
  readonly index: number;
  readonly refId: string | undefined;
  readonly title: string | undefined;
  readonly accounts: number;
  readonly level: HealthLevel;
  /** How many things need attention. */
  readonly urgent: number;
}

/** A difference between two lists. */
export interface DifferenceRow {
  readonly kind: Difference;
  readonly refId: string | undefined;
  readonly title: string | undefined;
  /** Absent for the profile itself. */
  readonly network: string | undefined;
  readonly path: string | undefined;
  readonly before: string | undefined;
  readonly after: string | undefined;
}
