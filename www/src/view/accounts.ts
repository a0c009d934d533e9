// Linked accounts as cards, below a row of icons: one per network, highlighted if an account is linked.

import type { AccountHealth, Finding, Health, SocialAccount, User } from "ayrshare-user";
import { h, type Child } from "../dom.js";
import { dayText, linkText, safeLink } from "../format.js";
import { PLATFORMS } from "../network-names.js";
import { markOf, networkOf } from "../networks.js";
import { texts } from "../texts.js";
import { badge, daysBar, quotaRing } from "./gauges.js";
import { emptyNote, externalLink, picture } from "./parts.js";

/** The fields of an account that a card shows. The package's types say which network has which. */
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
  readonly messagingActive?: boolean;
  readonly mapsUrl?: string;
  readonly reviewUrl?: string;
}

export function accountsBody(user: User, health: Health, imageSources: readonly string[]): Child[] {
  const linked = linkedPlatforms(user);
  if (linked.length === 0) return [sockets(linked), emptyNote(texts.accounts.empty, texts.accounts.emptyNext)];
  const judged = [...health.accounts];
  const healthOf = (platform: string): AccountHealth | undefined => {
    const at = judged.findIndex(({ network }) => network === platform);
    return at < 0 ? undefined : judged.splice(at, 1)[0];
  };
  return [sockets(linked), h("ul", { class: "cards", role: "list" },
    ...user.displayNames.map((account) => card(account as SocialAccount & CardFields, healthOf(account.platform), imageSources)),
    ...withoutDetails(user).map(bareCard))];
}

/** Networks in either list: one may be active without details, or the other way round. */
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

function card(account: CardFields, health: AccountHealth | undefined, imageSources: readonly string[]): HTMLElement {
  const name = account.displayName ?? account.username ?? networkOf(account.platform).name;
  return h("li", { class: "card", "data-testid": "account", "data-platform": account.platform },
    h("div", { class: "card-picture" }, picture(name, account.userImage, imageSources), markOf(account.platform)),
    h("div", { class: "card-who" },
      h("p", { class: "card-network" }, networkOf(account.platform).name, health && badge(health.level)),
      h("h3", {}, name),
      identity(account, name)),
    h("div", { class: "card-more" }, description(account), ...(health?.findings ?? []).map(gauge)),
    chips(account));
}

/** A ring for a quota, a bar for a link. */
function gauge(finding: Finding): HTMLElement {
  return finding.limit === undefined ? daysBar(finding) : quotaRing(finding);
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

/** The handle, unless it repeats the name above it. */
function handleOf(account: CardFields, name: string): string | undefined {
  const bare = account.username?.replace(/^@/, "");
  if (bare) return name.replace(/^@/, "") === bare ? undefined : `@${bare}`;
  return account.pageName === name ? undefined : account.pageName;
}

function description(account: CardFields): Child {
  return account.description ? h("p", { class: "card-text" }, account.description) : null;
}

function chips(account: CardFields): HTMLElement {
  const maps = safeLink(account.mapsUrl);
  const reviews = safeLink(account.reviewUrl);
  return h("p", { class: "chips" },
    account.type && h("span", { class: "chip" }, texts.accounts.types.get(account.type) ?? account.type),
    account.messagingActive === true && h("span", { class: "chip" }, texts.accounts.messaging),
    maps && externalLink(maps, texts.accounts.maps),
    reviews && externalLink(reviews, texts.accounts.reviews),
    linkedOn(account));
}

function linkedOn({ created }: CardFields): Child {
  return created ? h("time", { class: "quiet", datetime: created }, texts.accounts.linkedOn(dayText(created))) : null;
}
