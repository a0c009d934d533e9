// Test runners, without any configuration but the environment.
import { imports, testing } from "./texts.mjs";

const jest = (name, writes, file, text, ...flags) => ({
  name,
  tools: "jest",
  version: "jest",
  writes,
  files: { [file]: text },
  print: ["node", ...flags, "../../node_modules/jest/bin/jest.js", "--no-cache"],
});

const REQUIRED = `const pkg = require("ayrshare-user");\nconst { program } = require("./program.cjs");\n`;

export default [
  {
    name: "Vitest",
    tools: "vitest",
    node: "node24",
    version: "vitest",
    writes: "import",
    files: { "main.test.mjs": testing(`import { test } from "vitest";\n${imports()}`) },
    print: ["vitest/vitest.mjs", "run"],
  },
  {
    name: "Vitest, jsdom",
    tools: "vitest",
    node: "node24",
    version: "vitest",
    writes: "import",
    files: { "main.test.mjs": `// @vitest-environment jsdom\n${testing(`import { test } from "vitest";\n${imports()}`)}` },
    print: ["vitest/vitest.mjs", "run"],
  },
  jest("Jest", "require", "main.test.cjs", testing(REQUIRED)),
  // The plain jsdom environment hides fetch, TextDecoder and more from its tests.
  jest("Jest, jsdom", "require; `testEnvironment: \"jest-fixed-jsdom\"`", "main.test.cjs", `/** @jest-environment jest-fixed-jsdom */\n${testing(REQUIRED)}`),
  jest("Jest, ES modules", "import", "main.test.mjs", testing(imports()), "--experimental-vm-modules"),
];
