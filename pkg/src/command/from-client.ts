/** Reads from an API: Ayrshare's, a gateway's, or the sandbox's. */
import { AyrshareUser } from "../node.js";
import type { ClientOptions } from "../options/types.js";
import type { Origin } from "./origin.js";

/** Generated profiles with `--sandbox`: the sixteen special cases, and some ordinary ones. */
const SANDBOX_PROFILES = 25;

/** Reads with a client of these options. */
export function fromClient(options: ClientOptions): Origin {
  const client = new AyrshareUser(options);
  return {
    user: () => client.getUser(),
    boards: () => client.getUserDetails("pinterest"),
    ticket: () => client.getUserBatch(),
    profiles: (where) => {
      const stream = client.streamProfiles({ where });
      return { batches: stream.batches(), invalid: () => stream.progress.invalid };
    },
    sweep: (sweepOptions) => client.sweepProfiles(sweepOptions),
  };
}

/** The options of a client for a sandbox in this process. No request leaves it, and its batch file is there at once. */
export async function sandboxOptions(): Promise<ClientOptions> {
  const { createSandbox } = await import("../sandbox/index.js");
  const { apiKey, fetch } = createSandbox({ profiles: SANDBOX_PROFILES });
  return { apiKey, fetch };
}
