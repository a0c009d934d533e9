/** Functions that read a batch file in hand, without a client. They load the batch wasm module at the first read. */
import { expectErrors } from "./expect-errors.js";
import { loadBatch } from "./load.js";
import { ProfileStream, type Source } from "./profile-stream.js";
import type { ProfileSource, Selected, SourceStreamOptions, SourceSweepOptions, SweepReport } from "./types.js";

/**
 * Streams all User Profiles from a batch file in hand, as {@link AyrshareUser.streamProfiles} does from a download. Sends no request and
 * needs no key. The source is opened when the first profile is requested, and read only on demand.
 *
 * @throws {@link AyrshareError}, as a rejection while you read the stream; kind `decode` if the source is not a list of profiles, `network`
 *   if it fails (with its own error as `cause`), `timeout` if it sends nothing for `idleTimeoutMs`, `config` if it cannot be read at all.
 * @example
 * ```ts
 * for await (const profile of streamProfiles(await openAsBlob("profiles.json.gz"))) {
 *   console.log(profile.refId, profile.activeSocialAccounts);
 * }
 * ```
 */
export function streamProfiles<const K extends string = string>(source: ProfileSource, options: SourceStreamOptions<K> = {}): ProfileStream<Selected<K>> {
  expectErrors(source);
  const open = async () => (await loadBatch()).openSource(source, options);
  return new ProfileStream(open as () => Promise<Source<Selected<K>>>);
}

/**
 * Reads a batch file in hand and counts as {@link AyrshareUser.sweepProfiles} does. Sends no request and needs no key.
 *
 * @throws {@link AyrshareError}, as a rejection, as for {@link streamProfiles}.
 */
export async function sweepProfiles(source: ProfileSource, options: SourceSweepOptions = {}): Promise<SweepReport> {
  expectErrors(source);
  return (await loadBatch()).sweepSource(source, options);
}
