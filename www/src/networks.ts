// The networks that Ayrshare supports: their name, mark and colour. A network that is not in this table still gets a card, with its
// raw name and a neutral mark.

import {
  siBluesky, siFacebook, siGoogle, siInstagram, siPinterest, siReddit, siSnapchat, siTelegram, siThreads,
  siTiktok, siX, siYoutube,
} from "simple-icons";
import { glyph, h } from "./dom.js";
import { networkName } from "./network-names.js";

interface Brand {
  /** Brand colour behind the mark, and `ink`, the colour of the mark. */
  readonly color: string;
  readonly ink: string;
  /** SVG path on a 24 by 24 grid, or letters if the brand does not allow its icon in the set. */
  readonly mark: { readonly path: string } | { readonly letters: string };
}

export interface Network extends Brand {
  readonly name: string;
}

const WHITE = "#ffffff";
const BLACK = "#000000";

function branded(icon: { path: string; hex: string }, ink = WHITE): Brand {
  return { color: `#${icon.hex}`, ink, mark: { path: icon.path } };
}

const BRANDS: ReadonlyMap<string, Brand> = new Map([
  ["bluesky", branded(siBluesky)],
  ["facebook", branded(siFacebook)],
  ["gmb", branded(siGoogle)],
  ["instagram", branded(siInstagram)],
  ["linkedin", { color: "#0a66c2", ink: WHITE, mark: { letters: "in" } }],
  ["pinterest", branded(siPinterest)],
  ["reddit", branded(siReddit)],
  ["snapchat", branded(siSnapchat, BLACK)],
  ["telegram", branded(siTelegram)],
  ["threads", branded(siThreads)],
  ["tiktok", branded(siTiktok)],
  ["twitter", branded(siX)],
  ["youtube", branded(siYoutube)],
]);

const UNKNOWN: Brand = { color: "#6b7280", ink: WHITE, mark: { letters: "?" } };

export function networkOf(platform: string): Network {
  return { name: networkName(platform), ...(BRANDS.get(platform) ?? UNKNOWN) };
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
