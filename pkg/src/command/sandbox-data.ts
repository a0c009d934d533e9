/** The invented data of `--sandbox`. The sandbox runs in this process, and no request leaves it. */
import type { ClientOptions } from "../options/types.js";

/** The sixteen special cases among the generated profiles, and some ordinary ones. */
const PROFILES = 25;

/** The options of a client for the sandbox. Its batch file is there at once. */
export async function sandboxOptions(): Promise<ClientOptions> {
  const { createSandbox } = await import("../sandbox/index.js");
  const { apiKey, fetch } = createSandbox({ profiles: PROFILES });
  return { apiKey, fetch };
}
