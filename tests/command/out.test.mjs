// `--out`: the file is complete, or it is not there.
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, output, run, sandbox, start, until } from "./helpers.mjs";

const isRoot = process.getuid() === 0;
/** Somebody without rights: for root, nothing is unwritable. */
const NOBODY = 65_534;

test("writes the same as without, and nothing on standard output", async (t) => {
  const place = folder(t);
  for (const [name, format] of [["a.json", "json"], ["a.ndjson", "ndjson"], ["a.jsonl", "ndjson"], ["a.CSV", "csv"], ["a.txt", "table"], ["a", "table"]]) {
    assert.equal(await output(["boards", "--sandbox", "--out", join(place, name)]), "");
    assert.equal(readFileSync(join(place, name), "utf8"), await output(["boards", "--sandbox", "--format", format]), name);
  }
  assert.equal(await output(["boards", "--sandbox", "--format", "csv", "--out", join(place, "b.json")]), "");
  assert.match(readFileSync(join(place, "b.json"), "utf8"), /^id,name,/);
  assert.deepEqual(readdirSync(place).filter((name) => name.startsWith(".")), []);
});

test("- is standard output", async () => assert.equal(await output(["boards", "--sandbox", "--out", "-"]), await output(["boards", "--sandbox"])));

test("replaces a file, and keeps its mode; a link keeps being one", async (t) => {
  const place = folder(t);
  const [file, link] = [join(place, "file.csv"), join(place, "link.csv")];
  writeFileSync(file, "old", { mode: 0o600 });
  chmodSync(file, 0o640);
  symlinkSync("file.csv", link);
  await output(["boards", "--sandbox", "--out", link]);
  assert.equal(readlinkSync(link), "file.csv");
  assert.match(readFileSync(file, "utf8"), /^id,name,/);
  assert.equal(statSync(file).mode & 0o777, 0o640);
});

/** What cannot be written to, as a function of an empty folder, and the reason that the message gives. */
const UNWRITABLE = [
  ["a directory", (place) => place, /it is a directory\. Add the name of a file\./],
  ["a name that ends with a slash", (place) => join(place, "new/"), /it is a directory/],
  ["a directory that does not exist", (place) => join(place, "nowhere", "a.csv"), /its directory does not exist/],
  ["a path through a file", (place) => (writeFileSync(join(place, "file"), ""), join(place, "file", "a.csv")), /a part of the path is not a directory/],
  ["a full device", () => "/dev/full", /no space is left on the disk\. Free some space/],
  ["a name that is too long", (place) => join(place, "x".repeat(300)), /the name is too long/],
  ["a read-only directory", (place) => (mkdirSync(join(place, "locked"), { mode: 0o555 }), join(place, "locked", "a.csv")), /you may not write there/],
  ["a read-only file", (place) => (chmodSync(place, 0o777), writeFileSync(join(place, "file"), "old", { mode: 0o444 }), join(place, "file")), /you may not write there/],
];
for (const [name, at, reason] of UNWRITABLE) {
  test(`${name} is an error that names it, with exit status 1`, async (t) => {
    const place = folder(t);
    chmodSync(place, 0o755);
    const path = at(place);
    const before = readdirSync(place);
    const { code, out, err } = await run(["sweep", "--sandbox", "--out", path], isRoot ? { uid: NOBODY, gid: NOBODY } : {});
    assert.equal(code, 1, err);
    assert.equal(out, "");
    assert.ok(err.startsWith(`ayrshare-user: The result could not be written to ${path}: `), err);
    assert.match(err, reason);
    assert.deepEqual(readdirSync(place), before);
  });
}

test("a file that grows too large leaves nothing behind, and the old one as it was", async (t) => {
  const place = folder(t);
  const file = join(place, "all.json");
  writeFileSync(file, "old");
  const { at, env } = await sandbox(t, { profiles: 2_000 });
  // The limit of the shell takes the part of a full disk; bash counts in kilobytes, and `trap` keeps the signal from ending the process.
  const by = ["/bin/bash", "-c", 'ulimit -f 64; trap "" XFSZ; exec "$@"', "bash"];
  const { code, err } = await run(["profiles", ...at, "--out", file], { env, by });
  assert.equal(code, 1, err);
  assert.match(err, /all\.json: the file would become larger than allowed/);
  assert.deepEqual(readdirSync(place), ["all.json"]);
  assert.equal(readFileSync(file, "utf8"), "old");
});

test("an unwritable file is noticed before anything is requested", async (t) => {
  const { at, env, sandbox: inner } = await sandbox(t);
  assert.equal((await run(["sweep", ...at, "--out", "/nowhere/a.csv"], { env })).code, 1);
  assert.equal(inner.requests.length, 0);
});

test("a failed call leaves no file, and an older one as it was", async (t) => {
  const place = folder(t);
  const { at } = await sandbox(t);
  writeFileSync(join(place, "old.csv"), "old");
  for (const name of ["new.csv", "old.csv"]) {
    const { code } = await run(["sweep", ...at, "--out", join(place, name)], { env: { AYRSHARE_API_KEY: "WRONG" } });
    assert.equal(code, 1);
  }
  assert.deepEqual(readdirSync(place), ["old.csv"]);
  assert.equal(readFileSync(join(place, "old.csv"), "utf8"), "old");
});

for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]]) {
  test(`${signal} in the middle leaves no half file`, async (t) => {
    const place = folder(t);
    const file = join(place, "all.ndjson");
    writeFileSync(file, "old");
    const { at, env } = await sandbox(t, { profiles: 5_000, faults: { file: { bytesPerSecond: 300_000 } } });
    const { child, ended, seen } = start(["profiles", ...at, "--out", file], { env });
    const partial = () => readdirSync(place).find((name) => name.endsWith(".part"));
    await until(() => partial() !== undefined && statSync(join(place, partial())).size > 0, () => JSON.stringify([seen, readdirSync(place)]));
    child.kill(signal);
    const { code, err } = await ended;
    assert.equal(code, status);
    assert.match(err, new RegExp(`^ayrshare-user: Stopped by ${signal === "SIGINT" ? "Ctrl-C" : signal}\\. .*\\. \\S+all\\.ndjson was not changed\\.\\n$`));
    assert.deepEqual(readdirSync(place), ["all.ndjson"]);
    assert.equal(readFileSync(file, "utf8"), "old");
  });
}

test("a file read meanwhile is the old one, until the new one is complete", async (t) => {
  const place = folder(t);
  const file = join(place, "all.json");
  writeFileSync(file, "[]");
  const { at, env } = await sandbox(t, { profiles: 300, faults: { file: { bytesPerSecond: 1_000_000 } } });
  const { ended } = start(["profiles", ...at, "--out", file], { env });
  let done = false;
  void ended.then(() => (done = true));
  const lengths = new Set();
  while (!done) {
    lengths.add(JSON.parse(readFileSync(file, "utf8")).length);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.equal((await ended).code, 0);
  assert.ok(existsSync(file));
  assert.deepEqual([...lengths, JSON.parse(readFileSync(file, "utf8")).length].filter((length) => length !== 0 && length !== 300), []);
  assert.equal(JSON.parse(readFileSync(file, "utf8")).length, 300);
});

test("a link to a file that does not exist yet keeps being a link", async (t) => {
  const directory = folder(t);
  symlinkSync("file.csv", join(directory, "link.csv"));
  await output(["boards", "--sandbox", "--out", join(directory, "link.csv")]);
  assert.equal(readlinkSync(join(directory, "link.csv")), "file.csv");
  assert.match(readFileSync(join(directory, "file.csv"), "utf8"), /\r\n/);
});

test("a pipe can be named by its path, and may be closed early", async () => {
  // The pipes that Node makes are sockets, which cannot be opened by their path.
  const piped = (words, reader) => run(words, { by: ["bash", "-c", `set -o pipefail; "$0" "$@" | ${reader}`] });
  const { code, out, err } = await piped(["boards", "--sandbox", "--out", "/dev/stdout"], "cat");
  assert.deepEqual([code, out, err], [0, await output(["boards", "--sandbox"]), ""]);
  const early = await piped(["profiles", "--sandbox", "--format", "ndjson", "--out", "/dev/stdout"], "true");
  assert.deepEqual([early.code, early.err], [0, ""]);
});
