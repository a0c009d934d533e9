// Counts over all profiles, one profile and its health at a time. Links that need attention are stored as rows of a table.

import type { Finding, Health, User } from "ayrshare-user";
import { networkName } from "../network-names.js";
import { textOf } from "../readable.js";
import type { LinkRow } from "./protocol.js";
import { Rows, type RowShape } from "./rows.js";

const LINKS: RowShape<LinkRow> = {
  columns: { profile: ({ title }) => title ?? "", network: ({ network }) => networkName(network), due: ({ dueMs }) => dueMs, left: ({ daysLeft }) => daysLeft },
  texts: ({ title, refId, network }) => [title, refId, network, networkName(network)],
  network: ({ network }) => network,
  fields: {
    refId: ({ refId }) => refId, title: ({ title }) => title, network: ({ network }) => network, due: ({ dueMs }) => isoOf(dueMs),
    daysLeft: ({ daysLeft }) => daysLeft, expired: ({ expired }) => expired,
  },
};

/** The time as RFC 3339, or as a number if it is beyond the range of `Date`. */
function isoOf(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}

export class Counts {
  profiles = 0;
  accounts = 0;
  refreshSoon = 0;
  expired = 0;
  nothingLinked = 0;
  suspended = 0;
  quotasHigh = 0;
  readonly networks = new Map<string, number>();
  readonly links = new Rows(LINKS);

  add(profile: User, health: Health): void {
    this.profiles += 1;
    for (const { network } of health.accounts) this.networks.set(network, (this.networks.get(network) ?? 0) + 1);
    this.accounts += health.accounts.length;
    for (const finding of health.findings) {
      // The most urgent come first.
      if (finding.level === "ok") break;
      this.#count(profile, finding);
    }
  }

  #count(profile: User, finding: Finding): void {
    const { reason, network = "", dueMs = 0, daysLeft = 0 } = finding;
    if (reason === "suspended") this.suspended += 1;
    else if (reason === "nothing_linked") this.nothingLinked += 1;
    else if (reason === "link_expired" || reason === "link_to_refresh") {
      const expired = reason === "link_expired";
      if (expired) this.expired += 1;
      else this.refreshSoon += 1;
      this.links.add({ refId: textOf(profile.refId), title: textOf(profile.title), network, dueMs, daysLeft, expired });
    } else this.quotasHigh += 1;
  }
}
