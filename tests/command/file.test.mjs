// `--file`: a file that is already here is read as the API would be, without a key and without a request.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { AyrshareUser, diffProfiles } from "ayrshare-user";
import { createSandbox } from "ayrshare-user/sandbox";
import { parse } from "csv-parse/sync";
import { folder, output, run, start, terminal, until } from "./helpers.mjs";

const inner = createSandbox({ profiles: 25 });
const ayrshare = new AyrshareUser({ apiKey: inner.apiKey, fetch: inner.fetch });
const BATCH = await new Response(inner.batchFile().stream()).text();
const PROFILES = JSON.parse(BATCH);
const USER = JSON.stringify(await ayrshare.getUser());
const BOARDS = JSON.stringify(await ayrshare.getUserDetails("pinterest"));
const without = ({ durationMs, ...report }) => report;

/** A folder with these files; returns a function from a name to its path. */
function files(t, contents) {
  const place = folder(t);
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(place, name), content);
  return (name) => join(place, name);
}

describe("a batch file", () => {
  for (const [name, content] of [["all.json", BATCH], ["all.json.gz", gzipSync(BATCH)], ["all.ndjson", PROFILES.map((profile) => JSON.stringify(profile)).join("\n")]]) {
    test(`${name}: profiles and sweep are those of the network`, async (t) => {
      const at = files(t, { [name]: content });
      const all = JSON.parse(await output(["profiles", "--file", at(name), "--format", "json"]));
      assert.deepEqual(all, JSON.parse(await output(["profiles", "--sandbox", "--format", "json"])));
      const report = without(JSON.parse(await output(["sweep", "--file", at(name), "--format", "json"])));
      assert.deepEqual(report.links, without(await ayrshare.sweepProfiles()).links);
      assert.equal(report.profiles, 25);
    });

    test(`${name}: so it is on standard input`, async () => {
      const { code, out, err } = await run(["sweep", "--file", "-", "--format", "csv"], { input: content });
      assert.deepEqual([code, err], [0, ""]);
      assert.equal(out, await output(["sweep", "--sandbox", "--format", "csv"]));
    });
  }

  test("nothing is requested, and no key is needed or read", async (t) => {
    const at = files(t, { "all.json": BATCH, "user.json": USER });
    const noFetch = "globalThis.fetch = (url) => { process.stderr.write('REQUESTED ' + url); return Promise.reject(new TypeError('none')); };";
    const env = { AYRSHARE_API_KEY: "", AYRSHARE_PROFILE_KEY: "", NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(noFetch)}` };
    assert.match(await output(["sweep", "--file", at("all.json")], { env }), /^25 profiles/);
    assert.match(await output(["compare", at("all.json"), at("all.json")], { env }), /Nothing has changed/);
    assert.match(await output(["health", "--file", at("user.json")], { env }), /^Primary Profile/);
    const { err } = await run(["user"], { env: { ...env, AYRSHARE_API_KEY: "KEY", AYRSHARE_PROFILE_KEY: undefined } });
    assert.match(err, /^REQUESTED https:/, "a request would be seen");
  });

  test("--network, --within and --fail-on work as with the network", async (t) => {
    const at = files(t, { "all.json": BATCH });
    for (const words of [["profiles", "--network", "linkedin", "--within", "30"], ["sweep", "--network", "linkedin"]]) {
      assert.equal(await output([...words, "--file", at("all.json"), "--format", "ndjson"]), await output([...words, "--sandbox", "--format", "ndjson"]));
    }
    assert.equal((await run(["sweep", "--file", at("all.json"), "--fail-on", "now"])).code, 3);
  });

  test("a pipe is read as it arrives", async () => {
    const { child, ended, seen } = start(["profiles", "--file", "-", "--format", "ndjson"]);
    const lines = PROFILES.map((profile) => `${JSON.stringify(profile)}\n`);
    child.stdin.write(lines.slice(0, 10).join("") + " ".repeat(3_000_000));
    await until(() => seen.out.split("\n").length > 10, () => seen.err);
    child.stdin.end(lines.slice(10).join(""));
    const { code, out } = await ended;
    assert.equal(code, 0);
    assert.equal(out.trimEnd().split("\n").length, 25);
  });
});

describe("the response for one profile", () => {
  for (const [name, content] of [["user.json", USER], ["user.json.gz", gzipSync(USER)]]) {
    test(`${name}: user and health are those of the network`, async (t) => {
      const at = files(t, { [name]: content });
      for (const command of ["user", "health"]) {
        for (const format of ["table", "json", "csv"]) {
          assert.equal(await output([command, "--file", at(name), "--format", format]), await output([command, "--sandbox", "--format", format]), `${command} ${format}`);
        }
      }
    });
  }

  test("boards, too", async (t) => {
    const at = files(t, { "boards.json": BOARDS });
    assert.equal(await output(["boards", "--file", at("boards.json")]), await output(["boards", "--sandbox"]));
  });

  test("an error response is called one", async (t) => {
    const at = files(t, { "error.json": JSON.stringify({ status: "error", code: 102, message: "API Key not valid", action: "authorization" }) });
    for (const command of ["user", "health", "boards"]) {
      const { code, out, err } = await run([command, "--file", at("error.json")]);
      assert.deepEqual([code, out], [1, ""]);
      assert.ok(err.startsWith(`ayrshare-user: ${at("error.json")} holds an error of Ayrshare, not its data: `) && !err.includes("AYRSHARE_API_KEY"), err);
    }
  });

  const SHAPES = [
    ["a list", BATCH],
    ["a map", JSON.stringify(Object.fromEntries(PROFILES.map((profile) => [profile.refId, profile])))],
    ["a list in an object", JSON.stringify({ users: PROFILES })],
    ["a list that ends too early", BATCH.slice(0, 20_000)],
    ["lines", PROFILES.map((profile) => JSON.stringify(profile)).join("\n")],
    ["gzip", gzipSync(BATCH)],
    ["something larger than any response", `[${" ".repeat(9_000_000)}]`],
    ["gzip of it", gzipSync(`[${" ".repeat(9_000_000)}]`)],
  ];
  for (const [name, content] of SHAPES) {
    test(`a batch file as ${name} instead is an error that names \`sweep\``, async (t) => {
      const at = files(t, { all: content });
      for (const command of ["user", "health"]) {
        const { code, out, err } = await run([command, "--file", at("all")]);
        assert.deepEqual([code, out], [1, ""]);
        assert.equal(err, `ayrshare-user: ${at("all")} is not the response for one profile. If it is a batch file, use \`sweep\`: npx ayrshare-user sweep --file ${at("all")}\n`);
      }
    });
  }
});

describe("a file that cannot be read", () => {
  const sweepOf = async (path, options) => {
    const { code, out, err } = await run(["sweep", "--file", path], options);
    assert.deepEqual([code, out], [1, ""], err);
    assert.match(err, /^ayrshare-user: [^\n]+\.\n$/);
    return err;
  };

  test("is not there", async (t) => assert.match(await sweepOf(join(folder(t), "none.json")), /none\.json could not be read: there is no such file\. Check the path\./));
  test("is a directory", async (t) => {
    const place = folder(t);
    for (const command of ["sweep", "user", "profiles"]) assert.match((await run([command, "--file", place])).err, /could not be read: it is a directory\. Name a file in it\./);
  });
  test("may not be read", async (t) => {
    const at = files(t, { "secret.json": BATCH });
    chmodSync(at("secret.json"), 0o000);
    chmodSync(dirname(at("secret.json")), 0o755);
    // For root, nothing is unreadable.
    assert.match(await sweepOf(at("secret.json"), process.getuid() === 0 ? { uid: 65_534, gid: 65_534 } : {}), /you may not read it/);
  });
  // Reading the first byte of a process's memory is an error of the system.
  test("fails while it is read", async () => {
    for (const command of ["sweep", "profiles", "user"]) assert.equal((await run([command, "--file", "/proc/self/mem"])).err, "ayrshare-user: /proc/self/mem could not be read: the system reports EIO.\n");
    assert.equal((await run(["compare", "/proc/self/mem", "/proc/self/mem"])).err, "ayrshare-user: /proc/self/mem could not be read: the system reports EIO.\n");
  });
  test("is empty", async (t) => assert.match(await sweepOf(files(t, { e: "" })("e")), /\/e is empty\.$/m));
  test("is standard input, which is closed or empty", async (t) => {
    for (const words of [["sweep", "--file", "-"], ["user", "--file", "-"], ["compare", "-", files(t, { a: BATCH })("a")]]) {
      assert.deepEqual(await run(words), { code: 1, signal: null, out: "", err: "ayrshare-user: Standard input is empty.\n" });
      const { code, err } = await run(words, { by: ["/bin/sh", "-c", 'exec "$0" "$@" <&-'] });
      assert.deepEqual([code, err], [1, "ayrshare-user: Standard input is empty.\n"]);
    }
  });
  test("is not a batch file", async (t) => {
    assert.match(await sweepOf(files(t, { e: "PK\u0003\u0004 binary" })("e")), /The batch file is not JSON/);
    assert.match(await sweepOf(files(t, { e: '"just text"' })("e")), /Check that the file is complete, and the right one/);
  });
  test("ends too early", async (t) => {
    assert.match(await sweepOf(files(t, { e: BATCH.slice(0, 30_000) })("e")), /is cut short at byte 300\d\d\. Check that the file is complete/);
    assert.match(await sweepOf(files(t, { "e.gz": gzipSync(BATCH).subarray(0, 3_000) })("e.gz")), /gzip data of \S+e\.gz is damaged or incomplete/);
    const { code, err } = await run(["user", "--file", files(t, { "u.gz": gzipSync(USER).subarray(0, 300) })("u.gz")]);
    assert.equal(code, 1);
    assert.match(err, /its gzip data is damaged or incomplete/);
  });
  test("says no secret of the file", async (t) => {
    const err = await sweepOf(files(t, { e: '[{"refId":"SENTINEL-IN-FILE", broken' })("e"));
    assert.ok(!err.includes("SENTINEL"), err);
  });
});

test("5 GB are read only as far as Ctrl-C lets them", async () => {
  const { child, ended, seen } = start(["sweep", "--file", "-"]);
  const block = Buffer.alloc(1_000_000, " ");
  child.stdin.write("[");
  let sent = 0;
  const more = () => {
    for (let isWanted = true; isWanted && sent < 5_000; sent += 1) isWanted = child.stdin.write(block);
  };
  child.stdin.on("drain", more);
  more();
  await until(() => sent > 20, () => JSON.stringify(seen));
  child.kill("SIGINT");
  const { code, err } = await ended;
  assert.equal(code, 130);
  assert.match(err, /^ayrshare-user: Stopped by Ctrl-C\. /);
  assert.ok(sent < 5_000);
});

test("a sparse file of 5 GB is refused at its first byte that is not JSON", async (t) => {
  const at = files(t, { big: "[" });
  truncateSync(at("big"), 5_000_000_000);
  const { code, out, err } = await run(["sweep", "--file", at("big")]);
  assert.deepEqual([code, out], [1, ""], err);
});

test("the bar knows how much of the file was read, also of a compressed one", async (t) => {
  const large = createSandbox({ profiles: 8_000 });
  const text = await new Response(large.batchFile().stream()).text();
  const at = files(t, { "all.json": text, "all.json.gz": gzipSync(text, { level: 1 }) });
  for (const name of ["all.json", "all.json.gz"]) {
    const screen = terminal(t, ["profiles", "--file", at(name), "--network", "nosuchnetwork"], { columns: 100 });
    assert.equal(await screen.ended(), 0);
    assert.match(screen.raw(), /\[#+\.*\] +\d+ % {2}[\d.]+ MB {2}[\d,]+ profiles/);
    assert.deepEqual(screen.lines(), ["There is no such profile."]);
  }
});

describe("compare", () => {
  const before = PROFILES;
  const after = structuredClone(PROFILES.filter((_, index) => index !== 3));
  after[0].displayNames = after[0].displayNames.slice(1);
  after[0].activeSocialAccounts = after[0].activeSocialAccounts.filter((network) => network !== PROFILES[0].displayNames[0].platform);
  after[5].title = "=Renamed";
  after.push({ refId: "new", title: "New", activeSocialAccounts: [], displayNames: [] });

  test("lists what has changed, in every format", async (t) => {
    const at = files(t, { "before.json": JSON.stringify(before), "after.json.gz": gzipSync(JSON.stringify(after)) });
    const words = ["compare", at("before.json"), at("after.json.gz")];
    const whole = JSON.parse(await output([...words, "--format", "json"]));
    const diff = await diffProfiles(before, after);
    assert.deepEqual(whole.joined, JSON.parse(JSON.stringify(diff.joined)));
    assert.deepEqual(whole.left, JSON.parse(JSON.stringify(diff.left)));
    assert.deepEqual([whole.counts.joined, whole.counts.left, whole.counts.unlinked, whole.counts.renamed], [1, 1, 1, 1]);
    const lines = (await output([...words, "--format", "ndjson"])).trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(lines.map(({ kind }) => kind).sort(), ["joined", "left", "renamed", "unlinked"]);
    const rows = parse(await output([...words, "--format", "csv"]), { columns: true });
    assert.deepEqual(rows.map(({ kind }) => kind), lines.map(({ kind }) => kind));
    assert.equal(rows.find(({ kind }) => kind === "renamed").after, "'=Renamed");
    const table = await output(words);
    assert.match(table, /^Before: 25 profiles with \d+ linked accounts\nAfter: 25 profiles with \d+ linked accounts\n1 profile joined\n1 profile left\n1 account unlinked\n/);
    assert.match(table, /^CHANGE +NETWORK +TITLE/m);
  });

  test("one of them may be standard input", async (t) => {
    const at = files(t, { "before.json": JSON.stringify(before) });
    const { code, out, err } = await run(["compare", at("before.json"), "-", "--format", "json"], { input: JSON.stringify(after) });
    assert.deepEqual([code, err], [0, ""]);
    assert.equal(JSON.parse(out).counts.left, 1);
  });

  test("the same file twice has no changes", async (t) => {
    const at = files(t, { a: BATCH });
    assert.match(await output(["compare", at("a"), at("a")]), /\nNothing has changed\.\n$/);
    assert.match(await output(["compare", at("a"), at("a"), "--format", "csv"]), /^kind,[^\r\n]*\r\n$/);
  });

  test("--sandbox compares two invented files", async () => {
    const { counts } = JSON.parse(await output(["compare", "--sandbox", "--format", "json"]));
    for (const kind of ["joined", "left", "unlinked", "renamed", "relinked"]) assert.ok(counts[kind] > 0, kind);
  });

  test("a file that is missing is named", async (t) => {
    const at = files(t, { a: BATCH });
    const { code, err } = await run(["compare", at("a"), at("b")]);
    assert.equal(code, 1);
    assert.ok(err.includes(`${at("b")} could not be read: there is no such file`), err);
  });

  test("a damaged file is named", async (t) => {
    const at = files(t, { a: BATCH, b: BATCH.slice(0, 20_000) });
    const { code, err } = await run(["compare", at("a"), at("b")]);
    assert.equal(code, 1);
    assert.ok(err.includes(`${at("b")}: `) && err.endsWith(" Check that the file is complete, and the right one.\n"), err);
  });
});

test("Ctrl-C ends it while it waits for the writer of a named pipe", async (t) => {
  const path = join(folder(t), "pipe");
  execFileSync("mkfifo", [path]);
  const { child, ended } = start(["sweep", "--file", path]);
  // The command has no way to say that it waits, so it gets the signal until it has ended.
  const asking = setInterval(() => child.kill("SIGINT"), 500);
  const { signal, err } = await ended;
  clearInterval(asking);
  assert.equal(signal, "SIGINT");
  if (err !== "") assert.equal(err, "ayrshare-user: Stopped by Ctrl-C. Nothing of the file was read yet.\n");
});

test("names in the data are not taken for names of options or files", async (t) => {
  const list = '[{"refId":"a","displayNames":[]}]';
  const path = join(folder(t), "two.json");
  for (const [one, other] of [["constructor", "toString"], ["profileKey", "apiKey"], ["source", "before"]]) {
    writeFileSync(path, `{"${one}":${list},"${other}":${list}}`);
    const { code, err } = await run(["sweep", "--file", path]);
    assert.equal(code, 1);
    assert.match(err, new RegExp(`\`${one}\` at byte \\d+ and \`${other}\` at byte \\d+`));
  }
});

test("a response with bytes that are not UTF-8 is refused as by decodeUser; one with a byte order mark is read", async (t) => {
  const path = join(folder(t), "user.json");
  writeFileSync(path, Buffer.from('{"title":"caf\xe9","displayNames":[],"activeSocialAccounts":[]}', "latin1"));
  const { code, err } = await run(["user", "--file", path]);
  assert.equal(code, 1);
  assert.match(err, /not valid UTF-8 at byte 13/);
  writeFileSync(path, '\ufeff{"title":"café","displayNames":[],"activeSocialAccounts":[]}');
  assert.match(await output(["user", "--file", path]), /café/);
});
