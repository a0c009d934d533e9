// What the runs of the worker have in common.

import { AyrshareError, isAyrshareError, type AyrshareErrorInit } from "ayrshare-user";
import type { FromRun, Query, TableName } from "./protocol.js";

export type Post = (message: FromRun) => void;

interface TableRows {
  readonly window: (from: number, to: number, query: Query) => { readonly total: number; readonly rows: readonly unknown[] };
  readonly csv: (query: Query) => Blob;
}

/** A run, as the worker holds it. */
export interface Running {
  readonly tables: { readonly [name in TableName]?: TableRows };
  /** Sends the profile of a row. */
  readonly open?: (index: number) => Promise<void>;
}

/** An error as a message. What is not an error of the package, such as a file that cannot be read, becomes one, so that the page can show it. */
export function errorMessage(error: unknown): AyrshareErrorInit {
  const known = isAyrshareError(error) ? error
    : new AyrshareError({ kind: "network", message: error instanceof Error ? error.message : String(error), retryable: false });
  return known.toJSON() as unknown as AyrshareErrorInit;
}
