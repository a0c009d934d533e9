// The networks that Ayrshare supports: their name, mark and colour. A network that is not in this table still gets a card, with its
// raw name and a neutral mark.

import {
  siBluesky, siFacebook, siGoogle, siInstagram, siPinterest, siReddit, siSnapchat, siTelegram, siThreads,
  siTiktok, siX, siYoutube,
} from "simple-icons";
import { glyph, h } from "./dom.js";

export interface Network {
  readonly name: string;
  /** Brand colour behind the mark, and `ink`, the colour of the mark. */
  readonly color: string;
  readonly ink: string;
  /** SVG path on a 24 by 24 grid, or letters if the brand does not allow its icon in the set. */
  readonly mark: { readonly path: string } | { readonly letters: string };
}

const WHITE = "#ffffff";
const BLACK = "#000000";

function network(name: string, icon: { path: string; hex: string }, ink = WHITE): Network {
  return { name, color: `#${icon.hex}`, ink, mark: { path: icon.path } };
}

const NETWORKS: ReadonlyMap<string, Network> = new Map([
  ["bluesky", network("Bluesky", siBluesky)],
  ["facebook", network("Facebook", siFacebook)],
  ["gmb", network("Google Business Profile", siGoogle)],
  ["instagram", network("Instagram", siInstagram)],
  ["linkedin", { name: "LinkedIn", color: "#0a66c2", ink: WHITE, mark: { letters: "in" } }],
  ["pinterest", network("Pinterest", siPinterest)],
  ["reddit", network("Reddit", siReddit)],
  ["snapchat", network("Snapchat", siSnapchat, BLACK)],
  ["telegram", network("Telegram", siTelegram)],
  ["threads", network("Threads", siThreads)],
  ["tiktok", network("TikTok", siTiktok)],
  ["twitter", network("X", siX)],
  ["youtube", network("YouTube", siYoutube)],
]);

/** Platform values in Ayrshare's order. */
export const PLATFORMS: readonly string[] = [...NETWORKS.keys()];

export function networkOf(platform: string): Network {
  return NETWORKS.get(platform) ?? { name: platform, color: "#6b7280", ink: WHITE, mark: { letters: "?" } };
}

/** The mark on its brand colour. It is decorative: the network's name is always beside it or in a label. */
export function markOf(platform: string, className = "mark"): HTMLElement {
  const { color, ink, mark } = networkOf(platform);
  const isPath = "path" in mark;
  const letters = isPath ? undefined : mark.letters;
  // Letters are decorative too, so the style sheet adds them, not the text.
  const element = h("span", { class: className, "aria-hidden": "true", "data-letters": letters }, isPath && glyph(mark.path, "mark-path"));
  element.style.setProperty("--brand", color);
  element.style.setProperty("--brand-ink", ink);
  return element;
}
