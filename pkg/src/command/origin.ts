/** Where the data comes from: Ayrshare, a gateway, the sandbox, or a file. */
import type { ProfileFilter, SweepOptions, SweepReport } from "../batch/types.js";
import type { PinterestDetails, User, UserBatch } from "../model.js";

/** Profiles in batches, read once. */
export interface ProfileBatches {
  readonly batches: AsyncIterable<readonly User[]>;
  /** How many of the profiles read so far contradict the types. */
  readonly invalid: () => number;
}

/** Reads what a command needs. */
export interface Origin {
  user(): Promise<User>;
  boards(): Promise<PinterestDetails>;
  /** Orders the batch file. */
  ticket(): Promise<UserBatch>;
  profiles(where: ProfileFilter): ProfileBatches;
  sweep(options: Pick<SweepOptions, "refreshWithinDays" | "maxEntries">): Promise<SweepReport>;
}
