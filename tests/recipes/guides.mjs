// The code in the guides about recipes and for Rust is that of the apps: each block follows a comment that names its file.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { extname } from "node:path";
import { at } from "../../scripts/lib/tools.mjs";

const GUIDES = "www/guides";
const BLOCK = /<!-- file: (\S+) -->\n\n?```(\w*)\n[^]*?^```$/gm;
const LANGUAGES = { ".mjs": "js", ".cjs": "js", ".mts": "ts", ".jsonc": "json", ".rs": "rust" };

/** The guides whose code is that of apps: path -> text. */
export function guides() {
  const paths = readdirSync(at(GUIDES)).filter((name) => /^(?:recipes-.*|rust)\.md$/.test(name)).map((name) => `${GUIDES}/${name}`);
  return Object.fromEntries(paths.map((path) => [path, readFileSync(at(path), "utf8")]));
}

/** The files that a guide's blocks name. */
export const filesIn = (text) => [...text.matchAll(BLOCK)].map(([, file]) => file);

/** A guide with the present text of the files in its blocks. */
export function withFiles(text) {
  return text.replaceAll(BLOCK, (_, file) => {
    const language = LANGUAGES[extname(file)] ?? extname(file).slice(1);
    return `<!-- file: ${file} -->\n\n\`\`\`${language}\n${readFileSync(at(file), "utf8").trimEnd()}\n\`\`\``;
  });
}

export function writeGuides() {
  for (const [path, text] of Object.entries(guides())) writeFileSync(at(path), withFiles(text));
}
