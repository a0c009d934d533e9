// The messages of all errors of loading and of the network, read from the sources: `{ file, what, cure }`. What a message says only at run time,
// such as a URL, is `…`. In TypeScript, a message is either the text of an error or the two arguments of `failed` in wasm/compile.ts.
import { readFileSync, readdirSync } from "node:fs";
import ts from "typescript";
import { at } from "../../scripts/lib/tools.mjs";

/** Errors of these kinds are about loading, the network, or a file's host. */
const KINDS = ["internal", "network", "timeout", "not_ready", "expired", "rate_limit"];
/** Everything that loads or sends. The command and the sandbox only show such errors. */
const TYPESCRIPT = ["pkg/src/batch.ts", "pkg/src/batch", "pkg/src/wasm", "pkg/src/gateway"];
const RUST = ["src/web/call", "src/web/batch", "src/web/http"];

function filesOf(places, ending) {
  const below = (place) => (place.endsWith(ending) ? [place] : readdirSync(at(place), { recursive: true }).map((name) => `${place}/${name.replaceAll("\\", "/")}`));
  return places.flatMap(below).filter((file) => file.endsWith(ending) && !/\btests\b/.test(file));
}

/** Joins texts whose parts have alternatives to all alternatives of the whole. */
const joined = (parts) => parts.reduce((wholes, alternatives) => wholes.flatMap((whole) => alternatives.map((part) => whole + part)), [""]);

/** All texts that an expression may have. Constants in capitals are texts that many messages share, so they are `…` here. */
function textsOf(node, source) {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue, source), ...textsOf(node.whenFalse, source)];
  if (ts.isTemplateExpression(node)) {
    const spans = node.templateSpans.flatMap(({ expression, literal }) => [ts.isStringLiteralLike(expression) || ts.isConditionalExpression(expression) ? textsOf(expression, source) : ["…"], [literal.text]]);
    return joined([[node.head.text], ...spans]);
  }
  if (ts.isIdentifier(node) && /[a-z]/.test(node.text)) {
    const declared = declarationOf(node, source);
    if (declared) return textsOf(declared, source);
  }
  return ["…"];
}

/** What the nearest `const` of this name before the node is set to. */
function declarationOf(node, source) {
  let found;
  const visit = (child) => {
    if (child.pos > node.pos) return;
    if (ts.isVariableDeclaration(child) && ts.isIdentifier(child.name) && child.name.text === node.text && child.initializer) found = child.initializer;
    ts.forEachChild(child, visit);
  };
  visit(source);
  return found;
}

function inTypeScript(file) {
  const source = ts.createSourceFile(file, readFileSync(at(file), "utf8"), ts.ScriptTarget.Latest, true);
  const found = [];
  const add = (what, cure) => {
    const cures = cure === undefined ? [""] : textsOf(cure, source);
    for (const text of textsOf(what, source)) for (const cureText of cures) found.push({ file, what: text, cure: cureText });
  };
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.getText() === "failed" && node.arguments.length > 1) add(node.arguments[0], node.arguments[1]);
    if (ts.isObjectLiteralExpression(node)) {
      const property = (name) => node.properties.find((one) => one.name?.getText() === name);
      const [kind, message] = [property("kind"), property("message")];
      // `failed` itself puts its two arguments together.
      const isShared = /^`\$\{what\}: \$\{cure\}`$/.test(message?.initializer?.getText() ?? "");
      if (KINDS.some((one) => kind?.initializer?.getText() === `"${one}"`) && message && !isShared) add(message.initializer ?? message.name);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const RUST_KINDS = KINDS.map((kind) => kind.replaceAll(/(?:^|_)(.)/g, (_, letter) => letter.toUpperCase()));
const TEXT = String.raw`"((?:[^"\\]|\\.)*)"`;

function inRust(file) {
  const text = readFileSync(at(file), "utf8").replace(/#\[cfg\(test\)\][^]*$/, "");
  const found = [];
  for (const match of text.matchAll(/\bKind::(\w+),\s*(?=([^]{0,300}))/g)) {
    const [, kind, next] = match;
    // A closure follows where a kind is only a default.
    if (!RUST_KINDS.includes(kind) || next.startsWith("|")) continue;
    const direct = new RegExp(`^(?:\\[)?${TEXT}`).exec(next)?.[1];
    const [, name] = /^(\w+)/.exec(next) ?? [];
    const before = [...text.slice(0, match.index).matchAll(new RegExp(String.raw`\b${name}(?:: &str)? =\s*${TEXT}`, "g"))].at(-1)?.[1];
    const what = direct ?? before;
    if (what === undefined) throw new Error(`${file}: no text found for the error of kind ${kind} before "${next.slice(0, 60)}"`);
    found.push({ file, what: what.replace(/: $/, ": …"), cure: "" });
  }
  return found;
}

/** All messages, each text once. */
export function messages() {
  const all = [...filesOf(TYPESCRIPT, ".ts").filter((file) => !file.endsWith(".d.ts")).flatMap(inTypeScript), ...filesOf(RUST, ".rs").flatMap(inRust)];
  return [...new Map(all.map((one) => [`${one.what}|${one.cure}`, one])).values()];
}

/** The texts that several messages of loading share, from wasm/compile.ts, without the parts that are other texts. */
export function sharedTexts() {
  const file = "pkg/src/wasm/compile.ts";
  const source = ts.createSourceFile(file, readFileSync(at(file), "utf8"), ts.ScriptTarget.Latest, true);
  const names = source.statements.filter(ts.isVariableStatement).flatMap(({ declarationList }) => declarationList.declarations);
  return names.filter(({ name }) => /^[A-Z_]+$/.test(name.text)).flatMap(({ initializer }) => textsOf(initializer, source)).filter((text) => /[a-z]{3} /.test(text));
}
