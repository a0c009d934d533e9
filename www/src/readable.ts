// Reads displayable values from a response. Responses arrive as Ayrshare sent them and may contradict the types; here, in one place for
// all cards, a field of another type counts as absent.

import type { PinterestBoard, User, UserBatch } from "ayrshare-user";

type Fields = Readonly<Record<string, "string" | "number" | "boolean">>;
type Data = Record<string, unknown>;

const USER: Fields = {
  ayrlinkUrl: "string", email: "string", lastUpdated: "string", monthlyApiCalls: "number", monthlyApiCallsQuota: "number", refId: "string",
  suspended: "boolean", title: "string",
};
const ACCOUNT: Fields = {
  created: "string", description: "string", displayName: "string", mapsUrl: "string", messagingActive: "boolean", pageName: "string", platform: "string",
  profileUrl: "string", reviewUrl: "string", type: "string", userImage: "string", username: "string",
};
const BOARD: Fields = { description: "string", name: "string", privacy: "string" };
const BATCH: Fields = { lastUpdated: "string", nextUpdate: "string", url: "string", urlAvailable: "string", urlExpires: "string" };

/** Placeholder for a network whose name cannot be read. */
const UNKNOWN_NETWORK = "unknown";

export function readableUser(user: User): User {
  const { created, displayNames, activeSocialAccounts } = user as Data;
  return {
    ...only(USER, user),
    created: only({ utc: "string" }, created),
    displayNames: list(displayNames).map((account) => ({ platform: UNKNOWN_NETWORK, ...only(ACCOUNT, account) })),
    activeSocialAccounts: list(activeSocialAccounts).filter((name) => typeof name === "string"),
  } as unknown as User;
}

export function readableBoards(boards: readonly PinterestBoard[]): readonly PinterestBoard[] {
  return list(boards).map((board) => ({ ...only(BOARD, board), owner: only({ username: "string" }, (board as Data | null)?.["owner"]) })) as unknown as PinterestBoard[];
}

export function readableBatch(batch: UserBatch): UserBatch {
  return only(BATCH, batch) as unknown as UserBatch;
}

/** The value if it is a string. */
export const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function only(fields: Fields, value: unknown): Data {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([name, inner]) => Object.hasOwn(fields, name) && typeof inner === fields[name]));
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
