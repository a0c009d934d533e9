// Wrong command lines: exit status 2, one sentence that says what to do, and nothing that may be a secret.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { output, run } from "./helpers.mjs";

const KEY = "PLANTED1-PLANTED2-PLANTED3-PLANTED4";
const HELP = "Run `npx ayrshare-user --help`";

const WRONG = [
  [[], `Name a command: user, boards`],
  [["swep"], "`swep` is not a command. Did you mean `sweep`?"],
  [["profile"], "Did you mean `profiles`?"],
  [["xyzzy"], `\`xyzzy\` is not a command. ${HELP}`],
  [[KEY], "The first word is not a command."],
  [["constructor"], "`constructor` is not a command"],
  [["user", "--sandbx"], "There is no option --sandbx. Did you mean --sandbox?"],
  [["user", "--constructor"], "There is no option --constructor"],
  [["user", "-x"], "There is no option -x"],
  [["user", `--${KEY}`], "There is no such option"],
  [["user", "--within", "3"], "`user` has no option --within. It takes --file, --sandbox"],
  [["boards", "--fail-on", "now"], "`boards` has no option --fail-on"],
  [["batch", "--file", "x"], "`batch` has no option --file"],
  [["user", "--sandbox=yes"], "--sandbox takes no value"],
  [["user", "--format"], "--format needs a value"],
  [["user", "--out", "--format", "csv"], "--out needs a value"],
  [["user", "--out="], "--out needs a value"],
  [["user", "--format", "cvs"], "--format must be one of table, json, ndjson, csv. Did you mean csv?"],
  [["sweep", "--within", "soon"], "--within needs a number of days"],
  [["sweep", "--within=-3"], "--within needs a number of days"],
  [["sweep", "--fail-on", "later"], "--fail-on must be one of soon, now"],
  [["sweep", "--network", "insta gram"], "--network needs the name of one network"],
  [["user", "profiles.json"], "`user` takes no further words. To read a file, write --file PATH"],
  [["sweep", "--file", "x", "--sandbox"], "Use only one of --file and --sandbox"],
  [["sweep", "--sandbox", "--base-url", "http://127.0.0.1:1"], "Use only one of --sandbox and --base-url"],
  [["compare"], "`compare` needs two batch files, the older one first"],
  [["compare", "a"], "`compare` needs two batch files"],
  [["compare", "a", "b", "c"], "`compare` needs two batch files"],
  [["compare", "-", "-"], "Only one of the two files can be standard input"],
  [["user", "--base-url", "http://example.com/api"], "--base-url"],
];
for (const [words, message] of WRONG) {
  test(`refuses ${words.join(" ").replace(KEY, "a stray key") || "no words"} with 2`, async () => {
    const { code, out, err } = await run(words);
    assert.equal(code, 2, err);
    assert.ok(err.startsWith("ayrshare-user: ") && err.includes(message), err);
    assert.match(err, /[.?]\n$/);
    assert.equal(err.trim().split("\n").length, 1);
    assert.equal(out, "");
    assert.ok(!err.includes(KEY));
  });
}

for (const option of ["--api-key", "--apikey", "--key", "--token", "--profile-key", "--ayrshare-api-key", "--authorization"]) {
  for (const words of [["user", option, KEY], ["user", `${option}=${KEY}`], [option, KEY, "user"]]) {
    test(`refuses a key after ${words.join(" ").replace(KEY, "…")}, and says where it belongs`, async () => {
      const { code, out, err } = await run(words);
      assert.equal(code, 2);
      assert.equal(out, "");
      assert.ok(!err.includes(KEY), err);
      assert.match(err, /list of processes.*AYRSHARE_API_KEY.*AYRSHARE_PROFILE_KEY/);
    });
  }
}

const WITHOUT_KEY = [
  [{}, /AYRSHARE_API_KEY is not set.*--file PATH.*--sandbox/],
  [{ AYRSHARE_API_KEY: "" }, /AYRSHARE_API_KEY is empty/],
  [{ AYRSHARE_API_KEY: KEY, AYRSHARE_PROFILE_KEY: "" }, /AYRSHARE_PROFILE_KEY is empty.*unset it to read the Primary Profile/],
  [{ AYRSHARE_API_KEY: `${KEY}\n${KEY}` }, /AYRSHARE_API_KEY/],
];
for (const [env, message] of WITHOUT_KEY) {
  test(`refuses the keys ${JSON.stringify(env).replaceAll(KEY, "…")} with 2`, async () => {
    const { code, out, err } = await run(["user"], { env });
    assert.equal(code, 2, err);
    assert.match(err, message);
    assert.ok(!(out + err).includes(KEY));
  });
}

test("--version prints the package's version", async () => {
  const { version } = JSON.parse(readFileSync(join(process.env.AYRSHARE_USER_DIR, "package.json"), "utf8"));
  assert.equal(await output(["--version"]), `${version}\n`);
  assert.equal(await output(["sweep", "-V"]), `${version}\n`);
});

test("--help names every command and option, the keys and the exit statuses", async () => {
  const help = await output(["--help"]);
  for (const word of ["user", "boards", "health", "sweep", "profiles", "compare BEFORE AFTER", "batch", "--file PATH", "--sandbox", "--base-url URL", "--within DAYS", "--network NAME", "--fail-on soon|now", "--format FORMAT", "--out FILE", "--help", "--version", "AYRSHARE_API_KEY", "AYRSHARE_PROFILE_KEY", "  3  "]) {
    assert.ok(help.includes(word), word);
  }
  assert.deepEqual(help.split("\n").filter((line) => line.length > 100), []);
  for (const words of [["-h"], ["help"]]) assert.equal(await output(words), help);
});

test("the help of a command has only its own options", async () => {
  const help = await output(["boards", "--help"]);
  assert.match(help, /Usage: npx ayrshare-user boards \[OPTIONS\]/);
  assert.ok(help.includes("--format") && !help.includes("--within"));
  assert.equal(await output(["help", "boards"]), help);
});
