// Counts over all profiles, one profile and its health at a time. Links that need attention are stored as rows of a table.

import type { Finding, Health, Mismatch, User } from "ayrshare-user";
import { textOf } from "../readable.js";
import type { LinkRow, MismatchRow, ProfileRow } from "./protocol.js";
import { Rows } from "./rows.js";
import { LINKS, PROFILES } from "./tables.js";

/** How many places that contradict the types are listed, and how many are counted at most. */
const LISTED_PLACES = 20;
const COUNTED_PLACES = 1_000;

export class Counts {
  profiles = 0;
  accounts = 0;
  refreshSoon = 0;
  expired = 0;
  nothingLinked = 0;
  suspended = 0;
  quotasHigh = 0;
  readonly networks = new Map<string, number>();
  readonly links = new Rows<LinkRow>(LINKS);
  /** A row for each profile, if they are to be listed. */
  readonly listed: Rows<ProfileRow> | undefined;
  readonly #mismatches = new Map<string, { readonly path: string; readonly expected: string; readonly found: string; records: number }>();

  constructor({ listsProfiles = false } = {}) {
    this.listed = listsProfiles ? new Rows<ProfileRow>(PROFILES) : undefined;
  }

  add(profile: User, health: Health): void {
    for (const { network } of health.accounts) this.networks.set(network, (this.networks.get(network) ?? 0) + 1);
    this.accounts += health.accounts.length;
    let urgent = 0;
    for (const finding of health.findings) {
      // The most urgent come first.
      if (finding.level === "ok") break;
      urgent += 1;
      this.#count(profile, finding);
    }
    this.listed?.add({
      index: this.profiles, refId: textOf(profile.refId), title: textOf(profile.title), accounts: health.accounts.length, level: health.level, urgent,
    });
    this.profiles += 1;
  }

  /** Counts each place once per record. */
  addMismatches(mismatches: readonly Mismatch[]): void {
    const places = new Map(mismatches.map(({ path, expected, found }) => {
      const place = { path: path.replaceAll(/\[\d+\]/g, "[]"), expected, found, records: 0 };
      return [JSON.stringify(place), place];
    }));
    for (const [key, place] of places) {
      const known = this.#mismatches.get(key) ?? place;
      if (known === place && this.#mismatches.size >= COUNTED_PLACES) continue;
      known.records += 1;
      this.#mismatches.set(key, known);
    }
  }

  get mismatches(): { readonly mismatches: readonly MismatchRow[]; readonly mismatchesLeftOut: number } {
    const all = [...this.#mismatches.values()].sort((one, other) => other.records - one.records);
    return { mismatches: all.slice(0, LISTED_PLACES), mismatchesLeftOut: Math.max(0, all.length - LISTED_PLACES) };
  }

  /** All profiles are there. */
  complete(): void {
    this.links.complete();
    this.listed?.complete();
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
