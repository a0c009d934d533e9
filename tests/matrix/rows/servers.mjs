// Server and command-line runtimes, without bundling.
import { importing, requiring, typed } from "./texts.mjs";

const main = ["node", "main.mjs"];
const required = ["node", "main.cjs"];
const DENO = ["deno/deno", "run", "--node-modules-dir=manual", "--cached-only", "--no-prompt", "--allow-read=../..", "--allow-net=127.0.0.1", "--allow-env", "main.mjs"];
const own = () => process.versions.node;

/** `npx tsx` in a project without `"type": "module"`, as `npm init` creates it. */
const tsx = (name, file, entry, more) => ({
  name: `tsx, ${name}`,
  version: "tsx",
  writes: `import${entry ? ' ".../inline"' : ""}`,
  files: typed(file, entry),
  print: ["tsx/dist/cli.mjs", file],
  ...more,
});

export default [
  { name: "Node, import", version: own, writes: "import", files: importing(), print: main, quick: true },
  { name: "Node, require", version: own, writes: "require", files: requiring(), print: required, quick: true },
  // Jest and Node before 20.19 cannot require ES modules.
  { name: "Node, require of CommonJS", version: own, writes: "require", files: requiring(), print: ["node", "--no-experimental-require-module", "main.cjs"], quick: true },
  ...["22", "24"].flatMap((major) => [
    { name: `Node ${major}, import`, tools: `node${major}`, node: `node${major}`, version: "node", writes: "import", files: importing(), print: main },
    { name: `Node ${major}, require`, tools: `node${major}`, node: `node${major}`, version: "node", writes: "require", files: requiring(), print: required },
  ]),
  tsx("main.ts", "main.ts", undefined, { quick: true }),
  tsx("main.cts", "main.cts", undefined, { quick: true }),
  tsx("main.ts, inline", "main.ts", "ayrshare-user/inline"),
  tsx("main.ts, Node 24", "main.ts", undefined, { node: "node24" }),
  { name: "Deno", version: "deno", writes: "import; `--allow-read`", files: importing("ayrshare-user", 'import process from "node:process";\n'), print: DENO, quick: true },
  { name: "Bun", version: "bun", writes: "import", files: importing(), print: ["bun/bin/bun.exe", "--no-install", "main.mjs"], quick: true },
  { name: "Bun, require", version: "bun", writes: "require", files: requiring(), print: ["bun/bin/bun.exe", "--no-install", "main.cjs"] },
];
