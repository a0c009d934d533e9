// What README.md and the guides say that the command prints: each block of output follows a block with the command. Days, sizes and signatures
// differ from day to day, so numbers and dates are compared by their form.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { DOCUMENTS, blocksIn } from "./snippets.mjs";

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

const documents = DOCUMENTS.map((document) => ({ document, blocks: blocksIn(document) }));
const shown = documents.flatMap(({ document, blocks }) =>
  blocks.flatMap((block, index) => (block.language === "text" ? [{ document, output: block.code, command: blocks[index - 1]?.code ?? "" }] : [])),
);
const lines = documents.flatMap(({ blocks }) =>
  blocks.filter(({ language }) => language === "sh").flatMap(({ code }) => code.split("\n")).filter((line) => line.startsWith("npx ayrshare-user ")),
);

describe("the command in README.md and the guides", () => {
  test("has output and examples", () => {
    assert.ok(shown.length > 0);
    assert.ok(lines.length > 4);
  });

  for (const { document, command, output } of shown) {
    test(`${document}: \`${command.trim()}\` prints what is shown`, () => {
      const { status, stdout, stderr } = run(command);
      assert.deepEqual([status, stderr], [0, ""]);
      const [wanted, found] = [output, stdout].map((text) => form(text).split("\n"));
      const cut = wanted.indexOf("…");
      assert.deepEqual(cut < 0 ? found : found.slice(0, cut), cut < 0 ? wanted : wanted.slice(0, cut));
    });
  }

  for (const line of new Set(lines)) {
    test(`\`${line}\` is a valid command line`, () => {
      const { status, stderr } = run(line);
      if (status === 2) assert.match(stderr, /AYRSHARE_API_KEY is not set/);
      else if (status === 1) assert.match(stderr, /there is no such file/);
    });
  }
});
