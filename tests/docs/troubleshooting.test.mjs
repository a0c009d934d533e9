// The guide to troubleshooting has a heading with the text of each error of loading and of the network, with the cure that the error names.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { at } from "../../scripts/lib/tools.mjs";
import { messages, sharedTexts } from "./messages.mjs";

const guide = readFileSync(at("www/guides/troubleshooting.md"), "utf8");
const flat = (text) => text.replaceAll(/\s+/g, " ");
/** Text below each heading of the third level. */
const sections = new Map(guide.split(/^### /m).slice(1).map((part) => [part.slice(0, part.indexOf("\n")), flat(part.split(/^## /m)[0])]));
/** What a text says in any case; a few letters between two `…` could be anywhere. */
const pieces = (text) => text.split("…").map((piece) => piece.replace(/^[\s;:,]+/, "").replace(/[\s;:,]+(?:or)?[\s]*$/, "")).filter((piece) => piece.length > 3);
const found = messages();

describe("the guide to troubleshooting", () => {
  test("is compared with all messages", () => {
    assert.ok(found.length > 30, `only ${found.length} messages were found`);
    for (const known of ["could not reach the API: …", "… was not found", "`source` failed"]) assert.ok(found.some(({ what }) => what === known), known);
  });

  for (const { file, what, cure } of found) {
    test(`has "${what}", of ${file}${cure && `: "${cure}"`}`, () => {
      const section = sections.get(what) ?? [...sections.values()].find((text) => text.includes(`"${what}"`));
      assert.ok(section, "it needs a heading with this text");
      for (const piece of pieces(cure)) assert.ok(section.includes(piece), `its cure is missing below the heading: ${piece}`);
    });
  }

  for (const text of sharedTexts()) {
    test(`has what several errors end with: "${text}"`, () => {
      for (const piece of pieces(text)) assert.ok(flat(guide).includes(piece), piece);
    });
  }

  test("has no heading with a text that no error has", () => {
    const files = ["src", "pkg/src"].flatMap((folder) => readdirSync(at(folder), { recursive: true }).map((name) => `${folder}/${name}`)).filter((file) => /\.(rs|ts)$/.test(file) && !file.includes("glue"));
    const code = files.map((file) => readFileSync(at(file), "utf8")).join("\n").replaceAll("\\`", "`");
    const others = [...sections.keys()].filter((heading) => !found.some(({ what }) => what === heading));
    assert.deepEqual(others.filter((heading) => !pieces(heading).every((piece) => code.includes(piece))), []);
  });
});
