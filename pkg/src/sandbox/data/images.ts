// Profile pictures drawn by the sandbox, so that a page with sandbox data does not send requests to third parties.

import { escapeXml } from "../http/responses.js";
import { hashText } from "./random.js";

/** A small SVG with the initials of a name such as `amber-harbor-instagram` on a background colour derived from the name. */
export function picture(name: string): Response {
  const words = name.split("-");
  const initials = (words.length > 1 ? words.slice(0, -1) : words).slice(0, 2).map((word) => word.slice(0, 1).toUpperCase()).join("");
  const hue = hashText(name) % 360;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" viewBox="0 0 96 96" role="img">` +
    `<rect width="96" height="96" fill="hsl(${hue} 55% 38%)"/>` +
    `<text x="48" y="50" fill="#fff" font-family="system-ui,sans-serif" font-size="38" font-weight="600" text-anchor="middle" ` +
    `dominant-baseline="central">${escapeXml(initials)}</text></svg>`;
  return new Response(svg, {
    headers: {
      "content-type": "image/svg+xml",
      "cache-control": "public, max-age=86400",
      "access-control-allow-origin": "*",
      "cross-origin-resource-policy": "cross-origin",
    },
  });
}
