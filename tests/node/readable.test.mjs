// What a stranger sees of the package when something fails in Node: names that can be looked up, and lines that can be read.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import * as imported from "ayrshare-user";
import * as gateway from "ayrshare-user/gateway";

const dist = dirname(fileURLToPath(import.meta.resolve("ayrshare-user")));
const require = createRequire(join(dist, "..", "..", "..", "app.cjs"));
const LONGEST_LINE = 200;

const failure = (promise) => promise.then(() => assert.fail("no error"), (error) => error);

/** The frames of a stack trace that lie in the package's JavaScript: the function's name, and its line of source. */
function framesOf({ stack }) {
  const frames = [...stack.matchAll(/^ {4}at (?:async )?(?:(?:new )?(?<name>[^\s(]+) .*?\()?(?:file:\/\/)?(?<file>[^():]+\.js):(?<line>\d+):\d+\)?$/gm)];
  return frames
    .map(({ groups }) => groups)
    .filter(({ file }) => file.startsWith(dist))
    .map(({ name, file, line }) => ({ name, line: readFileSync(file, "utf8").split("\n")[line - 1] }));
}

for (const [way, { AyrshareUser, AyrshareError }] of Object.entries({ import: imported, require: require("ayrshare-user") })) {
  describe(`an error, with ${way}`, () => {
    const fails = {
      "of a response": () => new AyrshareUser({ apiKey: "A-LONG-KEY", fetch: async () => new Response("{}", { status: 401 }) }).getUser(),
      "of options": async () => new AyrshareUser({ apikey: "A-LONG-KEY" }).getUser(),
      "of a stream": async () => {
        for await (const profile of new AyrshareUser({ apiKey: "A-LONG-KEY", fetch: async () => new Response("{}", { status: 401 }) }).streamProfiles()) assert.fail(String(profile));
      },
    };
    for (const [what, fail] of Object.entries(fails)) {
      test(what, async () => {
        const error = await failure(fail());
        assert.ok(error instanceof AyrshareError);
        assert.equal(error.constructor.name, "AyrshareError");
        assert.match(inspect(error), /^AyrshareError: /);
        const frames = framesOf(error);
        assert.ok(frames.length > 0, error.stack);
        for (const { name, line } of frames) {
          assert.ok(line.length < LONGEST_LINE, `a frame's line has ${line.length} characters`);
          assert.ok(name === undefined || /[A-Za-z]{3}/.test(name), `a frame names no function one can look up: ${name}\n${error.stack}`);
          assert.doesNotMatch(name ?? "", /\b_[A-Z]/);
        }
      });
    }
  });
}

test("classes have their own names", () => {
  assert.match(inspect(new imported.AyrshareUser({ apiKey: "A-LONG-KEY" })), /^AyrshareUser\b/);
  for (const [name, value] of Object.entries({ ...imported, ...gateway })) if (typeof value === "function") assert.equal(value.name, name);
});

const UNCAUGHT = 'new AyrshareUser({ apiKey: "A-LONG-KEY", fetch: async () => new Response("{}", { status: 401 }) }).getUser()';
const PROGRAMS = {
  import: ["--input-type=module", "-e", `import { AyrshareUser } from "ayrshare-user"; await ${UNCAUGHT};`],
  require: ["--input-type=commonjs", "-e", `const { AyrshareUser } = require("ayrshare-user"); ${UNCAUGHT};`],
};
for (const [way, args] of Object.entries(PROGRAMS)) {
  test(`Node prints lines for an uncaught error, with ${way}`, () => {
    const { NODE_TEST_CONTEXT, ...env } = process.env;
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: join(dist, "..", "..", ".."), env, encoding: "utf8" });
    assert.equal(status, 1, stderr);
    assert.match(stderr, /^AyrshareError: /m);
    assert.match(stderr, /401/);
    const longest = stderr.split("\n").reduce((one, other) => (other.length > one.length ? other : one), "");
    assert.ok(longest.length < LONGEST_LINE, `a line of ${longest.length} characters: ${longest.slice(0, 300)}`);
  });
}

test("the code has one statement a line", () => {
  const code = readdirSync(dist, { recursive: true }).filter((name) => name.endsWith(".js") && !name.endsWith(".min.js"));
  assert.ok(code.length > 20);
  for (const name of code) {
    // Without its texts, among them the wasm that the inline entries hold.
    const lines = readFileSync(join(dist, name), "utf8").replaceAll(/(["'`])(?:\\.|(?!\1).)*\1/g, "").split("\n");
    assert.deepEqual(lines.filter((line) => line.length > 300 || /;.*;.*;.*;/.test(line)), [], name);
  }
});
