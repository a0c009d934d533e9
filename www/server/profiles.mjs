// The demo sandbox's User Profiles, in addition to the documented sample. Each is a case that the page must handle.
// Dates are relative to the start of the server, so that "in 3 days" stays true.

const DAY_MS = 86_400_000;
const daysFromNow = (days) => new Date(Date.now() + days * DAY_MS).toISOString();
const stamp = (iso) => {
  const seconds = Math.floor(Date.parse(iso) / 1000);
  return { _seconds: seconds, _nanoseconds: 0, utc: new Date(seconds * 1000).toISOString().replace(".000Z", "Z") };
};

function profile({ key, refId, title, accounts = [], ...rest }) {
  const linked = accounts.length > 0 && {
    activeSocialAccounts: accounts.map(({ platform }) => platform),
    displayNames: accounts,
  };
  const user = {
    ...linked, created: stamp(daysFromNow(-400)), email: null, monthlyApiCalls: 12, refId, title,
    lastUpdated: daysFromNow(0), nextUpdate: daysFromNow(30 / 86_400),
  };
  return { profileKey: key, user, ...rest };
}

const account = (platform, displayName, more) => ({
  created: daysFromNow(-200), displayName, platform, userImage: `https://img.example/${platform}.png`, ...more,
});

function cornerBakery() {
  const name = "Corner Bakery";
  const at = (platform, host, more) =>
    account(platform, name, { id: `id-${platform}`, profileUrl: `https://${host}/cornerbakery`, username: "cornerbakery", ...more });
  return profile({
    key: "BAKERY00-SANDBOX0-SANDBOX0-SANDBOX0",
    refId: "5b0c3a8f2d61e94770c1f0a9be8d2f4416a7c3e5",
    title: name,
    accounts: [
      at("bluesky", "bsky.app/profile", { username: "cornerbakery.example", description: "Bread, buns and the odd opinion about butter." }),
      at("facebook", "www.facebook.com", { pageName: name, messagingActive: true }),
      account("gmb", name, { userImage: undefined, description: "Family bakery since 1962. Open from six.", mapsUrl: "https://maps.example/corner-bakery", reviewUrl: "https://reviews.example/corner-bakery" }),
      at("instagram", "www.instagram.com", { type: "business", usedQuota: 47 }),
      at("linkedin", "www.linkedin.com/company", { type: "corporate", refreshDaysRemaining: 3, refreshRequired: daysFromNow(3) }),
      at("pinterest", "www.pinterest.com"),
      at("reddit", "www.reddit.com/user", { id: undefined }),
      at("snapchat", "www.snapchat.com/add"),
      account("telegram", name, { id: -1001234567890, type: "channel", profileUrl: "https://web.telegram.org/z/#-1234567890" }),
      at("threads", "www.threads.net"),
      at("tiktok", "www.tiktok.com", { refreshDaysRemaining: -2, refreshRequired: daysFromNow(-2) }),
      at("twitter", "x.com"),
      at("youtube", "www.youtube.com"),
    ],
    boards: [
      { privacy: "PUBLIC", owner: { username: "cornerbakery" }, id: "718465015493000001", name: "Wedding cakes", description: "Three tiers and up" },
      { privacy: "PROTECTED", owner: { username: "cornerbakery" }, id: "718465015493000002", name: "Shop fittings", description: "" },
      { privacy: "SECRET", owner: { username: "cornerbakery" }, id: "718465015493000003", name: "Spring menu, not yet out", description: "Drafts for March" },
    ],
  });
}

function tokyoCameras() {
  return profile({
    key: "CAMERA00-SANDBOX0-SANDBOX0-SANDBOX0",
    refId: "91e0d7",
    title: "東京カメラ店 📷",
    accounts: [
      account("instagram", "東京カメラ店", { id: "17841400000000001", profileUrl: "https://www.instagram.com/tokyo.camera", username: "tokyo.camera", type: "business", usedQuota: 50 }),
      account("mastodon", "A very long name that somebody thought would surely fit into every card ever drawn", { profileUrl: "https://social.example/@tokyo", username: "tokyo" }),
      account("pinterest", "<b>Not markup</b>", { id: "1", profileUrl: "javascript:alert(1)", username: "tokyo" }),
    ],
    boards: [],
  });
}

/** Long enough to watch the countdown end, short enough to wait for it. */
const BATCH_DELAY_MS = 20_000;
const GENERATED_PROFILES = 100_000;
const READABLE = ["retry-after", "x-ratelimit-max", "x-ratelimit-count"];

/** Options of the demo sandbox. `primary` is a copy of the documented sample. */
export const demoSandbox = (primary, profiles) => ({
  primary, userProfiles: profiles.map(({ profile }) => profile), profiles: GENERATED_PROFILES,
  cors: { exposeHeaders: READABLE }, localImages: true, freshForMs: 30_000, batchDelayMs: BATCH_DELAY_MS,
});

/** The profiles as listed on the page; the primary comes first. */
export const listed = (profiles) => [
  { title: "Primary Profile", note: "The documented sample" },
  ...profiles.map(({ note, profile }) => ({ title: profile.user.title, note, profileKey: profile.profileKey })),
];

/** In the order of the page's list, after the Primary Profile. */
export const demoProfiles = () => [
  { note: "Everything linked", profile: cornerBakery() },
  { note: "An unknown network, odd names", profile: tokyoCameras() },
  { note: "Nothing linked", profile: profile({ key: "NEWCOMER-SANDBOX0-SANDBOX0-SANDBOX0", refId: "c2f1aa", title: "New customer" }) },
  {
    note: "Suspended",
    profile: profile({ key: "OLDMILL0-SANDBOX0-SANDBOX0-SANDBOX0", refId: "77d20b", title: "Old Mill Brewery", suspended: true }),
  },
];
