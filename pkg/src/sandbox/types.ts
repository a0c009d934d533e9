/** What the sandbox's data and its options have in common. */

/** The largest number of generated profiles. */
export const PROFILE_LIMIT = 100_000_000;

/** The plan of an account, which decides what endpoints it can use. `"free"` is an account without a paid plan. */
export type SandboxPlan = "free" | "basic" | "premium" | "launch" | "business" | "enterprise";

/** Any JSON object. */
export type JsonObject = { readonly [name: string]: unknown };

/** The data of one profile of the sandbox. */
export interface SandboxProfile {
  /** Profile Key of the profile. Required for User Profiles; the Primary Profile does not need one. */
  profileKey?: string;
  /**
   * Body of `GET /user`, as Ayrshare would send it. `type` and `usedQuota` of an `instagram` entry are sent only if the request
   * asks for them.
   */
  user: JsonObject;
  /** The boards in the response of `GET /user/details/pinterest`, sent if the profile has Pinterest linked. Default `[]`. */
  boards?: readonly JsonObject[];
  /** Whether every call for the profile is rejected with 403 and code 276. */
  suspended?: boolean;
  /** Whether the profile is deleted: its key is rejected except with `validate`, and the next batch file leaves it out. */
  deleted?: boolean;
  /** Body of the `validate` response for a deleted profile. Default: an invented one, since Ayrshare's is not public. */
  deletion?: JsonObject;
  /** Plan of this profile, if it differs from the account's. */
  plan?: SandboxPlan;
}

/** State of a profile that can change while the sandbox runs. */
export type SandboxProfileState = Pick<SandboxProfile, "suspended" | "deleted" | "plan">;
