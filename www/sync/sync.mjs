// One sync of the batch file into the tables of migrations/. It can be interrupted at any point: everything written is correct, and the next run
// continues from there with the same file, or starts again with a newer one. Two concurrent runs only do the same work twice.
import { AyrshareUser } from "ayrshare-user";

/** Accounts per statement, so that their JSON stays well below D1's limit of 2 MB per value. */
const ACCOUNTS_AT_ONCE = 4_000;

// A sync of an older file that is still running does not overwrite rows of a newer one.
const UPSERT = `
  INSERT INTO accounts (ref_id, network, title, username, display_name, profile_url, refresh_required, sync)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, ?2 FROM json_each(?1) WHERE true
  ON CONFLICT (ref_id, network) DO UPDATE SET
    title = excluded.title, username = excluded.username, display_name = excluded.display_name, profile_url = excluded.profile_url,
    refresh_required = excluded.refresh_required, sync = excluded.sync
  WHERE excluded.sync >= accounts.sync`;

// An account whose network cannot be read may be any account of its profile, so none of them is known to be gone.
const KEEP = "UPDATE accounts SET sync = ?2 WHERE ref_id IN (SELECT value FROM json_each(?1)) AND sync < ?2";

/**
 * @param {{ DB: D1Database, AYRSHARE_API_KEY: string, AYRSHARE_BASE_URL?: string }} env
 * @param {{ waitMs?: number }} options `waitMs`: milliseconds to wait for the file; after that, `not_ready` is thrown
 * @returns {Promise<{ sync: number, profiles: number, resumedAt: number, skipped?: number }>} the profiles of the file, how many of them were
 *   already synced, and how many accounts were skipped because they or their profile have no readable name
 */
export async function syncAccounts({ DB, AYRSHARE_API_KEY, AYRSHARE_BASE_URL }, options = {}) {
  const ayrshare = new AyrshareUser({ apiKey: AYRSHARE_API_KEY, ...(AYRSHARE_BASE_URL && { baseUrl: AYRSHARE_BASE_URL }) });
  const batch = await ayrshare.getUserBatch();
  const file = textOf(batch.lastUpdated) ?? new Date().toISOString();
  const upsert = DB.prepare(UPSERT);
  await DB.prepare("INSERT INTO syncs (file) VALUES (?) ON CONFLICT DO NOTHING").bind(file).run();
  const { id, profiles: resumedAt, finished } = await DB.prepare("SELECT id, profiles, finished FROM syncs WHERE file = ?").bind(file).first();
  if (finished !== null) return { sync: id, profiles: resumedAt, resumedAt };

  let [seen, skipped, accounts, kept] = [0, 0, [], []];
  // Rows and progress are written in one transaction, so neither exists without the other.
  const write = async () => {
    const rows = [upsert.bind(JSON.stringify(accounts), id)];
    if (kept.length > 0) rows.push(DB.prepare(KEEP).bind(JSON.stringify(kept), id));
    [accounts, kept] = [[], []];
    await DB.batch([...rows, DB.prepare("UPDATE syncs SET profiles = max(profiles, ?) WHERE id = ?").bind(seen, id)]);
  };
  const stream = ayrshare.streamProfiles({ batch, select: ["refId", "title", "displayNames"], ...options });
  for await (const profiles of stream.batches()) {
    for (const profile of profiles) {
      seen += 1;
      if (seen <= resumedAt) continue;
      for (const account of profile.displayNames) {
        const row = rowOf(profile, account);
        // Without both names, the row could not be found again.
        if (row[0] !== null && row[1] !== null) accounts.push(row);
        else {
          skipped += 1;
          if (row[0] !== null) kept.push(row[0]);
        }
      }
      if (accounts.length + kept.length >= ACCOUNTS_AT_ONCE) await write();
    }
  }
  await write();
  // Deletes accounts that are not in this file, and marks the sync as finished.
  await DB.batch([
    DB.prepare("DELETE FROM accounts WHERE sync < ?").bind(id),
    DB.prepare("UPDATE syncs SET finished = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') WHERE id = ?").bind(id),
  ]);
  return { sync: id, profiles: seen, resumedAt, ...(skipped > 0 && { skipped }) };
}

/** Values that are not strings count as absent. */
const textOf = (value) => (typeof value === "string" ? value : null);

const rowOf = ({ refId, title }, { platform, username, displayName, profileUrl, refreshRequired }) =>
  [refId, platform, title, username, displayName, profileUrl, refreshRequired].map(textOf);
