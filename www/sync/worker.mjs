// The accounts of all User Profiles in a D1 database, each night: a Worker of its own, beside the page's.
//
//   DB                       the D1 database of migrations/
//   AYRSHARE_API_KEY         the account; a secret
//   AYRSHARE_WEBHOOK_SECRET  what Ayrshare signs events with, if it is told to send them to /ayrshare/webhook; a secret
//   AYRSHARE_BASE_URL        instead of https://app.ayrshare.com/api
import { createGateway } from "ayrshare-user/gateway";
import { syncAccounts } from "./sync.mjs";

/** The file takes minutes to be made; the time of a cron trigger ends after 15 of them. */
const WAIT_MS = 600_000;

let gateway;

export default {
  async scheduled(_event, env) {
    console.log("sync:", JSON.stringify(await syncAccounts(env, { wait: WAIT_MS })));
  },

  fetch(request, env, context) {
    if (!env.AYRSHARE_WEBHOOK_SECRET) return new Response(null, { status: 404 });
    gateway ??= openGateway(env);
    return gateway.fetch(request, context);
  },
};

/** Open for events alone. That a batch file is ready starts a sync that was cut off, or had no file yet, without waiting for the night. */
function openGateway(env) {
  const onEvent = async ({ action }) => {
    if (action !== "batch") return;
    // Ordering a file makes an event too: where all is synced, none is ordered, so that this comes to an end.
    const open = await env.DB.prepare("SELECT 1 FROM syncs WHERE finished IS NULL AND id = (SELECT max(id) FROM syncs)").first();
    if (open !== null) await syncAccounts(env, { wait: 0 });
  };
  return createGateway({
    apiKey: env.AYRSHARE_API_KEY,
    authorize: () => null,
    webhooks: { secret: env.AYRSHARE_WEBHOOK_SECRET, onEvent },
    onError: (error) => console.error("sync:", error?.kind ?? "error", error?.message ?? ""),
  });
}
