// The page's cards for responses with one field of the wrong type, rendered in a browser from the page's sources.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { accountHealth, diffUsers } from "ayrshare-user";
import { build } from "esbuild";
import { at } from "../../scripts/lib/tools.mjs";
import { mutants } from "../fixtures/mutants.mjs";
import { releaseBrowser, useBrowser } from "./browsers.mjs";

const BAD = /NaN|undefined|\[object|Infinity|Invalid Date/;
const DRAW = `
  import { readableBatch, readableBoards, readableUser } from "./readable.ts";
  import { accountsBody } from "./view/accounts.ts";
  import { ticket } from "./view/batch.ts";
  import { boardsBody } from "./view/boards.ts";
  import { changesBody } from "./view/changes.ts";
  import { healthStrip } from "./view/health.ts";
  import { profileHead } from "./view/profile.ts";

  /** Everything that is shown: texts and all attributes. */
  function shown(...children) {
    const box = document.createElement("div");
    box.append(...children.flat().filter(Boolean));
    const attributes = [...box.querySelectorAll("*")].flatMap((element) => [...element.attributes].map(({ name, value }) => name + "=" + value));
    return [box.textContent, ...attributes, "cards=" + box.querySelectorAll("[data-testid=account]").length].join("\\n");
  }
  globalThis.drawUser = (user, health, changes) => {
    const readable = readableUser(user);
    const actions = { lookAgain: () => {}, letChange: undefined };
    return shown(profileHead(readable, { request: "GET /user" }), healthStrip(health), accountsBody(readable, health, []), changesBody(changes, 0, actions));
  };
  globalThis.drawBoards = (boards) => shown(boardsBody(readableBoards(boards)));
  globalThis.drawBatch = (batch) => shown(ticket(readableBatch(batch), { askAgain: () => {}, announce: () => {} }));
`;

const OTHERS = [null, true, 7, "text", [], [7], { a: 1 }];
const BOARD = { name: "a", description: "b", privacy: "PUBLIC", owner: { username: "c" }, id: "1" };
const BATCH = { url: "https://files.example/a.json", urlAvailable: "2024-01-04T15:51:17.775Z", urlExpires: "2054-01-04T15:51:17.775Z", lastUpdated: "2024-01-04T15:51:17.775Z", nextUpdate: "2024-01-04T15:51:17.775Z" };
const oneOdd = (object) => Object.keys(object).flatMap((name) => OTHERS.map((value) => ({ ...object, [name]: value })));

describe("one mismatched field on the page", () => {
  let [browser, page] = [];

  before(async () => {
    browser = await useBrowser("Chromium");
    page = await browser.newPage();
    const stdin = { contents: DRAW, resolveDir: at("www", "src"), loader: "ts" };
    const { outputFiles } = await build({ stdin, bundle: true, write: false, format: "iife", external: ["ayrshare-user"], loader: { ".css": "empty", ".svg": "text" } });
    await page.setContent("<!doctype html><title>odd</title>");
    await page.addScriptTag({ content: outputFiles[0].text });
  });
  after(async () => {
    await page?.close();
    await releaseBrowser("Chromium");
  });

  test("every user with one mismatched field is rendered, with a card for each account", async () => {
    const cases = [];
    for (const { name, sample, mutant } of mutants()) {
      cases.push({ name, mutant, health: await accountHealth(mutant), changes: await diffUsers(sample, mutant, { includeVolatile: true }) });
    }
    const drawn = [];
    // The page searches its texts itself, because they are long.
    const draw = ([some, bad]) => some.map(({ mutant, health, changes }) => {
      const text = globalThis.drawUser(mutant, health, changes);
      return { bad: new RegExp(bad).exec(text)?.[0], length: text.length, cards: Number(/cards=(\d+)$/.exec(text)[1]) };
    });
    for (let at = 0; at < cases.length; at += 100) drawn.push(...(await page.evaluate(draw, [cases.slice(at, at + 100), BAD.source])));
    assert.ok(drawn.length > 1_000);
    for (const [index, { name, mutant }] of cases.entries()) {
      const { bad, length, cards } = drawn[index];
      assert.equal(bad, undefined, name);
      assert.ok(length > 100, name);
      assert.ok(cards >= (mutant.displayNames ?? []).length, `${name}: ${cards} cards`);
    }
  });

  test("so are boards and the batch ticket", async () => {
    const boards = [...oneOdd(BOARD), { ...BOARD, owner: { username: 7 } }, ...OTHERS];
    const found = await page.evaluate(([some, others]) => [...some.map((board) => globalThis.drawBoards([board])), ...others.map((batch) => globalThis.drawBatch(batch))], [boards, oneOdd(BATCH)]);
    assert.equal(found.length, boards.length + oneOdd(BATCH).length);
    for (const text of found) assert.doesNotMatch(text, BAD);
  });

  test("so are dates beyond the range of `Date`", async () => {
    const user = { activeSocialAccounts: [], displayNames: [{ platform: "linkedin", refreshDaysRemaining: 1e300 }] };
    const text = await page.evaluate(([user, health]) => globalThis.drawUser(user, health, []), [user, await accountHealth(user)]);
    assert.match(text, /LinkedIn/);
  });
});
