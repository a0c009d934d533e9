// Reads which files use which, in the crate, in pkg/src and in www/src, and derives which rooms use which.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { sources } from "./arrows.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** `a::{b, c::{d}}` as `[["a", "b"], ["a", "c", "d"]]`; names after `as` do not count. */
function expanded(text, before = []) {
  const open = text.indexOf("{");
  if (open < 0) return [[...before, ...text.replace(/\s+as\s+\w+/, "").trim().split("::").filter(Boolean)]];
  const head = [...before, ...text.slice(0, open).trim().split("::").filter(Boolean)];
  const parts = [];
  let depth = 0;
  let part = "";
  for (const char of text.slice(open + 1, text.lastIndexOf("}"))) {
    if (char === "," && depth === 0) {
      parts.push(part);
      part = "";
      continue;
    }
    depth += char === "{" ? 1 : char === "}" ? -1 : 0;
    part += char;
  }
  return [...parts, part].filter((one) => one.trim()).flatMap((one) => expanded(one, head));
}

/**
 * The crate's dependencies, as Map(file -> files it uses). A `mod.rs` only re-exports, so it does not count as a file; a file and those in the
 * folder of the same name count as one.
 */
export function crateUses() {
  const files = sources();
  const isFace = ({ file }) => /(^|\/)(mod|lib)\.rs$/.test(file);
  const byPath = new Map(files.map((one) => [one.path.join("::"), one]));
  const whole = (one) => {
    for (let length = 1; length < one.path.length; length += 1) {
      const parent = byPath.get(one.path.slice(0, length).join("::"));
      if (parent && !isFace(parent)) return parent;
    }
    return one;
  };
  const handedOn = new Map(
    files.filter(isFace).map((face) => {
      const names = new Map();
      for (const [, text] of face.text.matchAll(/^\s*pub(?:\([^)]*\))? use ([^;]+);/gm)) for (const path of expanded(text)) names.set(path.at(-1), path.slice(0, -1));
      return [face, names];
    }),
  );
  const resolved = (path, from) => {
    let steps = path;
    if (steps[0] === "crate") steps = steps.slice(1);
    else {
      const ups = steps.filter((step) => step === "super").length;
      if (ups === 0) return undefined;
      steps = [...from.path.slice(0, from.path.length - ups), ...steps.slice(ups)];
    }
    for (let length = steps.length; length >= 0; length -= 1) {
      const found = byPath.get(steps.slice(0, length).join("::"));
      if (found === undefined) continue;
      if (!isFace(found)) return whole(found);
      const through = handedOn.get(found).get(steps[length]);
      if (through === undefined) return undefined;
      const own = through[0] === "super" || through[0] === "crate";
      return resolved(own ? through : ["crate", ...found.path, ...through, steps[length]], found);
    }
    return undefined;
  };
  const uses = new Map(files.filter((one) => !isFace(one)).map((one) => [whole(one).file, new Set()]));
  for (const one of files.filter((file) => !isFace(file))) {
    const paths = [...one.text.matchAll(/^\s*(?:pub(?:\([^)]*\))? )?use ([^;]+);/gm)].flatMap(([, text]) => expanded(text));
    for (const [path] of one.text.matchAll(/(?<![\w:])(?:crate|super)(?:::\w+)+/g)) paths.push(path.split("::"));
    for (const path of paths) {
      const target = resolved(path, one);
      if (target && target !== whole(one)) uses.get(whole(one).file).add(target.file);
    }
  }
  return uses;
}

/** The same for a folder of TypeScript, including types and dynamic imports. */
export function scriptUses(folder) {
  const base = join(root, folder);
  const files = readdirSync(base, { recursive: true }).map((file) => file.replaceAll("\\", "/"));
  const known = new Set(files.filter((file) => /(?<!\.d)\.ts$/.test(file) && !file.startsWith("glue/") && file !== "model.ts"));
  const uses = new Map();
  for (const file of known) {
    const text = readFileSync(join(base, file), "utf8").replace(/\/\*[^]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
    const named = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g)].map(([, spec]) => normalize(join(dirname(file), spec)).replaceAll("\\", "/").replace(/\.js$/, ".ts"));
    uses.set(file, new Set(named.filter((name) => known.has(name) && name !== file)));
  }
  return uses;
}

/** Groups of nodes that use each other directly or indirectly, each sorted. */
export function circles(uses) {
  const reach = new Map([...uses.keys()].map((node) => [node, new Set()]));
  for (const [node, all] of reach) {
    const open = [node];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const next of uses.get(at) ?? []) if (!all.has(next)) open.push((all.add(next), next));
    }
  }
  const groups = new Map();
  for (const [node, all] of reach) {
    if (!all.has(node)) continue;
    const group = [...all].filter((other) => reach.get(other)?.has(node)).sort();
    groups.set(group.join(), group);
  }
  return [...groups.values()];
}

/** The same by rooms: a room is a folder directly below `prefix`, or a file there, without its extension. */
export function rooms(uses, prefix = "") {
  const roomOf = (file) => (file.startsWith(prefix) ? file.slice(prefix.length).replace(/\.\w+$/, "").split("/")[0] : undefined);
  const found = new Map();
  for (const [file, used] of uses) {
    const room = roomOf(file);
    if (room === undefined) continue;
    if (!found.has(room)) found.set(room, new Set());
    for (const other of used) if (roomOf(other) !== undefined && roomOf(other) !== room) found.get(room).add(roomOf(other));
  }
  return found;
}
