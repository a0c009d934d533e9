// Values that the page reads from responses: fields of the documented type are unchanged, all others count as absent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "esbuild";
import { at } from "../../scripts/lib/tools.mjs";
import { mutants } from "../fixtures/mutants.mjs";

const { outputFiles } = await build({ entryPoints: [at("www/src/readable.ts")], bundle: true, write: false, format: "esm" });
const { readableBatch, readableBoards, readableUser, textOf } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);

const ACCOUNT = { platform: "linkedin", displayName: "Bakery", profileUrl: "https://l.example/b", messagingActive: true, created: "2024-01-04T15:51:17.775Z" };
const USER = {
  activeSocialAccounts: ["linkedin"], created: { utc: "2024-01-04T15:51:17.775Z" }, displayNames: [ACCOUNT], email: "a@b.example",
  lastUpdated: "2024-01-04T15:51:17.775Z", monthlyApiCalls: 4, monthlyApiCallsQuota: 5, refId: "r", suspended: false, title: "Bakery",
};
const BOARD = { description: "b", name: "a", privacy: "PUBLIC", owner: { username: "c" } };
const BATCH = { lastUpdated: "l", nextUpdate: "n", url: "u", urlAvailable: "a", urlExpires: "e" };
const OTHERS = [null, true, 7, "text", [], [7], {}, { a: 1 }];
const typeOf = (value) => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);
/** Variants of an object, in which each field, except lists and objects, is replaced by each other type or removed. */
function* oneOdd(object) {
  for (const [name, value] of Object.entries(object)) {
    if (typeof value === "object") continue;
    const { [name]: _, ...rest } = object;
    for (const other of OTHERS) if (typeOf(other) !== typeOf(value)) yield { name, odd: { ...object, [name]: other }, rest };
  }
}

test("values of the documented type are unchanged", () => {
  assert.deepEqual(readableUser(USER), USER);
  assert.deepEqual(readableBoards([BOARD]), [BOARD]);
  assert.deepEqual(readableBatch(BATCH), BATCH);
});

test("a field of another type counts as absent, and no other field does", () => {
  let count = 0;
  for (const { name, odd, rest } of oneOdd(USER)) {
    assert.deepEqual(readableUser(odd), rest, name);
    count += 1;
  }
  for (const { name, odd, rest } of oneOdd(ACCOUNT)) {
    const expected = name === "platform" ? { ...rest, platform: "unknown" } : rest;
    assert.deepEqual(readableUser({ ...USER, displayNames: [ACCOUNT, odd] }).displayNames, [ACCOUNT, expected], name);
    count += 1;
  }
  for (const { name, odd, rest } of oneOdd(BOARD)) assert.deepEqual(readableBoards([odd, BOARD]), [rest, BOARD], name);
  for (const { name, odd, rest } of oneOdd(BATCH)) assert.deepEqual(readableBatch(odd), rest, name);
  assert.ok(count > 80, `${count}`);
});

test("lists and objects of another type are empty, and so are those nested in them", () => {
  for (const other of OTHERS.filter((value) => !Array.isArray(value))) {
    const { displayNames, activeSocialAccounts } = readableUser({ ...USER, displayNames: other, activeSocialAccounts: other });
    assert.deepEqual([displayNames, activeSocialAccounts], [[], []]);
    assert.deepEqual(readableBoards(other), []);
  }
  assert.deepEqual(readableUser({ ...USER, activeSocialAccounts: [7, "x", null, { platform: "y" }] }).activeSocialAccounts, ["x"]);
  for (const other of OTHERS) {
    assert.deepEqual(readableUser({ ...USER, created: other }).created, {});
    assert.deepEqual(readableBoards([{ ...BOARD, owner: other }])[0].owner, {});
    assert.deepEqual(readableBoards([other]), [{ owner: {} }]);
    assert.equal(textOf(other), other === "text" ? "text" : undefined);
  }
});

test("for every sample with one mismatched field, all values have the right type, and no account is missing", () => {
  for (const { name, mutant } of mutants()) {
    const user = readableUser(mutant);
    assert.equal(user.displayNames.length, mutant.displayNames?.length ?? 0, name);
    for (const { platform } of user.displayNames) assert.equal(typeof platform, "string", name);
    const again = readableUser(user);
    assert.deepEqual(again, user, name);
  }
});
