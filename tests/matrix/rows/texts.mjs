// Code shared by most rows: the lines around the program, for pages and servers.
import { readFileSync } from "node:fs";

const NAMES = "AyrshareUser, accountHealth, decodeUser, isAyrshareError, streamProfiles, sweepProfiles";

/** Named imports, as users write them, so that bundlers can drop what seems unused. `to` is the folder of the program. */
export const imports = (entry = "ayrshare-user", to = ".") =>
  `import { ${NAMES} } from "${entry}";\nimport { program } from "${to}/program.mjs";\nconst pkg = { ${NAMES} };\n`;

/** Prints the report as one line, because test runners print other output around it. */
const REPORT = `console.log("REPORT " + JSON.stringify(await program(pkg, JSON.parse(process.env.CONFIG))));\n`;

/** A module for servers. The time is measured from before the package is imported. */
export const importing = (entry = "ayrshare-user", before = "") => ({
  "main.mjs": `${before}globalThis.began = Date.now();\nawait import("./run.mjs");\n`,
  "run.mjs": `${before}${imports(entry)}${REPORT}`,
});

/** The same for `require`. */
export const requiring = (entry = "ayrshare-user") => ({
  "main.cjs": `globalThis.began = Date.now();
const pkg = require("${entry}");
const { program } = require("./program.cjs");
program(pkg, JSON.parse(process.env.CONFIG)).then((report) => console.log("REPORT " + JSON.stringify(report)));\n`,
});

/** TypeScript that its runner converts to CommonJS. */
export const typed = (file, entry = "ayrshare-user") => ({
  "package.json": JSON.stringify({ name: "app", private: true }),
  [file]: `import { ${NAMES}, type User } from "${entry}";
import { program } from "./program.cjs";
const pkg = { ${NAMES} };
program(pkg, JSON.parse(process.env.CONFIG as string)).then((report: Partial<User>) => console.log("REPORT " + JSON.stringify(report)));\n`,
});

/** The test in the guide to the sandbox, as users copy it. */
const GUIDE_TEST = /^## In the same process$[^]*?^```ts\n([^]*?)^```$/m.exec(readFileSync(new URL("../../../www/guides/sandbox.md", import.meta.url), "utf8"))[1];

/** The guide's test, and the program with a sandbox in the same process. `before` is code that the place needs first. */
export const inProcess = (before = "") => `${before}${GUIDE_TEST}
import { accountHealth, decodeUser, isAyrshareError, streamProfiles, sweepProfiles } from "ayrshare-user";
import { program } from "./program.mjs";
test("all three endpoints and a typed error", async () => {
  const { apiKey, fetch } = createSandbox();
  console.log("REPORT " + JSON.stringify(await program({ ${NAMES} }, { apiKey, fetch })));
});\n`;

/** Converts named imports to CommonJS, where `test` and `expect` are global. */
export const asRequired = (text) =>
  text.replace(/^import .* from "vitest";\n/m, "").replaceAll(/^import (\{.*\}) from ("[^"]+");$/gm, "const $1 = require($2);").replace("program.mjs", "program.cjs");

/** A test for Vitest or Jest. */
export const testing = (before, config = "JSON.parse(process.env.CONFIG)") => `${before}
test("all three endpoints and a typed error", async () => {
  console.log("REPORT " + JSON.stringify(await program(pkg, ${config})));
});\n`;

export const html = (script, type = 'type="module"') =>
  `<!doctype html><meta charset="utf-8"><title>matrix</title><link rel="icon" href="data:,"><script ${type} src="${script}"></script>\n`;

/** Pages and servers get their configuration in the URL. */
const ASKED = "Object.fromEntries(new URLSearchParams(location.search))";

/** A module for pages and their workers. Browsers measure the time from the start of the page. */
export const reporting = (entry = "ayrshare-user", report = "globalThis.report = reported") =>
  `${imports(entry)}globalThis.began = performance.timeOrigin;\nconst reported = await program(pkg, ${ASKED});\n${report};\n`;

/** A page with one module, to be bundled. */
export const source = (entry) => ({ "main.mjs": reporting(entry) });

/** A page that imports the URLs of the wasm files by their names in the package, and passes them to `init`. */
export const handingOver = (query) => {
  const files = ["", "_batch", "_insight"].map((part) => `ayrshare_user${part}.wasm`);
  const addresses = files.map((file, index) => `import url${index} from "ayrshare-user/${file}${query}";\n`).join("");
  return { "main.mjs": `${addresses}import { init } from "ayrshare-user";\n${reporting().replace("const reported", "await init({ client: url0, batch: url1, insight: url2 });\nconst reported")}` };
};

/** A server that returns its report. A Worker may have a bucket. */
export const answering = (entry = "ayrshare-user") => `${imports(entry)}export default {
  async fetch(request, env) {
    return Response.json(await program(pkg, { ...Object.fromEntries(new URL(request.url).searchParams), bucket: env?.BUCKET }));
  },
};\n`;
