// Templates of one linked account per network, with the fields, absences and quirks known from the documentation and other sources.

import type { Random } from "./random.js";
import { slot } from "./template.js";

/** Input of the account builders: facts about the profile. */
export interface Scene {
  readonly random: Random;
  readonly imageOrigin: string;
  /** ISO timestamp this many days after the sandbox's day, including milliseconds. */
  readonly day: (offset: number) => string;
  /** A self-description such as people write. */
  readonly about: () => string;
  /** Suffix of the generated name. */
  readonly suffix: string;
  /** Days until a link must be renewed; may be negative or `null`. */
  readonly refreshDays: () => number | null;
}

type Account = Record<string, unknown>;

const { name, handle } = slot;

function image(scene: Scene, platform: string): string {
  return `${scene.imageOrigin}/img/${slot.slug}-${platform}.svg`;
}

function common(scene: Scene, platform: string): Account {
  return { created: scene.day(-30 - scene.random.below(900)), displayName: `${name}${scene.suffix}`, platform };
}

function refresh(scene: Scene): Account {
  const days = scene.refreshDays();
  return { refreshDaysRemaining: days, refreshRequired: days === null ? null : scene.day(days) };
}

/** Builders by network name, in the order Ayrshare sorts them. */
export const networks: Readonly<Record<string, (scene: Scene) => Account>> = {
  bluesky: (scene) => ({
    ...common(scene, "bluesky"),
    description: scene.about(),
    id: `did:plc:${slot.base32(24)}`,
    profileUrl: `https://bsky.app/profile/${handle}.bsky.social`,
    userImage: image(scene, "bluesky"),
    username: `${handle}.bsky.social`,
  }),
  facebook: (scene) => ({
    ...common(scene, "facebook"),
    id: `1${slot.digits(14)}`,
    ...(scene.random.chance(0.3) ? { messagingActive: scene.random.chance(0.5) } : {}),
    pageName: name,
    profileUrl: `https://www.facebook.com/${handle}`,
    userId: `1${slot.digits(16)}`,
    userImage: image(scene, "facebook"),
  }),
  gmb: (scene) => ({
    ...common(scene, "gmb"),
    description: scene.about(),
    mapsUrl: `https://maps.google.com/maps?cid=5${slot.digits(18)}`,
    placeId: `ChIJ${slot.hex(23)}`,
    profileUrl: `https://www.${handle}.example/`,
    reviewUrl: `https://search.google.com/local/writereview?placeid=ChIJ${slot.hex(23)}`,
  }),
  instagram: (scene) => ({
    ...common(scene, "instagram"),
    id: `178${slot.digits(14)}`,
    ...(scene.random.chance(0.3) ? { messagingActive: scene.random.chance(0.5) } : {}),
    pageName: name,
    profileUrl: `https://www.instagram.com/${handle}`,
    userImage: image(scene, "instagram"),
    username: handle,
  }),
  linkedin: (scene) => {
    const personal = scene.random.chance(0.4);
    return {
      ...common(scene, "linkedin"),
      id: personal ? slot.base32(10) : `7${slot.digits(7)}`,
      profileUrl: `https://www.linkedin.com/${personal ? "in" : "company"}/${handle}`,
      ...refresh(scene),
      type: personal ? "personal" : "corporate",
      userImage: image(scene, "linkedin"),
      ...(scene.random.chance(0.8) ? { username: handle } : {}),
    };
  },
  pinterest: (scene) =>
    scene.random.chance(0.1)
      ? {
          ...common(scene, "pinterest"),
          id: `4${slot.digits(17)}`,
          profileUrl: `https://www.pinterest.com/${name}`,
          userImage: image(scene, "pinterest"),
        }
      : {
          ...common(scene, "pinterest"),
          id: `4${slot.digits(17)}`,
          profileUrl: `https://www.pinterest.com/${handle}`,
          userImage: image(scene, "pinterest"),
          username: handle,
        },
  reddit: (scene) => ({
    ...common(scene, "reddit"),
    displayName: handle,
    profileUrl: `https://www.reddit.com/user/${handle}`,
    userImage: image(scene, "reddit"),
    username: handle,
  }),
  snapchat: (scene) => ({
    ...common(scene, "snapchat"),
    id: `${slot.hex(8)}-${slot.hex(4)}-${slot.hex(4)}-${slot.hex(12)}`,
    profileUrl: `https://www.snapchat.com/add/${handle}`,
    userImage: image(scene, "snapchat"),
  }),
  telegram: (scene) => ({
    ...common(scene, "telegram"),
    id: slot.number(`-100${slot.digits(10)}`),
    profileUrl: `https://web.telegram.org/z/#-1${slot.digits(9)}`,
    type: "channel",
    ...(scene.random.chance(0.7) ? { userImage: image(scene, "telegram") } : {}),
  }),
  threads: (scene) => ({
    ...common(scene, "threads"),
    id: `2${slot.digits(16)}`,
    ...(scene.random.chance(0.5) ? { isEligibleForGeoRestrictions: false, isVerified: scene.random.chance(0.2) } : {}),
    profileUrl: `https://www.threads.net/@${handle}`,
    userImage: image(scene, "threads"),
    username: handle,
  }),
  tiktok: (scene) => ({
    ...common(scene, "tiktok"),
    id: `${slot.hex(8)}-${slot.hex(4)}-${slot.hex(4)}-${slot.hex(3)}`,
    profileUrl: `https://www.tiktok.com/@${handle}`,
    ...(scene.random.chance(0.4) ? refresh(scene) : {}),
    userImage: image(scene, "tiktok"),
    username: `@${handle}`,
  }),
  twitter: (scene) => ({
    ...common(scene, "twitter"),
    id: `1${slot.digits(17)}`,
    profileUrl: `https://twitter.com/${handle}`,
    ...(scene.random.chance(0.3) ? { subscriptionType: scene.random.pick(["None", "Premium"]), verifiedType: "none" } : {}),
    ...(scene.random.chance(0.15)
      ? {
          twitterUsage: {
            monthlyUsage: scene.random.below(12_000),
            monthlyLimit: scene.random.pick([10_000, 100_000]),
            monthlyReset: scene.day(1 + scene.random.below(30)).slice(0, 10),
          },
        }
      : {}),
    userImage: image(scene, "twitter"),
    username: handle,
  }),
  youtube: (scene) => ({
    ...common(scene, "youtube"),
    ...(scene.random.chance(0.5) ? { channelId: `UC${slot.hex(22)}`, channelTitle: name } : {}),
    displayName: `@${handle}`,
    id: `1${slot.digits(20)}`,
    profileUrl: `https://www.youtube.com/@${handle}`,
    userImage: image(scene, "youtube"),
    username: `@${handle}`,
  }),
};

/** An account on an unknown network, with unknown fields. */
export function unknownNetwork(scene: Scene): Account {
  return {
    ...common(scene, "orbit"),
    constellation: { name: "Lyra", stars: [1, 2, { magnitude: -0.03, tags: [] }], visible: true },
    id: slot.digits(12),
    orbitLevel: 3.5,
    profileUrl: `https://orbit.example/${handle}`,
    userImage: image(scene, "orbit"),
  };
}
