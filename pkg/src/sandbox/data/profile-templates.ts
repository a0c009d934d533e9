// The templates that generated User Profiles are made from. The first sixteen are hand-picked cases. The first sixteen generated
// profiles are exactly those, so that even a small sandbox contains every special case; the others combine them at random.

import { networks, type Scene, unknownNetwork } from "./accounts.js";
import { Random } from "./random.js";
import { slot } from "./template.js";

/** Number of templates. */
export const BANK = 512;

const DAY_MS = 86_400_000;
const ALL = Object.keys(networks);
const PLAIN = ["", "", "", "", " Ltd.", " & Co", " GmbH", " (official)"];
const ESCAPED = ` caf${slot.escaped.eAcute} ${slot.escaped.grin}`;
const FOREIGN = [" Bäckerei", " カフェ", " مطعم", " 🌵🎉", " Ünlü & Söhne", " Łódź", " 한국", ESCAPED];
const ABOUT = [
  "Family business since 1987. Fresh every morning, seven days a week.",
  "We help small teams look big.",
  "News, offers and what happens behind the scenes.",
  'Voted "best in town" three years running.',
  "Ouvert du lundi au samedi, 9h–18h.",
  `See example.com${slot.escaped.solidus}menu for today's menu.`,
  "お気軽にお問い合わせください。",
];
const AWKWARD =
  "quote \" backslash \\ tab \t newline \n return \r bell \u0007 nul \u0000 unit \u001f del \u007f line \u2028 bom \uFEFF 👩‍👩‍👧‍👦";

const EXTRA = { labels: ["vip", { nested: [[], {}, [null, true, false]] }], numbers: [0, -1, 0.5, 1e21, 9007199254740991] };

/** Special features of a template. */
interface Case {
  networks?: readonly string[];
  nothing?: "absent" | "empty";
  unknown?: boolean;
  awkward?: boolean;
  aboutLength?: number;
  refreshDays?: readonly (number | null)[];
  newer?: boolean;
  extra?: boolean;
  suffix?: string;
}

const cases: readonly Case[] = [
  { networks: ALL, suffix: "" },
  { nothing: "absent" },
  { networks: ["facebook", "instagram"], unknown: true },
  { networks: ["bluesky", "gmb", "youtube"], awkward: true, suffix: " \"quoted\" 🌵" },
  { networks: ["bluesky", "gmb"], aboutLength: 8_000 },
  { networks: ["linkedin", "tiktok", "twitter"], refreshDays: [0, -12, null] },
  { networks: ["gmb", "telegram"] },
  { networks: ["facebook", "instagram", "twitter"], newer: true },
  { networks: ["pinterest"], suffix: " Łódź" },
  { networks: ["twitter", "linkedin"], refreshDays: [3, 13] },
  { networks: ["youtube", "reddit"], suffix: " カフェ" },
  { networks: ["instagram", "pinterest", "tiktok"], extra: true },
  { nothing: "empty" },
  { networks: ["reddit"], suffix: " مطعم" },
  { networks: ["linkedin", "threads"], refreshDays: [364] },
  { networks: ["bluesky", "snapchat", "threads"], suffix: " 한국" },
];

function randomCase(random: Random): Case {
  const share = 0.15 + random.next() * 0.6;
  const linked = ALL.filter(() => random.chance(share));
  if (linked.length === 0 || random.chance(0.03)) return { nothing: random.chance(0.8) ? "absent" : "empty" };
  return {
    networks: linked,
    unknown: random.chance(0.03),
    awkward: random.chance(0.03),
    newer: random.chance(0.3),
    extra: random.chance(0.03),
    suffix: random.chance(0.2) ? random.pick(FOREIGN) : random.pick(PLAIN),
    ...(random.chance(0.02) ? { aboutLength: 500 + random.below(4_000) } : {}),
  };
}

/** Template number `number`: a body of `GET /user` with slots. */
export function person(number: number, seed: number, epochMs: number, imageOrigin: string): Record<string, unknown> {
  const random = new Random(seed ^ Math.imul(number + 1, 0x9e3779b1));
  const special = cases[number] ?? randomCase(random);
  const day = (offset: number): string => new Date(epochMs + offset * DAY_MS + random.below(DAY_MS)).toISOString();
  const suffix = special.suffix ?? "";
  const scene: Scene = { random, imageOrigin, day, suffix, about: aboutOf(special, random), refreshDays: refreshOf(special, random) };
  const accounts = (special.networks ?? []).map((network) => (networks[network] as NonNullable<(typeof networks)[string]>)(scene));
  if (special.unknown) accounts.push(unknownNetwork(scene));
  accounts.sort((a, b) => (String(a.platform) < String(b.platform) ? -1 : 1));
  const created = Math.floor(epochMs / 1000) - random.below(86_400 * 1_200);
  return {
    ...(accounts.length > 0 ? { activeSocialAccounts: accounts.map(({ platform }) => platform) } : {}),
    ...(random.chance(0.5) ? { ayrlinkUrl: `https://ayrl.ink/bio/${slot.handle}` } : {}),
    created: {
      _seconds: created,
      _nanoseconds: random.below(1_000) * 1_000_000,
      utc: new Date(created * 1000).toISOString().replace(".000Z", "Z"),
    },
    ...(special.nothing === "absent" ? {} : { displayNames: accounts }),
    email: null,
    ...(special.extra ? EXTRA : {}),
    ...(special.newer ? newer(random, day) : {}),
    monthlyApiCalls: random.below(400),
    refId: `${slot.unique}${slot.hex(32)}`,
    title: `${slot.name}${suffix}`,
    lastUpdated: new Date(epochMs).toISOString(),
    nextUpdate: new Date(epochMs + 30_000).toISOString(),
  };
}

function newer(random: Random, day: (offset: number) => string): Record<string, unknown> {
  const quota = random.chance(0.5) ? { monthlyPostQuota: random.pick([500, 1_000]) } : {};
  return {
    lastApiCall: day(-1),
    messagingConversationMonthlyCount: random.below(200),
    messagingEnabled: random.chance(0.5),
    monthlyPostCount: random.below(400),
    ...quota,
  };
}

function aboutOf(special: Case, random: Random): () => string {
  return () => {
    const text = special.awkward ? AWKWARD : random.pick(ABOUT);
    const times = Math.ceil((special.aboutLength ?? 0) / (text.length + 1));
    return times > 1 ? `${text} `.repeat(times) : text;
  };
}

function refreshOf(special: Case, random: Random): () => number | null {
  let taken = 0;
  return () => {
    const listed = special.refreshDays?.[taken];
    taken += 1;
    if (listed !== undefined) return listed;
    const luck = random.next();
    if (luck < 0.03) return null;
    if (luck < 0.06) return -random.below(40);
    return luck < 0.15 ? random.below(15) : 15 + random.below(350);
  };
}
