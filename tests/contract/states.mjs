// What the servers are asked to be like, and which checks of schemathesis do not apply then.
import { serveGatewayApi, serveSandboxApi } from "./servers.mjs";

/** Nobody knows what Ayrshare does with `?validate=7`, so the sandbox ignores it, as it ignores unknown parameters. */
const LENIENT = "negative_data_rejection";
/** A valid request is refused: the description cannot say that `validate` needs a Profile Key, or that Pinterest must be linked. */
const REFUSED = "positive_data_acceptance";
/** The broken sandbox sends its undocumented status to unknown callers and for other methods, too. */
const OTHER_METHODS = ["unsupported_method", "missing_required_header"];

const sandbox = (options) => () => serveSandboxApi(options);
const gateway = (options) => () => serveGatewayApi(options);

/** The gateway refuses what it does not know. Headers are no part of that: a browser sends some that no description names. */
const STRICT = "[generation]\nallow-extra-parameters = false\n";

/** The two that `npm test` runs. `statuses` must occur. */
export const USUAL = {
  "the sandbox": { serve: sandbox({ as: 0 }), exclude: [LENIENT], statuses: [200, 400, 401] },
  "the gateway": { serve: gateway(), config: STRICT, statuses: [200, 400, 401, 404] },
};

const upstream = (fault) => ({ sandbox: { faults: { failNext: [{ times: 1e9, ...fault }] } }, rateLimitGuard: false });
const failing = (fault, ...statuses) => ({ serve: gateway(upstream(fault)), config: STRICT, exclude: [REFUSED, "not_a_server_error"], statuses });

/** Those that only `npm run contract` runs. */
export const RARE = {
  "the sandbox's Primary Profile": { serve: sandbox(), exclude: [LENIENT, REFUSED], statuses: [200, 400, 401] },
  "the sandbox with rate limits": { serve: sandbox({ as: 0, rateLimit: { max: 4, headers: "both", retryAfter: true } }), exclude: [LENIENT], statuses: [200, 429] },
  "the sandbox with old headers": { serve: sandbox({ as: 0, rateLimit: { max: 4, headers: "old" } }), exclude: [LENIENT], statuses: [200, 429] },
  "the sandbox with the smallest plan": { serve: sandbox({ as: 0, plan: "basic" }), exclude: [LENIENT], statuses: [200, 403] },
  "the sandbox with other statuses": {
    serve: sandbox({ as: 0, invalidApiKeyStatus: 401, invalidProfileKeyStatus: 403, unknownPlatformStatus: 404 }),
    exclude: [LENIENT],
    statuses: [200, 401, 404],
  },
  "the sandbox with a suspended profile": { serve: withState({ suspended: true }), exclude: [LENIENT], statuses: [403] },
  "the sandbox with a deleted profile": { serve: withState({ deleted: true }), exclude: [LENIENT, REFUSED], statuses: [200, 403] },
  "the gateway without a cache": { serve: gateway({ store: "none" }), config: STRICT, statuses: [200, 400, 401, 404] },
  "the gateway with rate limits": { serve: gateway({ sandbox: { rateLimit: { max: 4 } } }), config: STRICT, statuses: [200, 429] },
  "the gateway, Ayrshare fails": failing({ status: 500, body: { action: "x", status: "error", code: 500, message: "m" } }, 500),
  "the gateway, Ayrshare sends HTML": failing({ status: 502, body: "<html>", headers: { "content-type": "text/html" } }, 502),
  "the gateway, Ayrshare sends no JSON": failing({ body: "{", status: 200 }, 502),
  "the gateway, Ayrshare does not know its key": failing({ status: 401, body: { action: "authorization", status: "error", code: 102, message: "m" } }, 502),
  "the gateway, Ayrshare is gone": failing({ connection: "reset" }, 502),
};

/** A sandbox whose caller's profile is in this state. */
function withState(state) {
  return async () => {
    const server = await serveSandboxApi({ as: 0 });
    server.sandbox.setProfileState(server.headers["Profile-Key"], state);
    return server;
  };
}

const UNDOCUMENTED = { on: "details", status: 418, body: { action: "tea", status: "error", code: 418, message: "m" } };
const MISLABELLED = { on: "batch", headers: { "content-type": "text/html" } };

/** A sandbox that breaks the description in four ways, each of which must be found. */
export const BROKEN = {
  serve: sandbox({ as: 0, faults: { oddFields: 0.5, failNext: [UNDOCUMENTED, MISLABELLED, { on: "user", times: 1, status: 500, body: UNDOCUMENTED.body }].map((fault) => ({ times: 1e9, ...fault })) } }),
  exclude: [LENIENT, REFUSED, ...OTHER_METHODS],
  examples: 3,
};
