// Cross-origin answers: none at all, or what a browser needs to call the API and to read the file.

import type { SandboxCors } from "./options.js";

const API_REQUEST_HEADERS = "authorization, profile-key, content-type";
const FILE_REQUEST_HEADERS = "range, if-range, if-match, if-none-match";

/** Answer to a preflight, when cross-origin use of that host is on. */
export function preflight(isFile: boolean): Response {
  const headers = new Headers({
    "access-control-allow-methods": "GET, HEAD, OPTIONS",
    "access-control-allow-headers": isFile ? FILE_REQUEST_HEADERS : API_REQUEST_HEADERS,
    "access-control-max-age": "3600",
  });
  return new Response(null, { status: 204, headers });
}

/** Adds the headers of a cross-origin answer. */
export function allowOrigin(answer: Response, cors: Required<SandboxCors>): void {
  answer.headers.set("access-control-allow-origin", cors.origin);
  if (cors.origin !== "*") answer.headers.append("vary", "Origin");
  if (cors.exposeHeaders.length > 0) answer.headers.set("access-control-expose-headers", cors.exposeHeaders.join(", "));
}
