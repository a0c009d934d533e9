// Reads from the sources which module of src/ uses which. Tests and comments do not count.
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const src = fileURLToPath(new URL("../../src/", import.meta.url));

/** The source without comments and without the tests at its end. */
function shippedPart(text) {
  const tests = /^#\[cfg\(test\)\]\n(#\[.*\n)*mod \w+ \{/m.exec(text);
  return text.slice(0, tests?.index).replace(/\/\/.*$/gm, "");
}

/** Every source file under src/ that ships: `{ file, path, text }`, where `path` is that of the Rust module. */
export function sources() {
  const files = readdirSync(src, { recursive: true }).map((file) => file.replaceAll("\\", "/"));
  const read = (file) => readFileSync(src + file, "utf8");
  const rust = files.filter((file) => file.endsWith(".rs") && !/(^|\/)tests(\.rs|\/)/.test(file));
  const ofTests = new Set(rust.flatMap((file) => [...read(file).matchAll(/^#\[cfg\(test\)\]\n(?:#\[.*\n)*mod (\w+);/gm)].map(([, name]) => file.replace(/(mod|lib)?\.rs$/, (_, face) => (face ? "" : "/")) + name + ".rs")));
  const shipped = rust.filter((file) => !ofTests.has(file));
  return shipped.map((file) => {
    const path = file.replace(/(\/mod)?\.rs$/, "").split("/");
    return { file, path: file === "lib.rs" ? [] : path, text: shippedPart(read(file)) };
  });
}

/** The names at the crate root that a module uses, through `crate::` or a chain of `super::`. */
export function namesAtRoot({ path, text }) {
  const up = "super::".repeat(path.length);
  const names = new Set();
  for (const [, list, name] of text.matchAll(new RegExp(`(?:\\bcrate::|(?<!super::)${up})(?:\\{([^;]*)\\}|(\\w+))`, "g"))) {
    // The outermost names of `{model::{A, B}, json}`.
    const found = list === undefined ? [name] : [...list.replace(/\{[^}]*\}/g, "").matchAll(/(?:^|,)\s*(\w+)/g)].map(([, first]) => first);
    for (const one of found) names.add(one);
  }
  return names;
}
