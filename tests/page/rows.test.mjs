// Rows of the page's tables: searching, sorting by each column, and the CSV file, without a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "esbuild";
import { parse } from "csv-parse/sync";
import { at } from "../../scripts/lib/tools.mjs";

const stdin = { contents: 'export { Counts } from "./all/tally.ts"; export { Rows } from "./all/rows.ts"; export { fold } from "./search.ts";', resolveDir: at("www/src"), loader: "ts" };
const { outputFiles } = await build({ stdin, bundle: true, write: false, format: "esm", external: ["ayrshare-user"] });
const { Counts, Rows, fold } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);

const DAY_MS = 86_400_000;
const link = (title, network, days, refId = `ref-${title}`) => ({ title, network, refId, daysLeft: days, dueMs: days * DAY_MS, expired: days < 0 });
const LINKS = [
  link("Bakery 10", "linkedin", 3), link("Bakery 2", "tiktok", -4), link("Bäckerei Ährenfeld", "gmb", 9), link(undefined, "twitter", 0, "a1b2c3"), link("東京カメラ店", "newnet", 12),
];
const rowsOf = (links) => {
  const { links: rows } = new Counts();
  for (const row of links) rows.add(row);
  rows.complete();
  return rows;
};
const query = (more) => ({ search: "", column: "due", descending: false, ...more });
const found = (rows, more) => rows.window(0, 100, query(more)).rows.map(({ title, refId }) => title ?? refId);

test("rows are sorted by each column, in both directions; names as people sort them", () => {
  const rows = rowsOf(LINKS);
  assert.deepEqual(found(rows), ["Bakery 2", "a1b2c3", "Bakery 10", "Bäckerei Ährenfeld", "東京カメラ店"]);
  assert.deepEqual(found(rows, { descending: true }), ["東京カメラ店", "Bäckerei Ährenfeld", "Bakery 10", "a1b2c3", "Bakery 2"]);
  assert.deepEqual(found(rows, { column: "left" }), found(rows));
  assert.deepEqual(found(rows, { column: "profile" }), ["a1b2c3", "Bäckerei Ährenfeld", "Bakery 2", "Bakery 10", "東京カメラ店"], "ä beside a, 2 before 10");
  assert.deepEqual(found(rows, { column: "network" }), ["Bäckerei Ährenfeld", "Bakery 10", "東京カメラ店", "Bakery 2", "a1b2c3"], "by the names that are shown");
});

test("rows that are equal in a column stay in the order in which they came", () => {
  const rows = rowsOf(["c", "a", "b"].map((title) => link(title, "tiktok", 5)));
  assert.deepEqual(found(rows), ["c", "a", "b"]);
  assert.deepEqual(found(rows, { descending: true }), ["c", "a", "b"]);
});

test("a search finds every word in the title, the reference or the network, whatever the case and the accents", () => {
  const rows = rowsOf(LINKS);
  assert.deepEqual(found(rows, { search: "backer" }), ["Bäckerei Ährenfeld"]);
  assert.deepEqual(found(rows, { search: " AHREN  bäck " }), ["Bäckerei Ährenfeld"]);
  assert.deepEqual(found(rows, { search: "bakery tik" }), ["Bakery 2"]);
  assert.deepEqual(found(rows, { search: "business profile" }), ["Bäckerei Ährenfeld"]);
  assert.deepEqual(found(rows, { search: "B2C3" }), ["a1b2c3"]);
  assert.deepEqual(found(rows, { search: "カメラ" }), ["東京カメラ店"]);
  assert.deepEqual(found(rows, { search: "bakery nothing" }), []);
  assert.deepEqual(found(rows, { search: "bak", network: "linkedin" }), ["Bakery 10"]);
  assert.equal(fold("ÉCOLE ﬁn"), "ecole fin");
});

test("a window has the requested rows and the number of all", () => {
  const rows = rowsOf(Array.from({ length: 100 }, (_, index) => link(`p${index}`, "tiktok", index)));
  const { total, rows: some } = rows.window(10, 13, query());
  assert.equal(total, 100);
  assert.deepEqual(some.map(({ title }) => title), ["p10", "p11", "p12"]);
});

test("the CSV file follows RFC 4180, in the order and with the rows of the table", async () => {
  const rows = rowsOf([...LINKS, link('Say "hi", then\r\nleave', "tiktok", 1)]);
  const text = await textOf(await rows.csv(query({ column: "profile", search: "b" })));
  assert.ok(text.startsWith("\ufeffrefId,title,network,due,daysLeft,expired\r\n"));
  assert.ok(text.endsWith("\r\n"));
  assert.doesNotMatch(text.replaceAll('"Say ""hi"", then\r\nleave"', "").replaceAll("\r\n", ""), /[\r\n]/);
  const data = parsed(text);
  assert.deepEqual(data.map(({ refId }) => refId), ["a1b2c3", "ref-Bäckerei Ährenfeld", "ref-Bakery 2", "ref-Bakery 10"]);
  assert.deepEqual(data[0], { refId: "a1b2c3", title: "", network: "twitter", due: "1970-01-01T00:00:00.000Z", daysLeft: "0", expired: "false" });
  assert.equal(data[2].daysLeft, "-4", "a number is not a formula");
  assert.match(await textOf(await rows.csv(query({ search: "leave" }))), /,"Say ""hi"", then\r\nleave",tiktok,/);
});

test("cells that a spreadsheet would run as a formula are made harmless", async () => {
  const FORMULAS = ['=HYPERLINK("http://x.example","a")', "+1", "-1+2", "@SUM(A1)", " =1+1", "\t=1", "\r=1", "\n=1", "=1\n=2", "＝1", "＋1", "－1", "＠a", "\u00a0=1"];
  const rows = rowsOf([...FORMULAS.map((title) => link(title, "=network", 1)), link("a = b", "tiktok", 1)]);
  const data = parsed(await textOf(await rows.csv(query())));
  assert.deepEqual(data.map(({ title }) => title), [...FORMULAS.map((formula) => `'${formula.replace(/(?<=[\t\r\n])=/, "'=")}`), "a = b"]);
  assert.equal(data[0].network, "'=network");
  assert.equal(data[0].refId, `ref-${FORMULAS[0]}`);
});

test("control characters become escapes, as in the command's files", async () => {
  const rows = rowsOf([link("a\u001b[2J\u0000b", "tiktok", 1)]);
  assert.equal(parsed(await textOf(await rows.csv(query())))[0].title, "a\\u001b[2J\\u0000b");
});

test("a long table is written in pieces, none of them lost", async () => {
  const rows = new Rows({ columns: {}, texts: () => [], fields: { n: ({ n }) => n } });
  for (let n = 0; n < 25_001; n += 1) rows.add({ n });
  const lines = (await textOf(await rows.csv(query()))).split("\r\n");
  assert.deepEqual(lines, ["\ufeffn", ...Array.from({ length: 25_001 }, (_, n) => String(n)), ""]);
});

test("an empty table is a file with its head", async () => {
  assert.equal(await textOf(await rowsOf([]).csv(query())), "\ufeffrefId,title,network,due,daysLeft,expired\r\n");
});

const parsed = (text) => parse(text, { columns: true, bom: true, record_delimiter: "\r\n" });

/** `text()` would remove the byte order mark. */
const textOf = async (blob) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(await blob.arrayBuffer());
