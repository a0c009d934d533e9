// Test runners without configuration, except for the environment: over HTTP and, as in the guide to the sandbox, with the sandbox in the same process.
import { asRequired, imports, inProcess, testing } from "./texts.mjs";

const jest = (name, writes, file, text, ...flags) => ({
  name,
  tools: "jest",
  version: "jest",
  writes,
  files: { [file]: text },
  print: ["node", ...flags, "../../node_modules/jest/bin/jest.js", "--no-cache"],
});

/** Vitest 5 does not run in Node 20; Vitest 3 does. */
const RUNS = { "Vitest": { tools: "vitest", node: "node24" }, "Vitest 3": { tools: "vitest3" } };

const vitest = (runner, name, writes, text) => ({
  name: name ? `${runner}, ${name}` : runner,
  ...RUNS[runner],
  version: "vitest",
  writes,
  files: { "main.test.mjs": text },
  print: ["vitest/vitest.mjs", "run"],
});

const REQUIRED = `const pkg = require("ayrshare-user");\nconst { program } = require("./program.cjs");\n`;
const SANDBOX = "`fetch: sandbox.fetch`";

const overHttp = testing(`import { test } from "vitest";\n${imports()}`);
const environment = (name) => `// @vitest-environment ${name}\n`;
/** Not with its fake `queueMicrotask`, which Node's own `Response` would wait for. */
const FAKING = `import { beforeEach, vi } from "vitest";\nbeforeEach(() => void vi.useFakeTimers());\n`;

const jestEnvironment = (name) => `/** @jest-environment ${name} */\n`;
const JEST_FAKING = "beforeEach(() => void jest.useFakeTimers());\n";

export default [
  ...Object.keys(RUNS).flatMap((runner) => [
    vitest(runner, "", "import", overHttp),
    vitest(runner, "jsdom", "import", environment("jsdom") + overHttp),
    vitest(runner, "happy-dom", "import", environment("happy-dom") + overHttp),
    vitest(runner, "sandbox in process", SANDBOX, inProcess()),
    vitest(runner, "jsdom, sandbox in process", SANDBOX, inProcess(environment("jsdom"))),
    vitest(runner, "happy-dom, sandbox in process", SANDBOX, inProcess(environment("happy-dom"))),
    vitest(runner, "fake timers", SANDBOX, inProcess(FAKING)),
  ]),
  jest("Jest", "require", "main.test.cjs", testing(REQUIRED)),
  // The plain jsdom environment hides fetch, TextDecoder and more from its tests.
  { ...jest("Jest, jsdom", "require; `testEnvironment: \"jest-fixed-jsdom\"`", "main.test.cjs", jestEnvironment("jest-fixed-jsdom") + testing(REQUIRED)), noGzip: true },
  jest("Jest, ES modules", "import", "main.test.mjs", testing(imports()), "--experimental-vm-modules"),
  { ...jest("Jest, jsdom, sandbox in process", SANDBOX, "main.test.cjs", asRequired(inProcess(jestEnvironment("jest-fixed-jsdom")))), noGzip: true },
  jest("Jest, fake timers", SANDBOX, "main.test.cjs", asRequired(inProcess(JEST_FAKING))),
  { ...jest("Jest, stock jsdom", "nothing", "main.test.cjs", jestEnvironment("jsdom") + testing(REQUIRED)), error: /has no `TextDecoder`/ },
];
