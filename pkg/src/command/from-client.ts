/** Reads from an API: Ayrshare's, a gateway's, or the sandbox's. */
import { AyrshareUser } from "../node.js";
import type { ClientOptions } from "../options/types.js";
import type { Origin } from "./origin.js";

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
