// The demo as a Worker: the page as static assets, and the gateway. Everyone who can see the page can read what the gateway
// grants: on this machine (`npm start`) only the page itself, deployed anyone who knows the password.
//
//   ASSETS                 the built page (wrangler.jsonc, or server/serve.mjs)
//   AYRSHARE_API_KEY       API key of the account; a secret
//   AYRSHARE_PROFILE_KEY   Profile Key of the User Profile to show instead of the Primary Profile; a secret
//   AYRSHARE_BASE_URL      default https://app.ayrshare.com/api
//   DEMO_PASSWORD          password of a deployed demo; a secret. `npm start` sets LOCAL instead
//   AYRSHARE_GUARD         Durable Objects with the rate-limit guard for all isolates
//   CONTROL                receives faults and changes for the sandbox, if there is one
//   CONFIG, SOURCES        the page's configuration, and what its content security policy allows; JSON
import { createGateway } from "ayrshare-user/gateway";
import { CONTROL_PATH } from "./server/sandbox-control.mjs";
import { isOwn, knowsPassword, securityHeaders } from "./server/security.mjs";

export { AyrshareGuard } from "ayrshare-user/gateway";

let gateway;

export default {
  async fetch(request, env, context) {
    const common = securityHeaders(JSON.parse(env.SOURCES ?? '{"connect":[],"images":["https:"]}'));
    const refused = await refusal(request, env);
    const response = refused ?? (await answer(request, env, context));
    const headers = new Headers(response.headers);
    for (const [name, value] of Object.entries(common)) headers.set(name, value);
    return new Response(response.body, { status: response.status, headers });
  },
};

/** Rejects requests that are neither from the page on this machine nor have the password. */
async function refusal(request, env) {
  const plain = { "content-type": "text/plain" };
  if (env.LOCAL) {
    return isOwn(request.headers) ? undefined : new Response("This server answers only its own page on this machine.\n", { status: 403, headers: plain });
  }
  if (await knowsPassword(request.headers, env.DEMO_PASSWORD)) return undefined;
  return new Response("The demo asks for its password.\n", { status: 401, headers: { ...plain, "www-authenticate": 'Basic realm="demo"' } });
}

async function answer(request, env, context) {
  const { pathname, origin, port } = new URL(request.url);
  if (pathname === "/ayrshare" || pathname.startsWith("/ayrshare/")) {
    gateway ??= openGateway(env, env.LOCAL ? [`http://127.0.0.1:${port}`, `http://localhost:${port}`] : [origin]);
    return gateway.fetch(request, context);
  }
  if (env.CONTROL && pathname === `/${CONTROL_PATH}`) {
    return request.method === "POST" ? env.CONTROL.fetch(request) : new Response(null, { status: 405, headers: { allow: "POST" } });
  }
  if (request.method !== "GET" && request.method !== "HEAD") return new Response(null, { status: 405, headers: { allow: "GET, HEAD" } });
  if (pathname === "/config.json") {
    return new Response(configOf(env), { headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" } });
  }
  return env.ASSETS.fetch(request);
}

/** Grants one profile on the single routes and all profiles on the batch routes, because the demo shows both. */
function openGateway(env, allowedOrigins) {
  const { AYRSHARE_API_KEY, AYRSHARE_PROFILE_KEY, AYRSHARE_BASE_URL, AYRSHARE_GUARD } = env;
  const single = AYRSHARE_PROFILE_KEY ? { profileKey: AYRSHARE_PROFILE_KEY } : { scope: "primary-profile" };
  return createGateway({
    apiKey: AYRSHARE_API_KEY,
    ...(AYRSHARE_BASE_URL && { baseUrl: AYRSHARE_BASE_URL }),
    guard: AYRSHARE_GUARD,
    // Browsers send `Origin` with some same-origin requests too.
    allowedOrigins,
    authorize: ({ url }) => (new URL(url).pathname.startsWith("/ayrshare/user/batch") ? { scope: "all-profiles" } : single),
    onError: (error) => console.error("gateway:", error?.kind ?? "error", error?.message ?? ""),
  });
}

/** The page's configuration; a deployed demo shows the account. */
function configOf({ CONFIG, AYRSHARE_BASE_URL, AYRSHARE_PROFILE_KEY }) {
  if (CONFIG) return CONFIG;
  const upstream = new URL(AYRSHARE_BASE_URL ?? "https://app.ayrshare.com/api").host;
  return JSON.stringify({ mode: "account", baseUrl: "/ayrshare", upstream, hasProfileKey: Boolean(AYRSHARE_PROFILE_KEY), imageSources: ["https:"] });
}
