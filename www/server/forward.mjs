// The local server's three routes to Ayrshare. It adds the key that only it knows, lets nothing of the caller's request
// through but a known path and known query values, and lets nothing back but the answer itself.

const ROUTES = new Map([
  ["/user", ["instagramQuota", "instagramDetails", "validate"]],
  ["/user/details/pinterest", []],
  ["/user/batch", []],
]);

const RETURNED = /^(?:content-type|retry-after|x-ratelimit-.+)$/;
const TIMEOUT_MS = 30_000;

/**
 * @param {{ apiKey: string, profileKey?: string, baseUrl: string }} account
 * @returns {(method: string, url: URL, signal: AbortSignal) => Promise<{ status: number, headers: Record<string, string>, body: Uint8Array | string }>}
 *   for addresses below `/ayrshare`
 */
export function createForwarder({ apiKey, profileKey, baseUrl }) {
  const headers = { authorization: `Bearer ${apiKey}`, ...(profileKey && { "profile-key": profileKey }) };
  const secrets = [apiKey, profileKey].filter(Boolean);
  return async (method, url, signal) => {
    const target = targetOf(url);
    if (target === undefined) return refusal(404, "the local server forwards only the three user endpoints, with their documented query");
    if (method !== "GET") return refusal(405, "the local server forwards only GET");
    const limits = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    try {
      const answer = await fetch(`${baseUrl}${target}`, { headers, redirect: "manual", signal: limits });
      if (answer.status >= 300 && answer.status < 400) return refusal(502, "the server behind the local server answered with a redirect, which is not followed");
      const body = withoutSecrets(Buffer.from(await answer.arrayBuffer()), secrets);
      return { status: answer.status, headers: returnedHeaders(answer.headers), body };
    } catch (error) {
      // The cause is not passed on: its text is Node's and may quote what was sent.
      return error.name === "TimeoutError"
        ? refusal(504, "the server behind the local server took too long")
        : refusal(502, "the local server could not reach the server behind it");
    }
  };
}

/** Path and query for the upstream, or `undefined` for anything that is not documented. */
function targetOf({ pathname, searchParams }) {
  const path = pathname.slice("/ayrshare".length);
  const allowed = ROUTES.get(path);
  if (!allowed) return undefined;
  const query = [...searchParams];
  const known = query.every(([name, value]) => allowed.includes(name) && ["true", "false"].includes(value));
  return known ? `${path}${query.length > 0 ? `?${new URLSearchParams(query)}` : ""}` : undefined;
}

const returnedHeaders = (headers) => Object.fromEntries([...headers].filter(([name]) => RETURNED.test(name)));

/** An upstream that quotes the key in an error text must not thereby hand it to the page. */
function withoutSecrets(body, secrets) {
  if (!secrets.some((secret) => body.includes(secret))) return body;
  return secrets.reduce((text, secret) => text.replaceAll(secret, "[redacted]"), body.toString("utf8"));
}

/** In the shape of Ayrshare's own errors, so that the client reads it like one. */
function refusal(status, message) {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify({ status: "error", action: "local server", message }),
  };
}
