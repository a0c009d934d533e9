// In a real terminal: the bar is drawn and cleared, follows the width, and never mixes with the result.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { folder, sandbox, terminal } from "./helpers.mjs";

const SLOW = { profiles: 20_000, faults: { file: { bytesPerSecond: 2_000_000 } } };
const BAR = /^\[#*\.*\] +\d+ % {2}[\d.]+ [kM]B of [\d.]+ MB {2}[\d,]+ profiles/m;
// eslint-disable-next-line no-control-regex
const COLOURS = /\u001b\[[\d;]*m/;

test("a countdown is shown until the file is there", async (t) => {
  const { at, env } = await sandbox(t, { batchDelayMs: 600_000 });
  const screen = terminal(t, ["sweep", ...at], { env });
  await screen.shows(/^Waiting for the file, ready in (10:0|9:5)\d$/m);
  const first = screen.lines()[0];
  await screen.shows(new RegExp(`^(?!${first})Waiting for the file, ready in`));
  screen.type("\x03");
  assert.equal(await screen.ended(), 130);
  assert.deepEqual(screen.lines(), ["ayrshare-user: Stopped by Ctrl-C. Nothing of the file was read yet."]);
});

test("then the bar, the bytes, the profiles, their rate and the time left; all of it is cleared in the end", async (t) => {
  const { at, env } = await sandbox(t, { ...SLOW, profiles: 4_000 });
  const screen = terminal(t, ["sweep", ...at, "--within", "0"], { env, columns: 120, redirect: ">/dev/null" });
  await screen.shows(/^\[#+\.+\] +\d+ % {2}[\d.]+ MB of [\d.]+ MB {2}[\d,]+ profiles {2}[\d,]+\/s {2}\d+:\d\d left$/m);
  assert.equal(await screen.ended(), 0);
  assert.deepEqual(screen.lines(), [""]);
});

test("the result is all that stays on the screen", async (t) => {
  const { at, env } = await sandbox(t, { ...SLOW, profiles: 4_000 });
  const screen = terminal(t, ["profiles", ...at, "--network", "nosuchnetwork"], { env });
  await screen.shows(BAR);
  assert.equal(await screen.ended(), 0);
  assert.deepEqual(screen.lines(), ["There is no such profile."]);
});

test("rows and the bar do not mix", async (t) => {
  const { at, env } = await sandbox(t, { ...SLOW, profiles: 3_000 });
  const screen = terminal(t, ["profiles", ...at], { env, columns: 100 });
  assert.equal(await screen.ended(), 0);
  assert.ok(screen.raw().includes(" profiles"), "the bar was drawn");
  const wrong = screen.lines().filter((line) => /[#[\]%]|profiles/.test(line) && !/^\w+/.test(line));
  assert.deepEqual(wrong, []);
});

test("in a terminal, each record of a CSV is one line without control characters", async (t) => {
  const title = "a\u001b[2J\r\nb\tc\u202ed\u061c";
  const { at, env } = await sandbox(t, { batchDelayMs: 0, userProfiles: [{ profileKey: "K", user: { refId: "r", title, displayNames: [] } }] });
  const screen = terminal(t, ["profiles", ...at, "--format", "csv"], { env, columns: 120, redirect: "2>/dev/null" });
  assert.equal(await screen.ended(), 0);
  assert.doesNotMatch(screen.raw(), /[\p{Cf}\t]|\u001b\[2J/u);
  assert.match(screen.lines()[1], /^a\\u001b\[2J\\u000d\\u000ab\\u0009c\\u202ed\\u061c,0,,r,/);
});

test("the bar goes to the terminal while the result goes to a file", async (t) => {
  const place = folder(t);
  const { at, env } = await sandbox(t, { ...SLOW, profiles: 4_000 });
  const screen = terminal(t, ["profiles", ...at, "--format", "json"], { env, redirect: `>${join(place, "all.json")}` });
  await screen.shows(BAR);
  assert.equal(await screen.ended(), 0);
  assert.deepEqual(screen.lines(), [""]);
  const text = readFileSync(join(place, "all.json"), "utf8");
  assert.equal(JSON.parse(text).length, 4_000);
});

test("no bar if standard error is not a terminal", async (t) => {
  const place = folder(t);
  const { at, env } = await sandbox(t, { ...SLOW, profiles: 1_000 });
  const screen = terminal(t, ["sweep", ...at, "--format", "json"], { env, redirect: `2>${join(place, "err")}` });
  assert.equal(await screen.ended(), 0);
  assert.equal(readFileSync(join(place, "err"), "utf8"), "");
  assert.doesNotMatch(screen.raw(), /Ordering|% /);
});

test("no bar where the terminal cannot clear a line", async (t) => {
  const { at, env } = await sandbox(t, { ...SLOW, profiles: 1_000 });
  const screen = terminal(t, ["sweep", ...at, "--within", "0"], { env: { ...env, TERM: "dumb" } });
  assert.equal(await screen.ended(), 0);
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(screen.raw(), /\u001b|Ordering/);
});

describe("a window that changes", () => {
  test("the bar is as wide as it, and nothing of the old one stays", async (t) => {
    const { at, env } = await sandbox(t, SLOW);
    const screen = terminal(t, ["sweep", ...at], { env, columns: 120 });
    await screen.shows(BAR);
    await screen.shows(/left$/m);
    for (const columns of [50, 30, 12, 70, 120]) {
      await screen.resize(columns);
      const fits = () => screen.lines().filter(Boolean).length === 1 && screen.lines().filter(Boolean)[0].length < columns;
      const wide = { 120: /left$/m, 70: /profiles/ }[columns] ?? /^\[/m;
      await screen.shows(wide);
      for (let waited = 0; !fits() && waited < 200; waited += 1) await new Promise((resolve) => setTimeout(resolve, 10));
      assert.ok(fits(), `at ${columns}: ${JSON.stringify(screen.lines())}`);
    }
    screen.type("\x03");
    assert.equal(await screen.ended(), 130);
    assert.equal(screen.lines().filter((line) => /^\[/.test(line)).length, 0);
  });

  test("a table is cut to the width, with an ellipsis", async (t) => {
    for (const columns of [72, 100]) {
      const screen = terminal(t, ["user", "--sandbox"], { columns });
      assert.equal(await screen.ended(), 0);
      const [, , , ...table] = screen.lines();
      assert.equal(table.some((line) => line.includes("…")), columns < 100);
      assert.ok(table.length > 5);
      assert.ok(table.some((line) => / 2022-11-17( |$)/.test(line)), "a date is not cut");
      assert.deepEqual(table.filter((line) => line.length > columns), []);
    }
  });
});

describe("colours", () => {
  for (const [name, env, isColoured] of [["a terminal", {}, true], ["NO_COLOR", { NO_COLOR: "1" }, false], ["TERM=dumb", { TERM: "dumb" }, false]]) {
    test(`${name}: ${isColoured ? "colours" : "none"}`, async (t) => {
      const { at, env: own } = await sandbox(t, { ...SLOW, profiles: 1_000 });
      const screen = terminal(t, ["sweep", ...at, "--within", "30"], { env: { ...own, ...env } });
      assert.equal(await screen.ended(), 0);
      assert.equal(COLOURS.test(screen.raw()), isColoured);
      assert.match(screen.raw(), /link expired/);
    });
  }

  test("NO_COLOR leaves the bar", async (t) => {
    const { at, env } = await sandbox(t, { ...SLOW, profiles: 4_000 });
    const screen = terminal(t, ["sweep", ...at], { env: { ...env, NO_COLOR: "1" } });
    await screen.shows(BAR);
  });
});

describe("the end", () => {
  test("Ctrl-C clears the bar and says what was read", async (t) => {
    const { at, env } = await sandbox(t, SLOW);
    const screen = terminal(t, ["sweep", ...at], { env, columns: 100 });
    await screen.shows(BAR);
    screen.type("\x03");
    assert.equal(await screen.ended(), 130);
    assert.match(screen.lines().join("\n"), /^ayrshare-user: Stopped by Ctrl-C\. [\d,]+ profiles were read, from [\d.]+ MB of [\d.]+ MB\.$/);
  });

  test("kill does so, too", async (t) => {
    const { at, env } = await sandbox(t, SLOW);
    const screen = terminal(t, ["sweep", ...at], { env });
    await screen.shows(BAR);
    process.kill(screen.pid(), "SIGTERM");
    assert.equal(await screen.ended(), 143);
    assert.match(screen.lines().join("\n"), /^ayrshare-user: Stopped by SIGTERM\. [\d,]+ profiles were read/);
  });

  test("an error comes after the bar was cleared", async (t) => {
    const { at, env } = await sandbox(t, { ...SLOW, profiles: 4_000, faults: { file: { bytesPerSecond: 2_000_000, corrupt: [{ record: 3_000, kind: "syntax" }] } } });
    const screen = terminal(t, ["profiles", ...at, "--network", "nosuchnetwork"], { env, columns: 200 });
    await screen.shows(BAR);
    assert.equal(await screen.ended(), 1);
    const lines = screen.lines();
    assert.match(lines[0], /^ayrshare-user: /);
    assert.equal(lines.length, 1, lines.join("\n"));
  });
});
