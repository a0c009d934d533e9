/** Compares two batch files in hand, without a client. Loads the batch wasm module at the first call. */
import type { CompareOptions, ProfilesComparison } from "./compare-types.js";
import { expectErrors } from "./expect-errors.js";
import { loadBatch } from "./load.js";
import type { ProfileSource } from "./types.js";

/**
 * Compares two batch files: which profiles joined and left, and which accounts were linked, unlinked, linked again and renamed. It follows the
 * rules of {@link diffProfiles}, but needs neither file in memory: it reads one after the other and keeps a few dozen bytes per
 * linked account. Sends no request and needs no key.
 *
 * @param before - The older file.
 * @param after - The newer file.
 * @throws {@link AyrshareError}, as a rejection, as for {@link streamProfiles}. The message says whether it is about `before` or `after`.
 * @example
 * ```ts
 * const { counts } = await compareProfiles(await openAsBlob("monday.json.gz"), await openAsBlob("tuesday.json.gz"));
 * console.log(`${counts.unlinked} accounts were unlinked`);
 * ```
 */
export async function compareProfiles(before: ProfileSource, after: ProfileSource, options: CompareOptions = {}): Promise<ProfilesComparison> {
  expectErrors(before);
  expectErrors(after);
  return (await loadBatch()).compare(before, after, options);
}
