// The names of the networks that Ayrshare supports, as their owners write them. Apart from their marks, because the worker needs only names.

const NAMES: ReadonlyMap<string, string> = new Map([
  ["bluesky", "Bluesky"],
  ["facebook", "Facebook"],
  ["gmb", "Google Business Profile"],
  ["instagram", "Instagram"],
  ["linkedin", "LinkedIn"],
  ["pinterest", "Pinterest"],
  ["reddit", "Reddit"],
  ["snapchat", "Snapchat"],
  ["telegram", "Telegram"],
  ["threads", "Threads"],
  ["tiktok", "TikTok"],
  ["twitter", "X"],
  ["youtube", "YouTube"],
]);

/** Platform values in Ayrshare's order. */
export const PLATFORMS: readonly string[] = [...NAMES.keys()];

/** The name of a network; that of an unknown one is its platform value. */
export const networkName = (platform: string): string => NAMES.get(platform) ?? platform;
