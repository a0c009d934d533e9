// All texts of the page are in texts.ts, in one language and one place.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";

const sources = join("www", "src");
/** Files with texts that need no translation: proper names, code to copy, and responses for the sandbox. */
const OTHERS = ["texts.ts", "network-names.ts", "snippets.ts", "faults.ts"];

/** Strings in a source that look like texts for people, because they start with a capital. */
function wordsIn(name) {
  const found = [];
  const visit = (node) => {
    const holdsText = ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
    if (holdsText && /(?:^|\s)[A-Z][a-z]/.test(node.text)) found.push(`${name}: ${node.text}`);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, readFileSync(join(sources, name), "utf8"), ts.ScriptTarget.Latest));
  return found;
}

test("no other source of the page contains texts for people", () => {
  const names = readdirSync(sources, { recursive: true }).filter((name) => name.endsWith(".ts"));
  assert.ok(names.length > 25 && wordsIn("texts.ts").length > 100);
  assert.deepEqual(names.filter((name) => !OTHERS.includes(name)).flatMap(wordsIn), []);
});

test("nor does the document, except for what is there before any script runs", () => {
  const html = readFileSync(join("www", "index.html"), "utf8").replace(/<head>[^]*<\/head>|<noscript>[^]*<\/noscript>/g, "");
  assert.doesNotMatch(html, /aria-label=|>\s*[A-Za-z][^<]*</);
});
