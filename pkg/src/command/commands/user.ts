/** `user`: the linked accounts of one profile. */
import type { SocialAccount, User } from "../../model.js";
import type { Origin } from "../origin.js";
import { type Cell, type Column, type Report, cellOf } from "../report.js";
import { count, counted, day } from "../text.js";

const field = (name: string) => (account: SocialAccount): unknown => account[name];

/** Each network has its own field for the id. */
const idOf = ({ id, placeId, channelId }: SocialAccount): unknown => id ?? placeId ?? channelId;

/** The columns of an account; the table leaves out those that are mostly empty. */
const COLUMNS: readonly Column<SocialAccount>[] = [
  { name: "platform", title: "Network", cell: field("platform") },
  { name: "displayName", title: "Name", cell: field("displayName"), isLong: true },
  { name: "username", title: "Username", cell: field("username"), isLong: true },
  { name: "id", title: "Id", cell: idOf, shown: (account) => textOf(idOf(account)), isLong: true },
  { name: "type", cell: field("type") },
  { name: "created", title: "Linked", cell: field("created"), shown: (account) => dayOf(account.created) },
  { name: "refreshRequired", title: "Refresh by", cell: field("refreshRequired"), shown: (account) => dayOf(account.refreshRequired) },
  { name: "refreshDaysRemaining", cell: field("refreshDaysRemaining") },
  { name: "usedQuota", cell: field("usedQuota") },
  { name: "profileUrl", cell: field("profileUrl") },
];

/** Reads one profile. */
export async function user(origin: Origin): Promise<Report<SocialAccount>> {
  const profile = await origin.user();
  return { whole: profile, records: [profile.displayNames], columns: COLUMNS, above: aboutProfile(profile), ifEmpty: "No account is linked." };
}

/** What is known about the profile itself. */
export function aboutProfile(profile: User): string[] {
  const { title, refId, displayNames, monthlyApiCalls: calls, monthlyApiCallsQuota: quota } = profile;
  const names = [typeof title === "string" ? title : "Untitled profile", ...(typeof refId === "string" ? [`(${refId})`] : [])];
  const facts = [`${counted(displayNames.length, "linked account")}`];
  if (typeof calls === "number") facts.push(`${counted(calls, "API call")} this month${typeof quota === "number" ? ` of ${count(quota)}` : ""}`);
  if (profile.suspended === true) facts.push("suspended");
  return [names.join(" "), facts.join(", ")];
}

/** Ids are not quantities: they get no thousands separators. */
function textOf(value: unknown): string | undefined {
  const cell = cellOf(value);
  return cell === undefined ? undefined : String(cell);
}

function dayOf(value: unknown): Cell {
  const ms = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? textOf(value) : day(ms);
}
