// What the declarations promise to strict TypeScript users, with any `lib` and any types around. Compiled only; a wrong promise is a
// compile error.
import {
  AyrshareError,
  AyrshareUser,
  accountHealth,
  accountOf,
  decodePinterestDetails,
  decodeUser,
  decodeUserBatch,
  compareProfiles,
  diffProfiles,
  diffUsers,
  getUser,
  init,
  isAyrshareError,
  metaOf,
  streamProfiles,
  sweepProfiles,
  type AyrshareEvent,
  type CallOptions,
  type Change,
  type ClientOptions,
  type DeletedProfile,
  type ErrorKind,
  type FacebookAccount,
  type Finding,
  type Health,
  type Mismatch,
  type PinterestDetails,
  type ProfileSource,
  type ProfileChanges,
  type ProfilesDiff,
  type SocialAccount,
  type TelegramAccount,
  type UnknownAccount,
  type User,
  type UserBatch,
} from "ayrshare-user";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(..._proof: Equal<A, B> extends true ? [] : [never]): void {}

const ayrshare = new AyrshareUser({ apiKey: async () => "KEY" });

export async function calls(): Promise<void> {
  const user = await ayrshare.getUser({ instagramQuota: true });
  same<typeof user, User>();
  const maybe = await ayrshare.getUser({ validate: true }, { profileKey: "P" });
  same<typeof maybe, User | DeletedProfile>();
  const details = await ayrshare.getUserDetails("pinterest");
  same<typeof details, PinterestDetails>();
  const batch = await ayrshare.getUserBatch({ timeoutMs: 500 });
  same<typeof batch, UserBatch>();
  await getUser({ apiKey: "KEY" }, { instagramDetails: true });
  await init();
  await init({ client: "https://example.com/ayrshare_user.wasm" });
  await init({ client: new Uint8Array(8) });
  await init({ batch: "https://example.com/ayrshare_user_batch.wasm", insight: new Uint8Array(8) });
  // @ts-expect-error A source alone would not say of which file.
  await init("https://example.com/ayrshare_user.wasm");
  const status: number | undefined = metaOf(user)?.status;
  const limit: string | null | undefined = metaOf(user)?.headers?.get("x-ratelimit-max");
  const decoded = await decodeUser("{}", { onInvalid: "throw", onDrift: ({ path }) => path.length });
  same<typeof decoded, User>();
  const boards = await decodePinterestDetails(new Uint8Array(8));
  same<typeof boards, PinterestDetails>();
  const ticket = await decodeUserBatch(JSON.parse("{}") as object);
  same<typeof ticket, UserBatch>();
  // @ts-expect-error A missing body is a mistake.
  await decodeUser(null);
  ayrshare.withProfile("P").free();
  using released = ayrshare.withProfile("P");

  const facebook = accountOf(user, "facebook");
  same<typeof facebook, FacebookAccount | undefined>();
  const telegram = accountOf(user, "telegram");
  same<typeof telegram, TelegramAccount | undefined>();
  const id: number | null | undefined = telegram?.id;
  const odd: readonly Mismatch[] = metaOf(await ayrshare.getUser({}, { onInvalid: "report" }))?.mismatches ?? [];
  const unknown = accountOf(user, "orbit");
  same<typeof unknown, UnknownAccount | undefined>();
  void [status, limit, released, id, odd];
}

export function narrows(account: SocialAccount): string {
  switch (account.platform) {
    case "telegram":
      same<typeof account, TelegramAccount>();
      return String(account.id);
    case "facebook":
      return account.pageName ?? "";
    case "twitter":
      return String(account.twitterUsage?.monthlyLimit);
    case "linkedin":
      return account.refreshRequired ?? "";
    default:
      // Networks that came later are possible, and so is looking at their fields, whose types are known if every known network has them.
      same<typeof account.displayName, string | null | undefined>();
      same<typeof account.followers, unknown>();
      return account.displayName ?? account.platform;
  }
}

/** Fields that every known network has, of an account whose network nobody has looked at. */
export function common(account: SocialAccount): string {
  const texts: (string | null | undefined)[] = [account.created, account.displayName, account.profileUrl, account.refreshRequired];
  const days: number | null | undefined = account.refreshDaysRemaining;
  same<typeof account.displayName, string | null | undefined>();
  // Telegram's is a number.
  same<typeof account.id, unknown>();
  return [account.platform, ...texts, days].join();
}

export function lists(user: User): string[] {
  // Never absent: absence means that nothing is linked.
  return [...user.activeSocialAccounts, ...user.displayNames.map((account) => account.platform as string)];
}

export async function insight(user: User): Promise<void> {
  const health = await accountHealth(user, { now: new Date(), refreshWithinDays: 7, quotaShare: 0.9 });
  same<typeof health, Health>();
  same<Health["level"], "ok" | "soon" | "now">();
  const due: number | undefined = health.findings[0]?.dueMs;
  const finding: Finding | undefined = health.accounts[0]?.findings[0];
  const changes = await diffUsers(user, user, { includeVolatile: true });
  same<typeof changes, Change[]>();
  same<Change["before"], unknown>();
  const lists = await diffProfiles([user], [user]);
  same<typeof lists, ProfilesDiff>();
  await accountHealth(user, { now: "2026-01-01T00:00:00Z" });
  // @ts-expect-error: a time is a Date, a text or a number
  await accountHealth(user, { now: true });
  void [due, finding];
}

export function failures(caught: unknown): ErrorKind | undefined {
  if (isAyrshareError(caught)) {
    same<typeof caught, AyrshareError>();
    const last = caught.attempts[caught.attempts.length - 1];
    void [last?.status, last?.reason, last?.durationMs, caught.retryAfterMs, caught.path, caught.toJSON()];
    return caught.kind;
  }
  return undefined;
}

export function observes(event: AyrshareEvent): number {
  switch (event.type) {
    case "request":
      return event.attempt + Object.keys(event.headers).length;
    case "response":
      return event.status + event.durationMs;
    case "retry":
      return event.waitMs;
    case "progress":
      return event.bytesRead + (event.bytesTotal ?? 0) + (event.waitMs ?? 0);
    case "cache":
      return 0;
    default: {
      const none: never = event;
      return none;
    }
  }
}

export async function streams(signal: NonNullable<CallOptions["signal"]>): Promise<number> {
  for await (const profile of ayrshare.streamProfiles({ signal })) same<typeof profile, User>();
  for await (const chosen of ayrshare.streamProfiles({ select: ["refId", "displayNames"] })) {
    same<typeof chosen, Pick<User, "refId" | "displayNames">>();
    // @ts-expect-error: not selected
    void chosen.email;
  }
  const stream = ayrshare.streamProfiles({ where: { network: "orbit", refreshWithinDays: 3 }, onInvalid: (record) => void record.raw?.length });
  for await (const batch of stream.batches()) same<typeof batch, User[]>();
  same<ReturnType<typeof stream.toReadableStream>, ReadableStream<User>>();
  await stream.cancel();
  const report = await ayrshare.sweepProfiles({ refreshWithinDays: 3, maxEntries: 10 });
  return report.links.length + stream.progress.bytesRead;
}

export async function inHand(source: ProfileSource): Promise<number> {
  for await (const chosen of streamProfiles(source, { select: ["refId"], onEvent: (event) => void event.type })) same<typeof chosen, Pick<User, "refId">>();
  for await (const profile of ayrshare.streamProfiles({ source: "[]" })) same<typeof profile, User>();
  const { links } = await sweepProfiles(new Uint8Array(), { maxEntries: 10 });
  await ayrshare.sweepProfiles({ source: new ArrayBuffer(8) });
  await sweepProfiles((async function* () { yield new Uint8Array(); })());
  return links.length;
}

// @ts-expect-error: the name of a file is not the file
void sweepProfiles(new Map([["profiles.json", "[]"]]));
// @ts-expect-error: text must be encoded
void sweepProfiles((async function* () { yield "[]"; })());
// @ts-expect-error: nothing is downloaded
void sweepProfiles("[]", { waitMs: 1 });
// @ts-expect-error: an API key is text or a function
new AyrshareUser({ apiKey: 5 });
// @ts-expect-error: a misspelt option
const misspelt: ClientOptions = { profilekey: "P" };
// @ts-expect-error: the only platform with details is Pinterest
void ayrshare.getUserDetails("facebook");
void misspelt;

export async function comparison(file: ProfileSource): Promise<void> {
  const { counts, changed, before, durationMs } = await compareProfiles(file, "[]", {
    maxEntries: 10,
    onInvalid: "throw",
    onEvent: ({ type, side }) => void [type, side satisfies "before" | "after"],
  });
  same<typeof changed, readonly ProfileChanges[]>();
  const numbers: number[] = [counts.relinked, counts.idChanged, before.unreadable, durationMs];
  // @ts-expect-error: invalid records are reported or thrown
  await compareProfiles(file, file, { onInvalid: "skip" });
  // @ts-expect-error: a number is no source
  await compareProfiles(file, 7);
  void numbers;
}
