// The type tests: the programs in tests/types, compiled under strict rules against the installed declarations, with the oldest, the
// usual and the newest TypeScript, with every common source of web types and with none.
import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installTools } from "./installed.mjs";
import { packedPackage } from "./packed.mjs";
import { at, target } from "./tools.mjs";

/** Compiler options for each environment of a program. */
const SURROUNDINGS = {
  nothing: { lib: ["es2022"], types: [] },
  dom: { lib: ["es2022", "dom"], types: [] },
  webworker: { lib: ["es2022", "webworker"], types: [] },
  workers: { lib: ["es2022"], types: ["@cloudflare/workers-types"] },
  node: { lib: ["es2022"], types: ["node"] },
  "node-and-dom": { lib: ["es2022", "dom"], types: ["node"] },
  // Bun's declarations conflict with those of @types/node.
  bun: { lib: ["es2022"], types: ["bun-types"], skipLibCheck: true },
};

/** The programs that are compiled in each environment. */
const PROGRAMS = { nothing: ["face.ts"], workers: ["face.ts", "web.ts", "workers.ts"], others: ["face.ts", "web.ts", "entries.ts"] };

/** Both module resolutions, combined with both values of exactOptionalPropertyTypes. */
const MODES = [
  { module: "nodenext", moduleResolution: "nodenext", exactOptionalPropertyTypes: true },
  { module: "esnext", moduleResolution: "bundler", exactOptionalPropertyTypes: false },
];

/** Same as `moduleResolution: "node"`, which TypeScript 7 no longer supports. */
const NODE10 = { module: "commonjs", moduleResolution: "node10", exactOptionalPropertyTypes: false };

/** TypeScript 5.2 is the oldest version that supports `using`. Bun's types need a newer one. */
const COMPILERS = [
  { name: "oldest", path: "typescript-oldest", without: ["bun"], modes: [...MODES, NODE10] },
  { name: "usual", path: "typescript", without: [], modes: [...MODES, NODE10] },
  { name: "newest", path: "typescript-newest", without: [], modes: MODES },
];

/** One command per compiler and environment. The modes alternate, so that each is used with every compiler and every environment. */
export async function typeTests(count) {
  const tools = join(await installTools("types"), "node_modules");
  const folder = join(target, "types");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  for (const name of ["@types", "@cloudflare", "bun-types", "undici-types"]) symlinkSync(join(tools, name), join(folder, "node_modules", name));
  symlinkSync(packedPackage, join(folder, "node_modules", "ayrshare-user"));
  for (const name of ["face.ts", "web.ts", "workers.ts", "entries.ts"]) copyFileSync(at("tests/types", name), join(folder, name));
  return COMPILERS.flatMap(({ name, path, without, modes }, compiler) =>
    Object.entries(SURROUNDINGS).filter(([around]) => !without.includes(around)).map(([around, options], index) => {
      const config = join(folder, `${name}-${around}.json`);
      const mode = modes[(compiler + index) % modes.length];
      const compilerOptions = { target: "es2022", strict: true, isolatedModules: true, skipLibCheck: false, preserveSymlinks: true, noEmit: true, ...mode, ...options };
      writeFileSync(config, JSON.stringify({ compilerOptions, files: PROGRAMS[around] ?? PROGRAMS.others }));
      const tsc = join(path === "typescript" ? at("node_modules") : tools, path, "bin", "tsc");
      return { command: [process.execPath, [tsc, "-p", config, "--pretty", "false"]], count };
    }),
  );
}
