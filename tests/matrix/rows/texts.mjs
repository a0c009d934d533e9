// What most rows have in common: the few lines around the program, in a page and on a server.

/** Named imports, as users write them: a bundler may drop what it takes for unused. `to` is the folder of the program. */
export const imports = (entry = "ayrshare-user", to = ".") =>
  `import { AyrshareUser, accountHealth, isAyrshareError } from "${entry}";\nimport { program } from "${to}/program.mjs";\nconst pkg = { AyrshareUser, accountHealth, isAyrshareError };\n`;

/** Everything a program reports is one line of output, whatever a test runner prints around it. */
const REPORT = `console.log("REPORT " + JSON.stringify(await program(pkg, JSON.parse(process.env.CONFIG))));\n`;

/** A module for servers; it begins to count before the package is imported. */
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

/** A test of Vitest or Jest. */
export const testing = (before, config = "JSON.parse(process.env.CONFIG)") => `${before}
test("all three endpoints and a typed error", async () => {
  console.log("REPORT " + JSON.stringify(await program(pkg, ${config})));
});\n`;

export const html = (script, type = 'type="module"') =>
  `<!doctype html><meta charset="utf-8"><title>matrix</title><link rel="icon" href="data:,"><script ${type} src="${script}"></script>\n`;

/** The configuration of pages and servers is in their address. */
const ASKED = "Object.fromEntries(new URLSearchParams(location.search))";

/** A module for pages and their workers; a browser counts from the page's beginning. */
export const reporting = (entry = "ayrshare-user", report = "globalThis.report = reported") =>
  `${imports(entry)}globalThis.began = performance.timeOrigin;\nconst reported = await program(pkg, ${ASKED});\n${report};\n`;

/** A page of one module, before a bundler has seen it. */
export const source = (entry) => ({ "main.mjs": reporting(entry) });

/** A server that answers with its report. */
export const answering = (entry = "ayrshare-user") => `${imports(entry)}export default {
  async fetch(request) {
    return Response.json(await program(pkg, Object.fromEntries(new URL(request.url).searchParams)));
  },
};\n`;
