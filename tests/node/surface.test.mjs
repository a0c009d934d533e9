// Every endpoint is available in every API and documented wherever users look for it. No compiler checks this.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as ayrshare from "ayrshare-user";
import { CALLS } from "./helpers.mjs";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const declarations = (name) => readFileSync(new URL(`${name}.d.ts`, import.meta.resolve("ayrshare-user")), "utf8");
const gets = (names) => names.filter((name) => name.startsWith("get")).sort();
const methods = gets(Object.getOwnPropertyNames(ayrshare.AyrshareUser.prototype));
const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

test("every method is among the tested calls and has a standalone function", () => {
  assert.deepEqual(Object.values(CALLS).map(([method]) => method).sort(), methods);
  assert.deepEqual(gets(Object.keys(ayrshare)), methods);
});

test("the Rust client has the same methods", () => {
  const names = [...read("src/web/client.rs").matchAll(/pub async fn (get_\w+)/g)].map(([, name]) => camel(name));
  assert.deepEqual(names.sort(), methods);
});

test("the name of each endpoint is declared for events, and for the sandbox's faults", () => {
  const names = (file, type) => new RegExp(`type ${type} = (.+);`).exec(declarations(file))[1].match(/\w+/g);
  assert.deepEqual(names("model", "EndpointName").sort(), [...Object.keys(CALLS), "file"].sort());
  assert.deepEqual(names("sandbox/faults", "SandboxRoute").sort(), [...Object.keys(CALLS), "file", "image", "none"].sort());
});

for (const paper of ["README.md", "CHANGELOG.md"]) {
  test(`${paper} documents every method`, () => {
    const text = read(paper);
    for (const method of methods) assert.match(text, new RegExp(`\\b${method}\\b`), method);
  });
}
