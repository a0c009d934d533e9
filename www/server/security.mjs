// Who may talk to the local server, and what its pages may do. The server holds a real key, so a foreign page must not
// reach it, neither as a cross-origin request nor through a name that was re-pointed at 127.0.0.1 (DNS rebinding).

/** Whether a request comes from this server's own page or from a tool on this machine. */
export function isOwn({ headers }, port) {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin } = headers;
  if (!hosts.includes(host ?? "")) return false;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  // Absent outside browsers; "none" is an address typed by the person.
  return ["same-origin", "none", undefined].includes(headers["sec-fetch-site"]);
}

/**
 * Headers of every answer.
 *
 * @param {{ connect: string[], images: string[] }} sources beyond this server itself
 */
export function securityHeaders({ connect, images }) {
  const policy = {
    "default-src": ["'none'"],
    "script-src": ["'self'", "'wasm-unsafe-eval'"],
    "style-src": ["'self'"],
    "font-src": ["'self'"],
    "img-src": ["'self'", ...images],
    "connect-src": ["'self'", ...connect],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'none'"],
  };
  return {
    "content-security-policy": Object.entries(policy).map(([name, values]) => [name, ...values].join(" ")).join("; "),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
}
