// The code behind a view, as a user would write it. It never contains a key that was entered.

import type { Session } from "./session.js";

export type View = "profile" | "boards" | "changes" | "all";

export function snippet(view: View, { connection }: Session, withinDays: number): string {
  const { baseUrl, apiKey, profileKey, viaGateway = false } = connection;
  const options = [
    apiKey !== undefined && "  apiKey: process.env.AYRSHARE_API_KEY,",
    profileKey !== undefined && view !== "all" && "  profileKey: process.env.AYRSHARE_PROFILE_KEY,",
    `  baseUrl: ${JSON.stringify(baseUrl)},`,
  ].filter((line) => line !== false);
  const client = ["const ayrshare = new AyrshareUser({", ...options, "});"].join("\n");
  const { imports, body } = BODIES[view](withinDays, viaGateway ? baseUrl : undefined);
  return `import { ${imports} } from "ayrshare-user";\n\n${client}\n\n${body}\n`;
}

/** The same for a file. */
export function fileSnippet(view: View, fileName: string, isList: boolean, withinDays: number): string {
  const { imports, reads, body } = view === "changes" && !isList ? RESPONSE_CHANGES : FILE_BODIES[view](withinDays);
  const files = reads.map((name, index) => `const ${name} = await openAsBlob(${JSON.stringify(index === 0 ? fileName : "second.json")});`);
  return `import { openAsBlob } from "node:fs"; // in a browser, a File is a Blob already\nimport { ${imports} } from "ayrshare-user";\n\n${files.join("\n")}\n\n${body}\n`;
}

interface FileBody {
  readonly imports: string;
  readonly reads: readonly string[];
  readonly body: string;
}

const RESPONSE_CHANGES: FileBody = {
  imports: "decodeUser, diffUsers",
  reads: ["before", "after"],
  body: `const [old, present] = await Promise.all([before, after].map(async (file) => decodeUser(await file.text())));
for (const change of await diffUsers(old, present)) {
  console.log(change.kind, change.network, change.path, change.before, change.after);
}`,
};

const FILE_BODIES: Readonly<Record<View, (withinDays: number) => FileBody>> = {
  profile: () => ({
    imports: "accountHealth, decodeUser",
    reads: ["file"],
    body: `const user = await decodeUser(await file.text());
const health = await accountHealth(user);
for (const { level, message } of health.findings) {
  if (level !== "ok") console.log(level, message);
}`,
  }),
  boards: () => FILE_BODIES.profile(0),
  changes: () => ({
    imports: "compareProfiles",
    reads: ["before", "after"],
    body: `const { counts, joined, left, changed } = await compareProfiles(before, after);
console.log(counts);
for (const { title, changes } of changed) console.log(title, changes);`,
  }),
  all: (withinDays) => ({
    imports: "sweepProfiles, streamProfiles",
    reads: ["file"],
    body: `const report = await sweepProfiles(file, { refreshWithinDays: ${withinDays} });
console.log(report.profiles, report.networks, report.links);

for await (const profile of streamProfiles(file)) console.log(profile.refId, profile.title);`,
  }),
};

const BODIES: Readonly<Record<View, (withinDays: number, gateway: string | undefined) => { imports: string; body: string }>> = {
  profile: () => ({
    imports: "AyrshareUser, accountHealth",
    body: `const user = await ayrshare.getUser({ instagramQuota: true });
for (const account of user.displayNames) {
  console.log(account.platform, account.displayName, account.profileUrl);
}

const health = await accountHealth(user);
for (const { level, message } of health.findings) {
  if (level !== "ok") console.log(level, message);
}`,
  }),
  boards: () => ({
    imports: "AyrshareUser",
    body: `const { pinterest } = await ayrshare.getUserDetails("pinterest");
for (const { name, privacy } of pinterest) console.log(name, privacy);`,
  }),
  changes: () => ({
    imports: "AyrshareUser, diffUsers",
    body: `const before = await ayrshare.getUser({ instagramQuota: true });
// … later
const after = await ayrshare.getUser({ instagramQuota: true });

for (const change of await diffUsers(before, after)) {
  console.log(change.kind, change.network, change.path, change.before, change.after);
}`,
  }),
  all: (withinDays, gateway) => ({
    imports: "AyrshareUser, accountHealth",
    body: `${gateway === undefined ? "" : passedOn(gateway)}const stream = ayrshare.streamProfiles({ ${gateway === undefined ? "" : "batch, "}onInvalid: (record) => console.warn(record.message) });
for await (const profile of stream) {
  const { findings } = await accountHealth(profile, { refreshWithinDays: ${withinDays} });
  const urgent = findings.find(({ level }) => level !== "ok");
  if (urgent) console.log(profile.title, urgent.message);
}
console.log(stream.progress);

// Or only the numbers, several times as fast:
const report = await ayrshare.sweepProfiles({ ${gateway === undefined ? "" : "batch, "}refreshWithinDays: ${withinDays} });
console.log(report.profiles, report.networks, report.links);`,
  }),
};

/** A gateway forwards the file, so that pages do not have to read it from its host. */
const passedOn = (gateway: string): string => `const ticket = await ayrshare.getUserBatch();
const batch = { ...ticket, url: ${JSON.stringify(`${gateway}/user/batch/profiles`)} };
`;
