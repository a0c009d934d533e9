// The tables of a run: how their rows are sorted, searched and saved.

import { networkName } from "../network-names.js";
import type { DifferenceRow, LinkRow, ProfileRow } from "./protocol.js";
import type { RowShape } from "./rows.js";

export const LINKS: RowShape<LinkRow> = {
  columns: { profile: ({ title }) => title ?? "", network: ({ network }) => networkName(network), due: ({ dueMs }) => dueMs, left: ({ daysLeft }) => daysLeft },
  texts: ({ title, refId, network }) => [title, refId, network, networkName(network)],
  network: ({ network }) => network,
  fields: {
    refId: ({ refId }) => refId, title: ({ title }) => title, network: ({ network }) => network, due: ({ dueMs }) => isoOf(dueMs),
    daysLeft: ({ daysLeft }) => daysLeft, expired: ({ expired }) => expired,
  },
};

/** The most urgent last, as numbers grow. */
const LEVELS = ["ok", "soon", "now"];
const MOST = 1_000_000;

export const PROFILES: RowShape<ProfileRow> = {
  columns: {
    profile: ({ title }) => title ?? "", reference: ({ refId }) => refId ?? "", accounts: ({ accounts }) => accounts,
    level: ({ level, urgent }) => LEVELS.indexOf(level) * MOST + urgent,
  },
  texts: ({ title, refId }) => [title, refId],
  fields: {
    refId: ({ refId }) => refId, title: ({ title }) => title, accounts: ({ accounts }) => accounts, level: ({ level }) => level, urgent: ({ urgent }) => urgent,
  },
};

export const DIFFERENCES: RowShape<DifferenceRow> = {
  columns: {
    profile: ({ title }) => title ?? "", kind: ({ kind }) => kind, network: ({ network }) => (network === undefined ? "" : networkName(network)),
    before: ({ before }) => before ?? "", after: ({ after }) => after ?? "",
  },
  texts: ({ title, refId, kind, network, before, after }) => [title, refId, kind, network, network && networkName(network), before, after],
  network: ({ network }) => network,
  fields: {
    kind: ({ kind }) => kind, refId: ({ refId }) => refId, title: ({ title }) => title, network: ({ network }) => network, path: ({ path }) => path,
    before: ({ before }) => before, after: ({ after }) => after,
  },
};

/** The time as RFC 3339, or as a number if it is beyond the range of `Date`. */
function isoOf(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}
