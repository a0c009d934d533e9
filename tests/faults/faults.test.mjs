// The fault table over real HTTP, in Node and in pages of headless Chromium and Firefox, checked against the server's log.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import * as ayrshareUser from "ayrshare-user";
import { runInBrowser, servePage } from "./browsers.mjs";
import { callRow, callRows } from "./call.mjs";
import { faultsOf, shortOf } from "./compare.mjs";
import { sendOdd } from "./odd.mjs";
import { closed, serveFaults } from "./server.mjs";
import { ROWS, expectedIn } from "./table.mjs";

const PLACES = ["node", "chromium", "firefox"];
const FIXTURES = new URL("../fixtures/", import.meta.url);
const SAMPLES = Object.fromEntries(
  readdirSync(FIXTURES)
    .filter((name) => name.endsWith(".json"))
    .map((name) => [name.replace(".json", ""), JSON.parse(readFileSync(new URL(name, FIXTURES), "utf8"))]),
);
const seen = {};
let faults;
let page;

before(async () => {
  [faults, page] = await Promise.all([serveFaults(ROWS), servePage()]);
});
after(async () => {
  console.log(table());
  page.close();
  await faults.close();
});

async function runIn(place) {
  if (place !== "node") return runInBrowser(place, page, faults, SAMPLES);
  const reports = await callRows(ROWS, { ...ayrshareUser, origin: faults.origin, refused: faults.refused, run: place }, 12);
  return { reports, odd: await sendOdd(ayrshareUser, SAMPLES), printed: "" };
}

async function check(row, place) {
  const log = faults.logOf(place, row.index);
  await closed(log);
  return faultsOf(row, place, seen[place].reports[row.index], log, `/rows/${place}/${row.index}/user`);
}

/** The table to print: rows × places. */
function table() {
  const line = (name, cells) => [name.padEnd(46), ...cells.map((cell) => cell.padEnd(32))].join(" ").trimEnd();
  const lines = ROWS.map((row) => {
    const cells = PLACES.map((place) => shortOf(seen[place]?.reports[row.index], faults.logOf(place, row.index)));
    return line(row.name, cells);
  });
  const counted = PLACES.map((place) => `${ROWS.reduce((sum, row) => sum + faults.logOf(place, row.index).requests.length, 0)} requests counted`);
  const preflights = PLACES.map((place) => `${ROWS.reduce((sum, row) => sum + faults.logOf(place, row.index).preflights, 0)} preflights`);
  return [line("", PLACES), ...lines, line(`${ROWS.length} rows`, counted), line("", preflights), line("the other origin", [`${faults.elsewhere.seen.length} requests`])].join("\n");
}

test("row names are unique", () => {
  assert.equal(new Set(ROWS.map(({ name }) => name)).size, ROWS.length);
});

for (const place of PLACES) {
  describe(place, () => {
    before(async () => {
      seen[place] = await runIn(place);
    });
    for (const row of ROWS) {
      test(row.name, async () => {
        assert.deepEqual(await check(row, place), []);
      });
    }
    test("one wrong field never makes a response unusable", () => {
      const { faults: found, counts } = seen[place].odd;
      assert.deepEqual(found, []);
      assert.ok(counts.bodies > 2_800 && counts.odd > 1_500 && counts.refused < counts.bodies / 4, JSON.stringify(counts));
    });
    test("no planted secret shows in an error, an event or the console", () => {
      const shown = [seen[place].printed, ...seen[place].reports.map((report) => report.shown)].join("\n");
      assert.ok(shown.length > 10_000);
      assert.doesNotMatch(shown, /SENTINEL/);
    });
  });
}

describe("the table can fail", () => {
  test("every expectation of every row is compared with the result", async () => {
    const wrong = { mismatches: ["x"], kind: "x", status: 299, code: 1, path: "x", retryable: "x", cause: "x", attempts: ["x"], requests: 99, retryAfterMs: [1, 2], message: "x{9}", mostSent: 1 };
    for (const place of PLACES) {
      for (const row of ROWS) {
        const expected = expectedIn(row, place);
        const names = Object.keys(wrong).filter((name) => (expected.kind === "ok" ? !["retryable", "message"].includes(name) : name !== "message" || expected.message) && (name !== "mostSent" || expected.mostSent));
        for (const name of names) {
          const bent = { ...row, in: undefined, expect: { ...expected, [name]: wrong[name] } };
          const found = faultsOf(bent, place, seen[place].reports[row.index], faults.logOf(place, row.index), "/rows");
          assert.ok(found.length > 0, `${row.name} in ${place} accepts any ${name}`);
        }
      }
    }
  });

  test("with a healthy server, every row that expects an error fails", async () => {
    const healthy = () => Promise.resolve(new Response('{"title":"healthy"}'));
    const place = { ...ayrshareUser, origin: faults.origin, refused: faults.refused, run: "healthy", options: { fetch: healthy } };
    for (const row of ROWS.filter(({ abort }) => abort === undefined)) {
      const { report } = await callRow(row, place);
      const found = faultsOf(row, "node", report, faults.logOf("healthy", row.index), "/rows");
      assert.ok(found.length > 0, `${row.name} passes without its fault`);
    }
  });

  test("a client that reports no mismatch is detected", async () => {
    const blind = { ...ayrshareUser, metaOf: () => ({ mismatches: [], mismatchCount: 0 }) };
    assert.equal((await sendOdd(blind, SAMPLES)).faults.length, 50);
  });

  test("a fetch that follows redirects reaches the other origin", async () => {
    const follow = (url, init) => fetch(url, { ...init, redirect: "follow" });
    const place = { ...ayrshareUser, origin: faults.origin, refused: faults.refused, run: "follow", options: { fetch: follow } };
    const before = faults.elsewhere.seen.length;
    const row = ROWS.find(({ name }) => name === "301 to another origin");
    await callRow(row, place);
    const last = faults.elsewhere.seen.at(-1);
    assert.equal(faults.elsewhere.seen.length, before + 1);
    assert.equal(last.headers["profile-key"], "SENTINEL-PROFILE-KEY-51d0e2");
    faults.elsewhere.seen.length = before;
  });
});

test("the other origin received nothing", () => {
  assert.deepEqual(faults.elsewhere.seen, []);
});
