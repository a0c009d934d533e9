// Reads a user through a recipe's gateway, as a page does.
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packedPackage } from "../../scripts/lib/packed.mjs";

export const SESSION = { "x-session": "session-of-a-visitor" };

/** For `check`: the visitor's session reads its profile, and nobody else does. */
export async function readsThroughGateway({ origin, sandbox, profileKey }) {
  const { AyrshareUser } = await import(pathToFileURL(join(packedPackage, "dist/node.js")).href);
  const read = (headers) => new AyrshareUser({ baseUrl: `${origin}/ayrshare`, headers }).getUser();
  assert.equal((await read(SESSION)).refId, sandbox.profile(profileKey).user.refId);
  await assert.rejects(read({ "x-session": "another" }), { kind: "auth", status: 401 });
  await assert.rejects(read({}), { kind: "auth", status: 401 });
}
