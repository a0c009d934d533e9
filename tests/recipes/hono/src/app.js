// The same app for Workers, where this file is the Worker, and for Node (node.js).
import { AyrshareUser, isAyrshareError } from "ayrshare-user";
import { createGateway } from "ayrshare-user/gateway";
import { Hono } from "hono";
import { env, getRuntimeKey } from "hono/adapter";

const app = new Hono();
export default app;

let services;

/** Made once, because the client and the gateway remember rate limits. Workers have their variables only during a request. */
function servicesOf(c) {
  if (services) return services;
  const { AYRSHARE_API_KEY: apiKey, AYRSHARE_BASE_URL: baseUrl, AYRSHARE_PROFILE_KEY } = env(c); // no base URL: Ayrshare
  const sessions = new Map([["session-of-a-visitor", AYRSHARE_PROFILE_KEY]]); // yours are in a database
  const profileKeyOf = ({ headers }) => sessions.get(headers.get("x-session"));
  const authorize = (request) => {
    const profileKey = profileKeyOf(request);
    return profileKey ? { profileKey } : null;
  };
  return (services = { ayrshare: new AyrshareUser({ apiKey, baseUrl }), gateway: createGateway({ apiKey, baseUrl, authorize }), profileKeyOf });
}

app.get("/accounts", async (c) => {
  const { ayrshare, profileKeyOf } = servicesOf(c);
  const profileKey = profileKeyOf(c.req.raw);
  if (!profileKey) return c.body(null, 401);
  const { displayNames } = await ayrshare.getUser({}, { profileKey, signal: c.req.raw.signal });
  return c.json(displayNames.map(({ platform, displayName }) => ({ platform, displayName })));
});

// For `new AyrshareUser({ baseUrl: "/ayrshare", headers: { "x-session": … } })` in your page.
app.all("/ayrshare/*", (c) => servicesOf(c).gateway.fetch(c.req.raw, getRuntimeKey() === "workerd" ? c.executionCtx : undefined));

app.onError((error, c) => {
  if (!isAyrshareError(error)) throw error;
  const { kind, code, message, retryAfterMs } = error; // contains no key
  if (retryAfterMs !== undefined) c.header("retry-after", String(Math.ceil(retryAfterMs / 1000)));
  return c.json({ kind, code, message }, kind === "rate_limit" ? 503 : 502);
});
