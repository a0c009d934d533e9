// The gateway as the author of a Worker writes it, with Cloudflare's own types.
import { streamProfiles, sweepProfiles } from "ayrshare-user";
import { AyrshareGuard, createGateway, type Gateway } from "ayrshare-user/gateway";

export { AyrshareGuard };

interface Env {
  AYRSHARE_API_KEY: string;
  AYRSHARE_GUARD: DurableObjectNamespace;
}

let gateway: Gateway | undefined;

export default {
  fetch(request, env, context) {
    gateway ??= createGateway({ apiKey: env.AYRSHARE_API_KEY, guard: env.AYRSHARE_GUARD, authorize: () => ({ scope: "primary-profile" }) });
    return gateway.fetch(request, context);
  },
} satisfies ExportedHandler<Env>;

export const guardOf = (state: DurableObjectState): DurableObject => new AyrshareGuard(state);

// @ts-expect-error: the name of a binding is not the binding
createGateway({ apiKey: "K", guard: "AYRSHARE_GUARD" });

export async function stored(bucket: R2Bucket): Promise<number> {
  const object = await bucket.get("profiles.json.gz");
  if (object === null) return 0;
  const { profiles } = await sweepProfiles(object.body);
  for await (const profile of streamProfiles(object)) void profile.refId;
  return profiles;
}
