// Elements shared by several panels: headers with the request line, empty notes, meters and pictures.

import type { MismatchRow } from "../all/protocol.js";
import { mayShowImage } from "../config.js";
import { type Child, h } from "../dom.js";
import { initials, safeLink } from "../format.js";
import type { Odd } from "../session.js";
import { texts } from "../texts.js";

/** The line with a panel's call, its outcome and its duration, including decoding. */
export interface Receipt {
  readonly request: string;
  readonly status?: number | undefined;
  readonly tookMs?: number | undefined;
  readonly odd?: Odd | undefined;
}

export function receipt({ request, status, tookMs }: Receipt): HTMLElement {
  return h("p", { class: "receipt" },
    h("code", {}, request),
    status !== undefined && h("span", {}, texts.request.status(status)),
    tookMs !== undefined && h("span", { "data-testid": "took" }, texts.request.took(tookMs)));
}

export function panelHead(id: string, title: string, line: Receipt, extra?: Child): HTMLElement {
  return h("header", { class: "panel-head" },
    h("h2", { id: `${id}-title` }, title, extra),
    receipt(line));
}

/** How many mismatched fields a notice lists. */
const NAMED_MAX = 5;

/** An unobtrusive notice of the fields that contradict the documentation; `null` if there are none. */
export function oddNote(odd: Odd | undefined): Child {
  if (!odd) return null;
  const named = odd.mismatches.slice(0, NAMED_MAX);
  const more = odd.count - named.length;
  return h("div", { class: "odd", "data-testid": "odd" },
    h("p", {}, texts.odd.title(odd.count)),
    h("ul", {},
      ...named.map(({ path, expected, found }) => h("li", {}, h("code", {}, path), " ", texts.odd.types(found, expected))),
      more > 0 && h("li", {}, texts.odd.more(more))));
}

/** The same for many profiles: each place, and in how many profiles it is. */
export function mismatchNote(places: readonly MismatchRow[], leftOut: number): Child {
  if (places.length === 0) return null;
  const named = places.slice(0, NAMED_MAX);
  const more = places.length - named.length + leftOut;
  return h("div", { class: "odd", "data-testid": "odd-places" },
    h("p", {}, texts.odd.places),
    h("ul", {},
      ...named.map(({ path, expected, found, records }) => h("li", {}, h("code", {}, path), " ", texts.odd.types(found, expected), texts.odd.inProfiles(records))),
      more > 0 && h("li", {}, texts.odd.more(more))));
}

/** `heading` depends on the heading above the note. */
export function emptyNote(title: string, next: string, heading: "h2" | "h3" = "h3"): HTMLElement {
  return h("div", { class: "note", "data-testid": "empty" }, h(heading, {}, title), h("p", {}, next));
}

/** Grey shapes shown while content is loading. The panel itself has `aria-busy`. */
export function skeleton(shapes: number, className: string): HTMLElement {
  return h("div", { class: `skeleton ${className}`, "aria-hidden": "true" },
    ...Array.from({ length: shapes }, () => h("span")));
}

const NEARLY_FULL = 0.8;

/** A labelled meter. The text has the numbers; the bar only repeats them. */
export function meter(label: string, value: number, limit: number, words: string, aside?: Child): HTMLElement {
  const share = limit > 0 ? Math.min(1, Math.max(0, value / limit)) : 1;
  const bar = h("span", { class: "meter-fill" });
  bar.style.setProperty("--share", String(share));
  const level = share >= 1 ? "full" : share >= NEARLY_FULL ? "high" : "fine";
  return h("div", { class: "meter", "data-level": level },
    h("span", { class: "meter-label" }, label),
    h("span", { class: "meter-value" }, words),
    h("span", { class: "meter-bar", "aria-hidden": "true" }, bar),
    aside && h("span", { class: "meter-aside" }, aside));
}

/** A picture, replaced with initials if there is none, if the policy forbids it, or if loading fails. */
export function picture(name: string, url: string | undefined, sources: readonly string[]): HTMLElement {
  const fallback = (): HTMLElement =>
    h("span", { class: "picture initials", "aria-hidden": "true", "data-testid": "initials" }, initials(name));
  const link = safeLink(url);
  if (!link || !mayShowImage(link, sources)) return fallback();
  const image = h("img", {
    class: "picture", src: link.href, alt: "", width: 56, height: 56, decoding: "async", referrerpolicy: "no-referrer",
  });
  image.addEventListener("error", () => { image.replaceWith(fallback()); }, { once: true });
  return image;
}

export function externalLink(url: URL, words: Child, label?: string): HTMLElement {
  return h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, words, label && h("span", { class: "hidden" }, `, ${label}`));
}
