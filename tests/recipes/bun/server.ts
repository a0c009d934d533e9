import { AyrshareUser, isAyrshareError } from "ayrshare-user";
import { createGateway } from "ayrshare-user/gateway";

const { AYRSHARE_API_KEY: apiKey = "", AYRSHARE_BASE_URL: baseUrl, AYRSHARE_PROFILE_KEY, PORT = "3000" } = process.env;

const ayrshare = new AyrshareUser({ apiKey, baseUrl }); // no base URL: Ayrshare

const sessions = new Map([["session-of-a-visitor", AYRSHARE_PROFILE_KEY]]); // yours are in a database

const gateway = createGateway({
  apiKey,
  baseUrl,
  authorize: ({ headers }) => {
    const profileKey = sessions.get(headers.get("x-session") ?? "none");
    return profileKey ? { profileKey } : null;
  },
});

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(PORT),
  routes: {
    // For `new AyrshareUser({ baseUrl: "/ayrshare", headers: { "x-session": … } })` in your page.
    "/ayrshare/*": (request) => gateway.fetch(request),
    "/accounts": async ({ headers, signal }) => {
      const profileKey = sessions.get(headers.get("x-session") ?? "none");
      if (!profileKey) return new Response(null, { status: 401 });
      const { displayNames } = await ayrshare.getUser({}, { profileKey, signal });
      return Response.json(displayNames.map(({ platform, displayName }) => ({ platform, displayName })));
    },
  },
  error(error) {
    if (!isAyrshareError(error)) throw error;
    const { kind, code, message, retryAfterMs } = error; // contains no key
    const headers = new Headers(retryAfterMs === undefined ? {} : { "retry-after": String(Math.ceil(retryAfterMs / 1000)) });
    return Response.json({ kind, code, message }, { status: kind === "rate_limit" ? 503 : 502, headers });
  },
});
