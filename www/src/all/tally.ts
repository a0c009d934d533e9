// Counts over all profiles, one profile and its health at a time. Links that need attention are stored, and sorted only when rows are
// requested.

import type { Finding, Health, User } from "ayrshare-user";
import { textOf } from "../readable.js";
import type { LinkRow } from "./protocol.js";

export class Counts {
  profiles = 0;
  accounts = 0;
  refreshSoon = 0;
  expired = 0;
  nothingLinked = 0;
  suspended = 0;
  quotasHigh = 0;
  readonly networks = new Map<string, number>();
  readonly links = new Links();

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

/** While rows are added, they are sorted at most this often. */
const REORDER_MS = 1000;

/** Links that need attention, the most urgent first. */
class Links {
  readonly #rows: LinkRow[] = [];
  #ordered: readonly LinkRow[] = [];
  #network: string | undefined;
  #orderedAtMs = -Infinity;
  #complete = false;

  add(row: LinkRow): void {
    this.#rows.push(row);
  }

  /** All rows are there; from now on the order is exact. */
  complete(): void {
    this.#complete = true;
    this.#orderedAtMs = -Infinity;
  }

  window(from: number, to: number, network: string | undefined): { total: number; rows: LinkRow[] } {
    const nowMs = performance.now();
    const stale = !this.#complete && nowMs - this.#orderedAtMs > REORDER_MS;
    if (network !== this.#network || stale || this.#orderedAtMs === -Infinity) {
      const wanted = network === undefined ? [...this.#rows] : this.#rows.filter((row) => row.network === network);
      this.#ordered = wanted.sort((one, other) => one.dueMs - other.dueMs);
      this.#network = network;
      this.#orderedAtMs = nowMs;
    }
    return { total: this.#ordered.length, rows: this.#ordered.slice(from, to) };
  }
}
