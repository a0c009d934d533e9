// Linked accounts as cards, under a row of sockets: one per network, lit when something is plugged in.

import type { SocialAccount, User } from "ayrshare-user";
import { h, type Child } from "../dom.js";
import { dayText, linkText, safeLink } from "../format.js";
import { markOf, networkOf, PLATFORMS } from "../networks.js";
import { texts } from "../texts.js";
import { emptyNote, externalLink, meter, picture } from "./parts.js";

/** The fields of any network's account that a card shows; the package's types tell which network has which. */
interface CardFields {
  readonly platform: string;
  readonly displayName?: string;
  readonly username?: string;
  readonly pageName?: string;
  readonly profileUrl?: string;
  readonly userImage?: string;
  readonly description?: string | null;
  readonly created?: string;
  readonly type?: string;
  readonly usedQuota?: number;
  readonly refreshDaysRemaining?: number | null;
  readonly messagingActive?: boolean;
  readonly mapsUrl?: string;
  readonly reviewUrl?: string;
  readonly twitterUsage?: { readonly monthlyUsage?: number; readonly monthlyLimit?: number; readonly monthlyReset?: string };
}

export function accountsBody(user: User, imageSources: readonly string[]): Child[] {
  const linked = linkedPlatforms(user);
  if (linked.length === 0) return [sockets(linked), emptyNote(texts.accounts.empty, texts.accounts.emptyNext)];
  return [sockets(linked), h("ul", { class: "cards", role: "list" },
    ...user.displayNames.map((account) => card(account as SocialAccount & CardFields, imageSources)),
    ...withoutDetails(user).map(bareCard))];
}

/** Both lists count: a network may be named as active without details, or the other way round. */
export function linkedPlatforms(user: User): string[] {
  const named = user.displayNames.map((account) => account.platform as string);
  return [...new Set([...user.activeSocialAccounts, ...named])];
}

function withoutDetails(user: User): string[] {
  return linkedPlatforms(user).filter((platform) => !user.displayNames.some((account) => account.platform === platform));
}

function sockets(linked: readonly string[]): HTMLElement {
  const all = [...new Set([...PLATFORMS, ...linked])];
  const missing = all.filter((platform) => !linked.includes(platform)).map((platform) => networkOf(platform).name);
  const words = texts.accounts.board(linked.length, all.length);
  return h("div", { class: "sockets" },
    h("div", { class: "sockets-row", role: "img", "aria-label": `${words}; ${texts.accounts.notLinked(missing)}` },
      ...all.map((platform) => markOf(platform, linked.includes(platform) ? "mark" : "mark off"))),
    h("p", { "aria-hidden": "true" }, words));
}

function card(account: CardFields, imageSources: readonly string[]): HTMLElement {
  const name = account.displayName ?? account.username ?? networkOf(account.platform).name;
  return h("li", { class: "card", "data-testid": "account", "data-platform": account.platform },
    h("div", { class: "card-picture" }, picture(name, account.userImage, imageSources), markOf(account.platform)),
    h("div", { class: "card-who" },
      h("p", { class: "card-network" }, networkOf(account.platform).name, linkedOn(account)),
      h("h3", {}, name),
      identity(account, name)),
    h("div", { class: "card-more" }, description(account), quotas(account)),
    chips(account));
}

function bareCard(platform: string): HTMLElement {
  const { name } = networkOf(platform);
  return h("li", { class: "card", "data-testid": "account", "data-platform": platform },
    h("div", { class: "card-picture" }, picture(name, undefined, []), markOf(platform)),
    h("div", { class: "card-who" }, h("h3", {}, name), h("p", { class: "card-handle" }, texts.accounts.noDetails)));
}

function identity(account: CardFields, name: string): HTMLElement {
  const handle = handleOf(account, name);
  const url = safeLink(account.profileUrl);
  const label = texts.accounts.open(name, networkOf(account.platform).name);
  return h("p", { class: "card-handle" },
    handle && h("span", {}, handle),
    url && externalLink(url, linkText(url), label));
}

/** The handle, unless it would repeat the name above it. */
function handleOf(account: CardFields, name: string): string | undefined {
  const bare = account.username?.replace(/^@/, "");
  if (bare) return name.replace(/^@/, "") === bare ? undefined : `@${bare}`;
  return account.pageName === name ? undefined : account.pageName;
}

function description(account: CardFields): Child {
  return account.description ? h("p", { class: "card-text" }, account.description) : null;
}

/** Ayrshare documents 50 posts in a rolling day; above that the account plainly has a larger allowance. */
const INSTAGRAM_POSTS = 50;

function quotas(account: CardFields): Child {
  const { usedQuota, twitterUsage } = account;
  if (typeof usedQuota === "number") {
    return meter(texts.accounts.quota, usedQuota, INSTAGRAM_POSTS, texts.accounts.quotaOf(usedQuota, INSTAGRAM_POSTS));
  }
  if (typeof twitterUsage?.monthlyUsage === "number" && typeof twitterUsage.monthlyLimit === "number") {
    const { monthlyUsage, monthlyLimit, monthlyReset } = twitterUsage;
    return meter(texts.accounts.usage, monthlyUsage, monthlyLimit, texts.accounts.quotaOf(monthlyUsage, monthlyLimit),
      monthlyReset && texts.accounts.usageReset(dayText(monthlyReset)));
  }
  return null;
}

function chips(account: CardFields): HTMLElement {
  const days = account.refreshDaysRemaining;
  const maps = safeLink(account.mapsUrl);
  const reviews = safeLink(account.reviewUrl);
  return h("p", { class: "chips" },
    account.type && h("span", { class: "chip" }, texts.accounts.types.get(account.type) ?? account.type),
    typeof days === "number" && h("span", { class: "chip", "data-level": levelOf(days) }, texts.accounts.renewal(days)),
    account.messagingActive === true && h("span", { class: "chip" }, texts.accounts.messaging),
    maps && externalLink(maps, texts.accounts.maps),
    reviews && externalLink(reviews, texts.accounts.reviews));
}

const SOON_DAYS = 14;

function levelOf(days: number): string {
  if (days <= 0) return "full";
  return days <= SOON_DAYS ? "high" : "fine";
}

function linkedOn({ created }: CardFields): Child {
  return created ? h("time", { datetime: created }, texts.accounts.linkedOn(dayText(created))) : null;
}
