// Access to the demo's Worker, and the security headers of its responses. The Worker has a real key, so on this machine, other pages
// must not reach it, neither with cross-origin requests nor through a host name that resolves to 127.0.0.1 (DNS rebinding).

/** Whether a request comes from the demo's own page or from a tool on this machine. */
export function isOwn(headers) {
  const host = headers.get("host") ?? "";
  const origin = headers.get("origin");
  if (!/^(?:127\.0\.0\.1|localhost):\d+$/.test(host)) return false;
  if (origin !== null && origin !== `http://${host}`) return false;
  // The header is absent outside browsers; "none" means that the user typed the URL.
  return ["same-origin", "none", null].includes(headers.get("sec-fetch-site"));
}

/** Whether a request has the password, with any user name. Both are hashed first, so that the comparison takes constant time. */
export async function knowsPassword(headers, password) {
  const given = /^Basic ([\w+/]+=*)$/.exec(headers.get("authorization") ?? "")?.[1];
  if (!password || given === undefined) return false;
  const text = atob(given);
  const [one, other] = await Promise.all([text.slice(text.indexOf(":") + 1), password].map(hash));
  return crypto.subtle.timingSafeEqual(one, other);
}

const hash = (text) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));

/**
 * Security headers of every response.
 *
 * @param {{ connect: string[], images: string[] }} sources allowed in addition to this server
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

/** The policy for a document of a static host, where `frame-ancestors` is not supported. */
export function documentPolicy() {
  const { "content-security-policy": text } = securityHeaders({ connect: [], images: [] });
  return text.split("; ").filter((part) => !part.startsWith("frame-ancestors")).join("; ");
}
