/** `sweep`: which links and quotas of all profiles need attention. */
import type { LinkDue, QuotaUse, SweepReport } from "../../batch/types.js";
import type { HealthLevel } from "../../insight/types.js";
import type { Arguments } from "../arguments.js";
import { highest } from "../level.js";
import type { Origin } from "../origin.js";
import type { Report } from "../report.js";
import { count, counted, day, size, timestamp } from "../text.js";

const WITHIN_DAYS = 14;

/** So many links and quotas are listed. The library keeps 1,000 by default; here, the list is the result. */
const MAX_ENTRIES = 100_000;

/** A link or a quota that needs attention, with the names that `health` has for the reasons. */
type Entry = { readonly level: HealthLevel; readonly reason: string } & Pick<LinkDue, "refId" | "title"> & { readonly network?: string } & Partial<Omit<LinkDue, "network">> & Partial<QuotaUse>;

/** The network of the quotas that belong to one account. */
const NETWORK_OF_QUOTA: Readonly<Partial<Record<QuotaUse["quota"], string>>> = { instagram_posts: "instagram", twitter_usage: "twitter" };

/** Sweeps all profiles. With a network, only its links and quotas count. */
export async function sweep(origin: Origin, { network, within = WITHIN_DAYS }: Arguments): Promise<Report<Entry>> {
  const swept = await origin.sweep({ refreshWithinDays: within, maxEntries: MAX_ENTRIES });
  const report = network === undefined ? swept : onlyOf(network, swept);
  const entries = [...report.links.map(linkEntry), ...report.quotas.map(quotaEntry)];
  return {
    whole: report,
    records: [entries],
    columns: [
      { name: "level", title: "Level", cell: ({ level }) => level },
      { name: "reason", title: "Reason", cell: ({ reason }) => reason, shown: ({ reason }) => reason.replaceAll("_", " ") },
      { name: "network", title: "Network", cell: (entry) => entry.network },
      { name: "title", title: "Title", cell: ({ title }) => title, isLong: true },
      { name: "due", title: "Due", cell: ({ dueMs }) => (dueMs === undefined ? undefined : timestamp(dueMs)), shown: ({ dueMs }) => (dueMs === undefined ? undefined : day(dueMs)) },
      { name: "daysLeft", title: "Days", cell: ({ daysLeft }) => daysLeft },
      { name: "used", title: "Used", cell: ({ used }) => used, shown: ({ used, limit }) => (used === undefined || !limit ? undefined : `${Math.floor((used / limit) * 100)} %`) },
      { name: "limit", cell: ({ limit }) => limit },
      { name: "refId", title: "Ref id", cell: ({ refId }) => refId, isLong: true },
    ],
    above: summary(report, within),
    ifEmpty: "No link and no quota needs attention.",
    levelOf: ({ level }) => level,
    level: highest([...entries.map(({ level }) => level), report.suspended > 0 ? "now" : "ok", report.nothingLinked > 0 ? "soon" : "ok"]),
    notes: () => notes(report),
  };
}

function linkEntry(link: LinkDue): Entry {
  // The same levels as those of `accountHealth`: less than a day left is as urgent as none.
  return { level: link.expired || link.daysLeft < 1 ? "now" : "soon", reason: link.expired ? "link_expired" : "link_to_refresh", ...link };
}

function quotaEntry(use: QuotaUse): Entry {
  const network = NETWORK_OF_QUOTA[use.quota];
  return { level: use.used >= use.limit ? "now" : "soon", reason: use.quota, ...(network !== undefined && { network }), ...use };
}

/** The report about one network. What concerns whole profiles is left out. */
function onlyOf(network: string, report: SweepReport): SweepReport {
  const links = report.links.filter((link) => link.network === network);
  const quotas = report.quotas.filter(({ quota }) => NETWORK_OF_QUOTA[quota] === network);
  const networks = report.networks.filter((entry) => entry.network === network);
  const expired = links.filter((link) => link.expired).length;
  return {
    ...report,
    links,
    quotas,
    networks,
    accounts: networks.reduce((sum, { accounts }) => sum + accounts, 0),
    otherAccounts: 0,
    expired,
    refreshSoon: links.length - expired,
    quotasHigh: quotas.length,
    suspended: 0,
    nothingLinked: 0,
  };
}

function summary(report: SweepReport, within: number): string[] {
  const { networks, otherAccounts } = report;
  const lines = [`${counted(report.profiles, "profile")} with ${counted(report.accounts, "linked account")}, from ${size(report.bytes)}`];
  const counts = networks.map(({ network, accounts }) => `${network} ${count(accounts)}`);
  if (otherAccounts > 0) counts.push(`others ${count(otherAccounts)}`);
  if (counts.length > 0) lines.push(counts.join(", "));
  const needs = [
    [report.expired, (n: number) => `${counted(n, "link")} ${n === 1 ? "has" : "have"} expired`],
    [report.refreshSoon, (n: number) => `${counted(n, "link")} must be refreshed within ${counted(within, "day")}`],
    [report.quotasHigh, (n: number) => `${counted(n, "quota")} ${n === 1 ? "is" : "are"} used to 80 % or more`],
    [report.suspended, (n: number) => `${counted(n, "profile")} ${n === 1 ? "is" : "are"} suspended`],
    [report.nothingLinked, (n: number) => `${counted(n, "profile")} ${n === 1 ? "has" : "have"} nothing linked`],
    [report.invalid - report.unreadable, (n: number) => `${counted(n, "profile")} ${n === 1 ? "has" : "have"} fields of another type than documented`],
  ] as const;
  return [...lines, ...needs.flatMap(([number, sentence]) => (number > 0 ? [sentence(number)] : []))];
}

function notes({ unreadable, linksLeftOut, quotasLeftOut }: SweepReport): string[] {
  const leftOut = linksLeftOut + quotasLeftOut;
  return [
    ...(unreadable > 0 ? [`${counted(unreadable, "record")} could not be read as a profile and ${unreadable === 1 ? "was" : "were"} skipped.`] : []),
    ...(leftOut > 0 ? [`${counted(leftOut, "less urgent entry", "less urgent entries")} of all networks ${leftOut === 1 ? "is" : "are"} not listed.`] : []),
  ];
}
