// The examples in the package's documentation comments, and a table of how to run each: file -> one row per example, in order.
// `declared` is the TypeScript declarations that the example assumes; `made` is the code that provides them at run time.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { at } from "../../scripts/lib/tools.mjs";
import { CLIENT, due, inHand, onTwoDays, run, standIn } from "./snippets.mjs";

const BAKERY = { userProfiles: [{ profileKey: "PROFILE_KEY", user: { refId: "a", title: "Bakery" } }] };

async function firstCall(t, code) {
  standIn(t, {});
  const { exported } = await run(t, `${code}export { user };`, 'import { AyrshareUser } from "ayrshare-user";\n');
  assert.ok(exported.user.displayNames.length > 0);
}

async function health(t, code) {
  const before = `import { accountHealth } from "ayrshare-user";\nconst user = ${JSON.stringify(due())};\n`;
  const { printed } = await run(t, code, before);
  assert.match(printed[0][0], /LinkedIn link must be refreshed/);
}

async function stream(t, code) {
  standIn(t, BAKERY);
  const { printed } = await run(t, code, CLIENT);
  assert.deepEqual(printed[0], ["a", []]);
}

async function source(t, code) {
  const printed = await inHand(t, `import { openAsBlob } from "node:fs";\nimport { streamProfiles } from "ayrshare-user";\n${code}`);
  assert.deepEqual(printed.map(([refId]) => refId), ["a", "b"]);
}

async function compare(t, code) {
  const printed = await onTwoDays(t, `import { openAsBlob } from "node:fs";\nimport { compareProfiles } from "ayrshare-user";\n${code}`);
  assert.deepEqual(printed, [["0 accounts were unlinked"]]);
}

async function gateway(t, code) {
  const { apiKey } = standIn(t, BAKERY);
  const sent = globalThis.fetch;
  const before = 'import { createGateway } from "ayrshare-user/gateway";\nconst profileOf = async () => "PROFILE_KEY";\n';
  const { exported } = await run(t, code, before);
  t.mock.method(globalThis, "fetch", sent);
  const request = new Request("https://gateway.example/ayrshare/user", { headers: { origin: "https://app.example.com" } });
  const response = await exported.default.fetch(request, { AYRSHARE_API_KEY: apiKey }, { waitUntil() {} });
  assert.equal((await response.json()).title, "Bakery");
}

async function guard(t, code) {
  const { exported } = await run(t, code);
  assert.equal(typeof exported.AyrshareGuard.prototype.fetch, "function");
}

export const EXAMPLES = {
  "client/client.ts": [{ declared: 'import { AyrshareUser } from "ayrshare-user";', runs: firstCall }],
  "gateway/create-gateway.ts": [{ runs: gateway }],
  "gateway/durable-guard.ts": [{ runs: guard }],
  "insight/functions.ts": [{ declared: 'import { accountHealth, type User } from "ayrshare-user";\ndeclare const user: User;', runs: health }],
  "batch/functions.ts": [{ declared: 'import { streamProfiles } from "ayrshare-user";\nimport { openAsBlob } from "node:fs";', runs: source }],
  "batch/compare.ts": [{ declared: 'import { compareProfiles } from "ayrshare-user";\nimport { openAsBlob } from "node:fs";', runs: compare }],
  "batch/profile-stream.ts": [{ declared: 'import type { AyrshareUser } from "ayrshare-user";\ndeclare const ayrshare: AyrshareUser;', runs: stream }],
};

/** Every fenced block in documentation comments: `{ file, language, code }`, without the comment's margin. */
export function examples() {
  const folder = at("pkg/src");
  const files = readdirSync(folder, { recursive: true }).map((file) => file.replaceAll("\\", "/"));
  const written = files.filter((file) => file.endsWith(".ts") && !file.startsWith("glue/") && file !== "model.ts").sort();
  return written.flatMap((file) => {
    const blocks = readFileSync(join(folder, file), "utf8").matchAll(/^ *\* ```(\w*)\n([^]*?)^ *\* ```$/gm);
    return [...blocks].map(([, language, code]) => ({ file, language, code: code.replaceAll(/^ *\* ?/gm, "") }));
  });
}
