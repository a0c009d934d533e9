// What README.md says that the command prints: each block of output follows a block with the command. Days, sizes and signatures differ from day
// to day, so numbers and dates are compared by their form.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { COMMANDS_OF, blocksOf } from "./snippets.mjs";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const blocks = blocksOf(readme).filter(({ heading }) => heading === COMMANDS_OF);
const bin = join(process.env.AYRSHARE_USER_DIR, "dist/bin/ayrshare-user.js");

/** The text with each digit as `0`, and each run of spaces as one. */
const form = (text) => text.replaceAll(/\d+/g, "0").replaceAll(/ +/g, " ").trim();

/** Runs a line in a folder of its own, without keys: nothing is sent to Ayrshare. */
function run(line) {
  const [npx, name, ...words] = line.replace(/ +#.*$/, "").trim().split(/ +/);
  assert.deepEqual([npx, name], ["npx", "ayrshare-user"]);
  const { AYRSHARE_API_KEY, AYRSHARE_PROFILE_KEY, NODE_OPTIONS, ...env } = process.env;
  const cwd = mkdtempSync(join(tmpdir(), "readme-"));
  try {
    return spawnSync(process.execPath, [bin, ...words], { encoding: "utf8", env, cwd });
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

describe("README.md, the command", () => {
  const shown = blocks.flatMap((block, index) => (block.language === "text" ? [{ output: block.code, command: blocks[index - 1].code }] : []));

  test("shows output", () => assert.ok(shown.length > 0));

  for (const { command, output } of shown) {
    test(`prints for \`${command.trim()}\` what is shown`, () => {
      const { status, stdout, stderr } = run(command);
      assert.deepEqual([status, stderr], [0, ""]);
      const [wanted, found] = [output, stdout].map((text) => form(text).split("\n"));
      const cut = wanted.indexOf("…");
      assert.deepEqual(cut < 0 ? found : found.slice(0, cut), cut < 0 ? wanted : wanted.slice(0, cut));
    });
  }

  const lines = blocks.filter(({ language }) => language === "sh").flatMap(({ code }) => code.split("\n")).filter((line) => line.startsWith("npx ayrshare-user "));
  test("has examples", () => assert.ok(lines.length > 4));

  for (const line of lines) {
    test(`\`${line}\` is a valid command line`, () => {
      const { status, stderr } = run(line);
      if (status === 2) assert.match(stderr, /AYRSHARE_API_KEY is not set/);
      else if (status === 1) assert.match(stderr, /there is no such file/);
    });
  }
});
