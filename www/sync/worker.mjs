// Syncs the accounts of all User Profiles to a D1 database every night. A separate Worker from the page's.
//
//   DB                       the D1 database of migrations/
//   AYRSHARE_API_KEY         API key of the account; a secret
//   AYRSHARE_WEBHOOK_SECRET  secret for webhook events, if Ayrshare is configured to send them to /ayrshare/webhook; a secret
//   AYRSHARE_BASE_URL        default https://app.ayrshare.com/api
import { createGateway } from "ayrshare-user/gateway";
import { syncAccounts } from "./sync.mjs";

/** The file takes minutes to become available; a cron trigger may run for 15 minutes. */
const WAIT_MS = 600_000;

let gateway;

export default {
  async scheduled(_event, env) {
    console.log("sync:", JSON.stringify(await syncAccounts(env, { waitMs: WAIT_MS })));
  },

  fetch(request, env, context) {
    if (!env.AYRSHARE_WEBHOOK_SECRET) return new Response(null, { status: 404 });
    gateway ??= openGateway(env);
    return gateway.fetch(request, context);
  },
};

/** A gateway only for webhook events. When a batch file is ready, an unfinished sync continues without waiting for the night. */
function openGateway(env) {
  const onEvent = async ({ action }) => {
    if (action !== "batch") return;
    // Ordering a file causes another event, so none is ordered if everything is synced. Otherwise, this would never end.
    const open = await env.DB.prepare("SELECT 1 FROM syncs WHERE finished IS NULL AND id = (SELECT max(id) FROM syncs)").first();
    if (open !== null) await syncAccounts(env, { waitMs: 0 });
  };
  return createGateway({
    apiKey: env.AYRSHARE_API_KEY,
    authorize: () => null,
    webhooks: { secret: env.AYRSHARE_WEBHOOK_SECRET, onEvent },
    onError: (error) => console.error("sync:", error?.kind ?? "error", error?.message ?? ""),
  });
}
