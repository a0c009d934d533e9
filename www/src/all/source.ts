// Reading files with the package.

import { diffProfiles, streamProfiles, type User } from "ayrshare-user";

// Until the package has it.
export async function compareProfiles(before: File, after: File, options: { signal: AbortSignal; maxEntries: number; onEvent: (event: { side: "before" | "after"; bytesRead: number; bytesTotal?: number; profiles: number }) => void }) {
  const all = async (file: File, side: "before" | "after"): Promise<User[]> => {
    const users: User[] = [];
    const stream = streamProfiles(file, { signal: options.signal, onInvalid: () => undefined });
    for await (const batch of stream.batches()) {
      users.push(...batch);
      options.onEvent({ side, ...stream.progress });
    }
    return users;
  };
  const [old, present] = [await all(before, "before"), await all(after, "after")];
  const { joined, left, changed } = await diffProfiles(old, present);
  const of = (kind: string): number => changed.reduce((sum, { changes }) => sum + changes.filter((change) => change.kind === kind).length, 0);
  const counts = { joined: joined.length, left: left.length, changed: changed.length, linked: of("linked"), unlinked: of("unlinked"), relinked: of("relinked"), renamed: of("renamed"), idChanged: of("id_changed") };
  return { joined, left, changed, counts, before: { profiles: old.length }, after: { profiles: present.length } };
}
