/** `health`: what one profile needs, and by when. */
import { accountHealth } from "../../node.js";
import type { Finding } from "../../insight/types.js";
import type { Arguments } from "../arguments.js";
import type { Origin } from "../origin.js";
import type { Report } from "../report.js";
import { highest } from "../level.js";
import { timestamp } from "../text.js";
import { aboutProfile } from "./user.js";

/** Judges the profile. With a network, only the findings about its account count. */
export async function health(origin: Origin, { network, within }: Arguments): Promise<Report<Finding>> {
  const profile = await origin.user();
  const all = await accountHealth(profile, { refreshWithinDays: within });
  const findings = network === undefined ? all.findings : all.findings.filter((finding) => finding.network === network);
  const accounts = network === undefined ? all.accounts : all.accounts.filter((account) => account.network === network);
  const level = network === undefined ? all.level : highest(findings.map((finding) => finding.level));
  return {
    whole: { ...all, level, findings, accounts },
    records: [findings],
    columns: [
      { name: "level", title: "Level", cell: (finding) => finding.level },
      { name: "reason", cell: ({ reason }) => reason },
      { name: "network", title: "Network", cell: (finding) => finding.network },
      { name: "due", cell: ({ dueMs }) => (dueMs === undefined ? undefined : timestamp(dueMs)) },
      { name: "daysLeft", cell: ({ daysLeft }) => daysLeft },
      { name: "used", cell: ({ used }) => used },
      { name: "limit", cell: ({ limit }) => limit },
      { name: "message", title: "What it is", cell: ({ message }) => message, isLong: true },
    ],
    above: aboutProfile(profile),
    ifEmpty: network === undefined ? "Nothing is known about links and quotas." : `Nothing is known about ${network}.`,
    levelOf: (finding) => finding.level,
    level,
  };
}
