import { AyrshareUser, isAyrshareError } from "ayrshare-user";
import { createGateway } from "ayrshare-user/gateway";

const apiKey = Deno.env.get("AYRSHARE_API_KEY") ?? "";
const baseUrl = Deno.env.get("AYRSHARE_BASE_URL"); // absent: Ayrshare

const ayrshare = new AyrshareUser({ apiKey, baseUrl });

const sessions = new Map([["session-of-a-visitor", Deno.env.get("AYRSHARE_PROFILE_KEY")]]); // yours are in a database

const gateway = createGateway({
  apiKey,
  baseUrl,
  authorize: ({ headers }) => {
    const profileKey = sessions.get(headers.get("x-session") ?? "none");
    return profileKey ? { profileKey } : null;
  },
});

Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.env.get("PORT") ?? 8000) }, async (request) => {
  const { pathname } = new URL(request.url);
  // For `new AyrshareUser({ baseUrl: "/ayrshare", headers: { "x-session": … } })` in your page.
  if (pathname.startsWith("/ayrshare/")) return gateway.fetch(request);
  if (pathname !== "/accounts") return new Response(null, { status: 404 });
  const profileKey = sessions.get(request.headers.get("x-session") ?? "none");
  if (!profileKey) return new Response(null, { status: 401 });
  try {
    const { displayNames } = await ayrshare.getUser({}, { profileKey, signal: request.signal });
    return Response.json(displayNames.map(({ platform, displayName }) => ({ platform, displayName })));
  } catch (error) {
    return failed(error);
  }
});

function failed(error: unknown): Response {
  if (!isAyrshareError(error)) throw error;
  const { kind, code, message, retryAfterMs } = error; // contains no key
  const headers = new Headers(retryAfterMs === undefined ? {} : { "retry-after": String(Math.ceil(retryAfterMs / 1000)) });
  return Response.json({ kind, code, message }, { status: kind === "rate_limit" ? 503 : 502, headers });
}
