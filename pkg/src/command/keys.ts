/** The keys, which come only from the environment. */
import { UsageError } from "./usage-error.js";

/** An environment such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The options of a client for these keys. */
export interface Keys {
  apiKey?: string;
  profileKey?: string;
}

/**
 * Reads the keys.
 *
 * @throws {@link UsageError} if there is no API key although Ayrshare needs one, or if a variable is set to nothing: then it is more likely that
 *   a script failed to set it than that the Primary Profile is meant.
 */
export function keysFrom(env: Environment, isApiKeyNeeded: boolean): Keys {
  const { AYRSHARE_API_KEY: apiKey, AYRSHARE_PROFILE_KEY: profileKey } = env;
  if (apiKey === "") throw new UsageError("The environment variable AYRSHARE_API_KEY is empty. Set it to your API key, which Ayrshare's dashboard shows.");
  if (profileKey === "") {
    throw new UsageError("The environment variable AYRSHARE_PROFILE_KEY is empty. Set it to a Profile Key, or unset it to read the Primary Profile.");
  }
  if (apiKey === undefined && isApiKeyNeeded) {
    throw new UsageError(
      "The environment variable AYRSHARE_API_KEY is not set. Set it to your API key, which Ayrshare's dashboard shows. To read a file that you " +
        "already have, use --file PATH; to try the command without an account, use --sandbox.",
    );
  }
  return { ...(apiKey !== undefined && { apiKey }), ...(profileKey !== undefined && { profileKey }) };
}
