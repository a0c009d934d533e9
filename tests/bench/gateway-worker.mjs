// What the gateway is compared with, beside it in one Worker: the shortest pass-through that somebody would write by hand.
import { createGateway } from "ayrshare-user/gateway";

let gateways;

async function passThrough(request, env) {
  const { pathname, search } = new URL(request.url);
  if (request.method !== "GET" || pathname !== "/plain/user") return new Response("not found", { status: 404 });
  const headers = { authorization: `Bearer ${env.API_KEY}`, "profile-key": "PROFILE-KEY" };
  const answer = await fetch(`${env.UPSTREAM}/user${search}`, { headers });
  return new Response(answer.body, { status: answer.status, headers: { "content-type": "application/json", "cache-control": "private, no-cache" } });
}

export default {
  fetch(request, env, context) {
    const shared = { apiKey: env.API_KEY, baseUrl: env.UPSTREAM, authorize: () => ({ profileKey: "PROFILE-KEY" }) };
    gateways ??= {
      uncached: createGateway({ ...shared, prefix: "/uncached", store: "none" }),
      cached: createGateway({ ...shared, prefix: "/cached", store: "memory" }),
    };
    if (request.url.includes("/plain/")) return passThrough(request, env);
    return (request.url.includes("/cached/") ? gateways.cached : gateways.uncached).fetch(request, context);
  },
};
