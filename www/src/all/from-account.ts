// Reads all profiles of an account.

import { AyrshareUser, type AyrshareEvent, type UserBatch } from "ayrshare-user";
import type { Connection } from "../session.js";
import { Counting } from "./counting.js";
import type { Post, Running } from "./run.js";

export function readAccount({ baseUrl, apiKey, viaGateway }: Connection, withinDays: number, post: Post, signal: AbortSignal): Running {
  const counting = new Counting(post, signal);
  const client = new AyrshareUser({ baseUrl, ...(apiKey === undefined ? {} : { apiKey }), onEvent: (event) => { postWait(event, post); } });
  const open = async () => {
    const batch = viaGateway ? await ticketOfGateway(client, baseUrl, signal) : undefined;
    return client.streamProfiles({ ...counting.options, ...(batch && { batch }) });
  };
  void counting.count(open, withinDays).finally(() => { client.free(); });
  return { tables: { links: counting.counts.links } };
}

/** The ticket with the gateway's URL of the file. */
async function ticketOfGateway(client: AyrshareUser, baseUrl: string, signal: AbortSignal): Promise<UserBatch> {
  return { ...(await client.getUserBatch({ signal })), url: `${baseUrl}/user/batch/profiles` };
}

function postWait(event: AyrshareEvent, post: Post): void {
  if (event.type === "progress" && event.waitMs !== undefined) post({ type: "waiting", untilMs: Date.now() + event.waitMs });
  if (event.type === "retry" && event.endpoint === "file") post({ type: "broken", untilMs: Date.now() + event.waitMs });
}
