// The gateway for pages, and for administrators a stream of all profiles with links that must be refreshed soon.
import { AyrshareUser, isAyrshareError } from "ayrshare-user";
import { createGateway } from "ayrshare-user/gateway";

export { AyrshareGuard } from "ayrshare-user/gateway";

let gateway; // one per isolate

export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/ayrshare/")) {
      gateway ??= openGateway(env);
      return gateway.fetch(request, ctx);
    }
    if (pathname === "/due") return (await isAdministrator(request, env)) ? due(request, env) : new Response(null, { status: 401 });
    return new Response(null, { status: 404 });
  },
};

function openGateway(env) {
  return createGateway({
    apiKey: env.AYRSHARE_API_KEY,
    baseUrl: env.AYRSHARE_BASE_URL, // absent: Ayrshare
    guard: env.AYRSHARE_GUARD,
    allowedOrigins: ["https://app.example.com"],
    allowedHeaders: ["x-session"],
    authorize: async (request) => {
      const profileKey = await env.SESSIONS.get(request.headers.get("x-session") ?? "none");
      return profileKey === null ? null : { profileKey };
    },
  });
}

/** A line of JSON per profile, sent as it is read: no profile waits in memory for the others. */
async function due({ signal }, { AYRSHARE_API_KEY: apiKey, AYRSHARE_BASE_URL: baseUrl }) {
  const ayrshare = new AyrshareUser({ apiKey, baseUrl });
  try {
    const batch = await ayrshare.getUserBatch(); // most errors come here, while the status of the response is still open
    const profiles = ayrshare.streamProfiles({ batch, where: { refreshWithinDays: 14 }, select: ["refId", "title"], signal });
    const lines = new TransformStream({ transform: (profile, out) => out.enqueue(`${JSON.stringify(profile)}\n`) });
    const body = profiles.toReadableStream().pipeThrough(lines).pipeThrough(new TextEncoderStream());
    return new Response(body, { headers: { "content-type": "application/x-ndjson" } });
  } catch (error) {
    if (!isAyrshareError(error)) throw error;
    const { kind, code, message } = error; // contains no key
    return Response.json({ kind, code, message }, { status: 502 });
  }
}

/** Compares hashes, because their comparison takes the same time however much of the token is right. */
async function isAdministrator(request, { ADMIN_TOKEN }) {
  if (!ADMIN_TOKEN) return false;
  const hash = (text) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const [given, wanted] = await Promise.all([hash(request.headers.get("authorization") ?? ""), hash(`Bearer ${ADMIN_TOKEN}`)]);
  return crypto.subtle.timingSafeEqual(given, wanted);
}
