// CORS headers that a browser needs to call the API and read the file.

import type { SandboxCors } from "../options.js";

const API_REQUEST_HEADERS = "authorization, profile-key, content-type";
const FILE_REQUEST_HEADERS = "range, if-range, if-match, if-none-match";

/** The response to a preflight request, if CORS is enabled for the host. */
export function preflight(isFile: boolean): Response {
  const headers = new Headers({
    "access-control-allow-methods": "GET, HEAD, OPTIONS",
    "access-control-allow-headers": isFile ? FILE_REQUEST_HEADERS : API_REQUEST_HEADERS,
    "access-control-max-age": "3600",
  });
  return new Response(null, { status: 204, headers });
}

/** Adds CORS headers to a response. */
export function allowOrigin(response: Response, cors: Required<SandboxCors>): void {
  response.headers.set("access-control-allow-origin", cors.origin);
  if (cors.origin !== "*") response.headers.append("vary", "Origin");
  if (cors.exposeHeaders.length > 0) response.headers.set("access-control-expose-headers", cors.exposeHeaders.join(", "));
}
