// Runs one recipe: copies its files beside its tools, builds it, and asks it twice for the same user, who is suspended at first.
//
// A recipe is a folder with an app, and with recipe.mjs, whose default export is plain data:
//   title      the framework, as its owners write it
//   tools      the folder under tests/ with the tools, such as "matrix/tools/next" or "matrix"; if absent, the recipe has a package-lock.json. The
//              packed package is always beside the tools. Of a list, the app is beside the first, and the others only have programs
//   apart      the app is in a temporary folder instead, where it finds no package that it does not install itself
//   node       another Node version to run the commands with: "node22" or "node24"
//   quick      part of `npm test`
//   build      commands to run first. "node" is Node; any other program is a file in the tools' node_modules. `%PORT%` in commands and in `env`
//              is a free port, `%TARBALL%` in commands the path of the packed tarball, and the name of a variable below its value
//   serve      a command that starts a server on `%PORT%`; or
//   site       the folder of static files that the runner itself serves, with a gateway under /ayrshare; or
//   print      a command that prints the user, or the error
//   gateway    with `serve`: run a gateway on another port, whose origin is in the environment variable AYRSHARE_GATEWAY
//   open       the paths that Chromium opens: each must show the user's display names, or the error, and write nothing to the console
//   answer     the paths that are fetched: each body must contain the same. An entry can be `{ path, headers }`
//   check      a function for everything else, called last, with { origin, output, browser, sandbox, profileKey, folder, baseUrl }
//   env        more environment variables
//   runs       several servers of one build, each with the fields from `serve` on; if absent, the recipe itself is the only one
//
// Every command has AYRSHARE_API_KEY, AYRSHARE_BASE_URL (the sandbox), AYRSHARE_PROFILE_KEY, HOST and PORT in its environment.
import assert from "node:assert/strict";
import { cpSync, readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { packedPackage, packedRoot } from "../../scripts/lib/packed.mjs";
import { filesUnder, hashOf } from "../../scripts/lib/steps.mjs";
import { at } from "../../scripts/lib/tools.mjs";
import { TOO_LONG_MS, finished, placeApp, served } from "../matrix/apps.mjs";
import { serveFolder } from "../matrix/site.mjs";

const PATIENCE_MS = 60_000;
/** What is in a recipe's folder but not part of its app. */
const OURS = ["recipe.mjs", "package-lock.json"];
const NO_APP = /^(?:node_modules|dist|build|out|\.\w+)$/;

/** All recipes, each with its folder's name, in alphabetical order. */
export async function recipes() {
  const folders = readdirSync(at("tests/recipes"), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(folders.sort().map(async (name) => ({ name, ...(await import(pathToFileURL(at("tests/recipes", name, "recipe.mjs")).href)).default })));
}

const toolsFoldersOf = ({ name, tools = `recipes/${name}` }) => [tools].flat();
const manifestOf = (folder) => JSON.parse(readFileSync(at("tests", folder, "package.json"), "utf8"));

/** Everything that a recipe's result depends on, as a hash. */
export function inputsOf(recipe) {
  const locks = [...toolsFoldersOf(recipe), ...(recipe.node ? [`matrix/tools/${recipe.node}`] : [])].map((folder) => at("tests", folder, "package-lock.json"));
  const runner = [...readdirSync(at("tests/recipes")), "../matrix/apps.mjs", "../matrix/site.mjs"].filter((name) => name.endsWith(".mjs"));
  return hashOf([...filesUnder(at("tests/recipes", recipe.name), packedPackage), ...locks, ...runner.map((name) => at("tests/recipes", name))], process.version);
}

/** The versions in the recipe's package.json are those that are installed. */
function mustPinWhatRuns(recipe) {
  const versions = ({ dependencies, devDependencies }) => ({ ...dependencies, ...devDependencies });
  const own = { "ayrshare-user": JSON.parse(readFileSync(at("pkg/package.json"), "utf8")).version };
  const installed = Object.assign(own, ...toolsFoldersOf(recipe).map((folder) => versions(manifestOf(folder))));
  for (const [name, version] of Object.entries(versions(manifestOf(`recipes/${recipe.name}`)))) {
    assert.match(version, /^\d/, `${name} needs an exact version`);
    assert.equal(version, installed[name], `version of ${name}`);
  }
}

function copyApp(recipe, to) {
  const from = at("tests/recipes", recipe.name);
  const isApp = (path) => !OURS.includes(basename(path)) && (path === from || !NO_APP.test(basename(path)));
  cpSync(from, to, { recursive: true, filter: isApp });
}

/** Serves a gateway to the sandbox, and the files in `site`, if given. */
async function serveGateway({ baseUrl, apiKey, profileKey }, site) {
  const { createGateway } = await import(pathToFileURL(join(packedPackage, "dist/gateway-node.js")).href);
  const gateway = createGateway({ apiKey, baseUrl, authorize: () => ({ profileKey }) });
  const toGateway = async ({ method, url, headers }, response) => {
    const answer = await gateway.fetch(new Request(new URL(url, "http://localhost"), { method, headers }));
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
  };
  return serveFolder(site, {}, { "/ayrshare/": toGateway });
}

/** Chromium's own line about a response with an error status, which no page can prevent. */
const STATUS_LINE = /^Failed to load resource: the server responded with a status of (?:403|502)\b/;

/** Opens a page and waits until `judge` accepts its text. Anything written to the console is a failure, unless `allowed` matches it. */
async function opened(browser, url, judge, allowed) {
  const page = await browser.newPage();
  const written = [];
  page.on("pageerror", (error) => written.push(String(error)));
  page.on("console", (message) => written.push(message.text()));
  try {
    await page.goto(url);
    const until = Date.now() + PATIENCE_MS;
    for (let fault = "nothing was read"; ; await page.waitForTimeout(50)) {
      const text = await page.evaluate(() => document.body.innerText);
      fault = judge(text);
      if (fault === undefined) break;
      if (Date.now() > until) assert.fail(`${url}: ${fault}\nText:\n${text}\nConsole:\n${written.join("\n")}`);
    }
    assert.deepEqual(written.filter((line) => !allowed?.test(line)), [], `${url} writes to the console`);
  } finally {
    await page.close();
  }
}

async function answered(origin, entry, judge) {
  const { path, ...init } = typeof entry === "string" ? { path: entry } : entry;
  const text = await (await fetch(origin + path, { ...init, signal: AbortSignal.timeout(TOO_LONG_MS) })).text();
  const fault = judge(text);
  if (fault !== undefined) assert.fail(`${path}: ${fault}\n${text}`);
}

/** How to recognize each state of the profile: functions from a text to what is wrong with it, or undefined. */
function judges(sandbox, profileKey) {
  const names = sandbox.profile(profileKey).user.displayNames.map(({ displayName }) => displayName).filter(Boolean);
  assert.ok(names.length > 5);
  const missing = (text) => names.filter((name) => !text.includes(name));
  return {
    healthy: (text) => (missing(text).length === 0 ? undefined : `it does not show ${missing(text).join(", ")}`),
    suspended: (text) => {
      if (missing(text).length < names.length) return "it shows a profile that is suspended";
      return /\bauth\b/.test(text) && /suspended/i.test(text) ? undefined : "it does not show the error's kind (auth) and message (… suspended)";
    },
  };
}

/** Asks everything that a run names, in both states of the profile. */
async function ask(run, app, origin, { output, browser, sandbox, profileKey, baseUrl }) {
  const judge = judges(sandbox, profileKey);
  for (const state of ["suspended", "healthy"]) {
    sandbox.setProfileState(profileKey, { suspended: state === "suspended" });
    for (const path of run.open ?? []) await opened(await browser(), origin + path, judge[state], state === "suspended" ? STATUS_LINE : undefined);
    for (const entry of run.answer ?? []) await answered(origin, entry, judge[state]);
    if (run.print) {
      const output = await finished(app, run.print);
      assert.equal(judge[state](output), undefined, output);
    }
  }
  await run.check?.({ origin, output, browser: run.check && (await browser()), sandbox, profileKey, baseUrl, folder: app.folder });
}

async function runOne(run, app, context) {
  if (run.site) {
    const site = await serveGateway(context, join(app.folder, run.site));
    return ask(run, app, site.origin, context).finally(site.close);
  }
  if (!run.serve) return ask(run, app, undefined, context);
  const gateway = run.gateway && (await serveGateway(context));
  if (gateway) app.options.env.AYRSHARE_GATEWAY = gateway.origin;
  return served(app, run.serve, (origin, output) => ask(run, app, origin, { ...context, output })).finally(() => gateway?.close());
}

/** Runs a recipe. Rejects if anything is not as expected. `browser` resolves to Playwright's Chromium. */
export async function runRecipe(recipe, { browser }) {
  mustPinWhatRuns(recipe);
  const { serveSandbox } = await import(pathToFileURL(join(packedPackage, "dist/sandbox/node.js")).href);
  const { sandbox, baseUrl, close } = await serveSandbox({ cors: true, batchDelayMs: 0 });
  try {
    const profileKey = sandbox.profileKey(0);
    const { apiKey } = sandbox;
    const keys = { AYRSHARE_API_KEY: apiKey, AYRSHARE_BASE_URL: baseUrl, AYRSHARE_PROFILE_KEY: profileKey, HOST: "127.0.0.1", PORT: "%PORT%" };
    const [folder, ...more] = toolsFoldersOf(recipe);
    const app = await placeApp({
      folder,
      more,
      apart: recipe.apart,
      name: `recipe-${recipe.name}`,
      node: recipe.node,
      env: { ...keys, ...recipe.env },
      write: (folder) => copyApp(recipe, folder),
    });
    const words = { ...keys, TARBALL: join(packedRoot, readdirSync(packedRoot).find((name) => name.endsWith(".tgz"))) };
    const filled = (command) => command?.map((text) => text.replaceAll(/%(\w+)%/g, (whole, name) => words[name] ?? whole));
    try {
      for (const command of recipe.build ?? []) await finished(app, filled(command));
      for (const run of recipe.runs ?? [recipe]) {
        assert.ok(run.open || run.answer || run.print || run.check, `${recipe.name} asks nothing`);
        await runOne({ ...run, serve: filled(run.serve), print: filled(run.print) }, app, { sandbox, baseUrl, apiKey, profileKey, browser });
      }
    } finally {
      if (recipe.apart) app.remove();
    }
  } finally {
    await close();
  }
}
