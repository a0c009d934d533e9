/** Reading and changing bodies of `GET /user`. */
import { reading } from "../object-of.js";
import type { JsonObject, SandboxProfile } from "../types.js";

/** Reads a profile's bodies. They are the tester's own objects, not copies, so their getters run only when a response needs them. */
export function readingBody<T>({ profileKey }: SandboxProfile, read: () => T): T {
  return reading(profileKey === undefined ? "primary" : "userProfiles", "data", read);
}

/** The objects in `displayNames`. User-supplied data may have anything there. */
export function accountsOf(user: JsonObject): JsonObject[] {
  const { displayNames } = user;
  return Array.isArray(displayNames) ? displayNames.filter((entry) => typeof entry === "object" && entry !== null) : [];
}

/** Whether either list says that a network is linked. */
export function isLinked(user: JsonObject, network: string): boolean {
  const { activeSocialAccounts: active } = user;
  return (Array.isArray(active) && active.includes(network)) || accountsOf(user).some(({ platform }) => platform === network);
}

/** Maps the entries of `displayNames`. A body without the list is returned unchanged. */
export function mapAccounts(user: JsonObject, change: (account: JsonObject) => JsonObject): JsonObject {
  if (!Array.isArray(user.displayNames)) return user;
  const isEntry = (entry: unknown): entry is JsonObject => typeof entry === "object" && entry !== null;
  return { ...user, displayNames: user.displayNames.map((entry: unknown) => (isEntry(entry) ? change(entry) : entry)) };
}

/** Removes Instagram's `type` and `usedQuota`, which are sent only on request. */
export function withoutInstagramDetails(user: JsonObject): JsonObject {
  return mapAccounts(user, (account) => {
    if (account.platform !== "instagram") return account;
    const { type: _type, usedQuota: _usedQuota, ...rest } = account;
    return rest;
  });
}
