// Which module of src/ uses which, read from the sources; tests and comments do not count.
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const src = fileURLToPath(new URL("../../src/", import.meta.url));

/** The source without comments, and without the tests at its end. */
function shippedPart(text) {
  const tests = /^#\[cfg\(test\)\]\n(#\[.*\n)*mod \w+ \{/m.exec(text);
  return text.slice(0, tests?.index).replace(/\/\/.*$/gm, "");
}

/** Every source file below src/ that ships: `{ file, path, text }`, its `path` being that of the Rust module. */
export function sources() {
  const files = readdirSync(src, { recursive: true }).map((file) => file.replaceAll("\\", "/"));
  const shipped = files.filter((file) => file.endsWith(".rs") && !/(^|\/)tests(\.rs|\/)/.test(file));
  return shipped.map((file) => {
    const path = file.replace(/(\/mod)?\.rs$/, "").split("/");
    return { file, path: file === "lib.rs" ? [] : path, text: shippedPart(readFileSync(src + file, "utf8")) };
  });
}

/** The names that a module reaches at the crate's root, by `crate::` or by as many `super::` as lead there. */
export function namesAtRoot({ path, text }) {
  const up = "super::".repeat(path.length);
  const names = new Set();
  for (const [, list, name] of text.matchAll(new RegExp(`(?:\\bcrate::|(?<!super::)${up})(?:\\{([^;]*)\\}|(\\w+))`, "g"))) {
    // Of `{model::{A, B}, json}`, the names at the outermost level.
    const found = list === undefined ? [name] : [...list.replace(/\{[^}]*\}/g, "").matchAll(/(?:^|,)\s*(\w+)/g)].map(([, first]) => first);
    for (const one of found) names.add(one);
  }
  return names;
}
