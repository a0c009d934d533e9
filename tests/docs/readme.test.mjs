// README.md is for the person who decides in a minute: short, with pictures, quick starts and the two commands; and its tables and those of the
// guides have every option, kind and flag, and no other.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { at } from "../../scripts/lib/tools.mjs";
import { DOCUMENTS, blocksIn } from "./snippets.mjs";

const read = (path) => readFileSync(at(path), "utf8");
const readme = read("README.md");

describe("README.md", () => {
  test("has at most 1,600 words, code and tables included", () => {
    const words = readme.split(/\s+/).filter(Boolean).length;
    assert.ok(words <= 1_600, `it has ${words}: move something to a guide`);
  });

  test("has three quick starts of at most ten lines", () => {
    const starts = blocksIn("README.md").filter(({ heading, language }) => heading === "Quick start" && language === "js");
    assert.equal(starts.length, 3);
    for (const { code } of starts) assert.ok(code.trim().split("\n").length <= 10, code);
  });

  test("shows pictures of the page, light and dark, under 200 KB each", () => {
    const pictures = readme.match(/www\/pictures\/[\w.-]+/g);
    assert.deepEqual(pictures, ["www/pictures/page-dark.webp", "www/pictures/page-light.webp"]);
    for (const picture of pictures) {
      assert.ok(existsSync(at(picture)), `${picture} is missing: run \`npm run picture\``);
      assert.ok(statSync(at(picture)).size < 200_000, picture);
    }
  });

  test("ends with the two commands for contributors, and CONTRIBUTING.md begins with them", () => {
    const commands = /^npm start .*\nnpm test .*$/m;
    assert.match(readme.slice(readme.indexOf("## Contributing")), commands);
    assert.match(read("CONTRIBUTING.md").slice(0, 1_000), commands);
  });
});

describe("the guides", () => {
  test("are all listed in their index, which lists nothing else", () => {
    const listed = [...read("www/guides/README.md").matchAll(/^- \[[^\]]+\]\(([\w-]+\.md)\)/gm)].map(([, name]) => `www/guides/${name}`);
    const others = DOCUMENTS.filter((path) => path.startsWith("www/guides/") && path !== "www/guides/README.md");
    assert.deepEqual(listed.sort(), others.sort());
  });

  test("begin with a heading", () => {
    for (const document of DOCUMENTS) assert.match(read(document), /^# \S/, document);
  });
});

/** The names in code in the first column of the first table below a heading, each once. */
function namesBelow(document, heading) {
  const lines = read(document).split("\n");
  const from = lines.findIndex((line) => line === heading);
  assert.ok(from >= 0, `${document} has no "${heading}"`);
  const start = lines.findIndex((line, index) => index > from && line.startsWith("| "));
  const rows = lines.slice(start + 2, lines.findIndex((line, index) => index > start && !line.startsWith("|")));
  return rows.flatMap((row) => [...row.split(/(?<!\\)\|/)[1].matchAll(/`([^`]+)`/g)].map(([, name]) => name));
}

const listIn = (path, pattern) => pattern.exec(read(path))[1].match(/[\w-]+/g);
/** The properties of an interface and of those it extends in the same file, without those of nested types. */
function propertiesOf(path, name) {
  const [, head, body] = new RegExp(`export interface ${name}\\b([^{]*)\\{\\n([^]*?)^\\}`, "m").exec(read(path));
  const above = /extends (\w+) $/.exec(head)?.[1];
  return [...(above ? propertiesOf(path, above) : []), ...[...body.matchAll(/^  (\w+)\??[:(]/gm)].map(([, property]) => property)];
}

const CLIENT = listIn("src/web/http/fetch.js", /const CLIENT =\s*"([^"]+)"/);
const CALL = listIn("src/web/http/fetch.js", /^ {2}call: "([^"]+)"/m);
const KINDS = listIn("pkg/src/errors/ayrshare-error.ts", /export type ErrorKind =([^;]+);/);
const FLAGS = () => {
  const { stdout } = spawnSync(process.execPath, [join(process.env.AYRSHARE_USER_DIR, "dist/bin/ayrshare-sandbox.js"), "--help"], { encoding: "utf8" });
  return [...stdout.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, flag]) => flag).filter((flag) => flag !== "--help");
};

const TABLES = [
  ["README.md", "## Options", () => CLIENT],
  ["www/guides/options.md", "## Of a client", () => CLIENT],
  ["README.md", "## Error kinds", () => KINDS],
  ["www/guides/errors.md", "## Kinds", () => KINDS],
  ["www/guides/all-profiles.md", "## Options", () => propertiesOf("pkg/src/batch/types.ts", "StreamOptions")],
  ["www/guides/gateway.md", "## Options", () => propertiesOf("pkg/src/gateway/options.ts", "GatewayOptions")],
  ["www/guides/sandbox.md", "## Over HTTP", FLAGS],
  ["www/guides/sandbox.md", "## Faults", () => propertiesOf("pkg/src/sandbox/faults.ts", "SandboxFaults")],
];

describe("tables", () => {
  for (const [document, heading, expected] of TABLES) {
    test(`${document}, ${heading.slice(3)}: what the code has`, () => {
      const names = expected();
      assert.ok(names.length > 3, `the code has only ${names}`);
      assert.deepEqual(namesBelow(document, heading).sort(), [...names].sort());
    });
  }

  test("www/guides/errors.md, Ayrshare's codes: what the description has", () => {
    const { components } = JSON.parse(readFileSync(join(process.env.AYRSHARE_USER_DIR, "dist/openapi.json"), "utf8"));
    const known = components.schemas.Error.properties.code["x-known-codes"];
    assert.ok(known.length > 5 && known.every(({ retryable }) => !retryable));
    const rows = known.map(({ code, kind, meaning, advice }) => `| ${code} | \`${kind}\` | ${meaning} | ${advice} |`);
    assert.deepEqual(read("www/guides/errors.md").match(/^\| \d{3} \|.*$/gm), rows);
  });

  test("www/guides/options.md, Of a call: what the code has", () => {
    const [, sentence] = /^## Of a call\n\n([^]*?)\.\n/m.exec(read("www/guides/options.md"));
    const names = [...sentence.replace(/\([^)]*\)/, "").matchAll(/`(\w+)`/g)].map(([, name]) => name);
    assert.deepEqual(names.sort(), [...CALL].sort());
  });
});
