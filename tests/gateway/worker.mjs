// The Worker that the attack table runs against, written as its deployer would, once on a sandbox and once on a hostile server instead
// of Ayrshare. It prints everything the gateway reports, so that the tests can search the log.
import { createGateway } from "ayrshare-user/gateway";
import { corrupt } from "../trapping.mjs";

const authorize = (env) => (request) => JSON.parse(env.GRANTS)[request.headers.get("x-session")] ?? null;
const print = (what) => (value) => console.log(what, String(value?.message ?? ""), JSON.stringify(value), String(value?.cause ?? ""));

const shared = (env) => ({ apiKey: env.API_KEY, authorize: authorize(env), allowedOrigins: [env.APP], onEvent: print("event"), onError: print("error") });
let gateways;

export default {
  async fetch(request, env, context) {
    gateways ??= {
      sandbox: createGateway({ ...shared(env), baseUrl: env.SANDBOX, webhooks: { secret: env.WEBHOOK_SECRET, onEvent: print("webhook") } }),
      hostile: createGateway({ ...shared(env), baseUrl: env.HOSTILE, prefix: "/hostile", maxRetries: 0, timeoutMs: 2_000, rateLimitGuard: false }),
    };
    const { pathname } = new URL(request.url);
    if (pathname === "/trap") corrupt("gateway");
    const gateway = pathname.startsWith("/hostile/") ? gateways.hostile : gateways.sandbox;
    return gateway.fetch(request, context);
  },
};
