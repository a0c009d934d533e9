// `npm test`: setup, build, then every suite, each in its real environment. `npm test -- node page` runs only these two. `npm test -- --whole`
// also runs what takes minutes and rarely fails, as the workflows do: the page, the nightly sync and clients by the hundred thousand, and details in
// which engines hardly differ in Firefox, too.
//
// Node tests use the package as users do: packed by npm and installed in target/packed; `import "ayrshare-user"` resolves to that
// copy (lib/use-packed.mjs). The tests' environment has
//   AYRSHARE_USER_DIR      the installed package's folder
//   AYRSHARE_SANDBOX_URL   the base URL of a running sandbox (tests/web.rs reads it at compile time)
//   AYRSHARE_FAULTS_URL    the server of the fault table (tests/faults); also read by tests/web.rs at compile time
//   AYRSHARE_WHOLE         set for a whole run
//   CHROME_PATH, FIREFOX   the browsers
// The last line is `N passed, N failed`, which CI parses.
//
// Three suites run at a time, more on larger machines, because most wait for other programs that use one processor, and at times for nothing
// but a clock. To add a suite, add a row to SUITES:
//   name, place    how it is called, and what the summary says about it
//   commands       the commands that it runs, each with the parser of its counts; `nodeTests(place)` makes those of a folder of Node tests
//   early: true    it needs neither the package nor the pages, so it starts beside the build
//   whole: true    it is part of whole runs, or runs if it is named
//   alone: true    it measures tasks or memory, so no other suite runs beside it
//   shares: [...]  what it uses and another suite must not use at the same time: a folder that cargo locks
//   show: true     its output is printed even if nothing failed
// Suites start in the order of the table as soon as they may, so long ones come first. Two suites must not write the same files.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { FEATURES, build } from "./build.mjs";
import { docCommands } from "./docs.mjs";
import { cargoCounts, nodeCounts, oneCheck, problem, verdict } from "./lib/counts.mjs";
import { installTools } from "./lib/installed.mjs";
import { installPacked, packedPackage } from "./lib/packed.mjs";
import { firstFreePort } from "./lib/ports.mjs";
import { installPython } from "./lib/python.mjs";
import { Stop, main, run, seconds } from "./lib/run.mjs";
import * as tools from "./lib/tools.mjs";
import { typeTests } from "./lib/types.mjs";
import { buildPage, buildStaticPage } from "./page.mjs";
import { setup } from "./setup.mjs";

const logs = join(tools.target, "test");
const WHOLE = "--whole";
const isWhole = process.argv.includes(WHOLE);
/**
 * The first ports where the servers of tests/web.rs may listen. The address is compiled in, so another port costs a build. All are below
 * those that systems give to outgoing connections.
 */
const [SANDBOX_PORT, FAULTS_PORT, PORTS_TRIED] = [17311, 17411, 20];
const SUITE_TIMEOUT_MS = 30 * 60_000;
/** How many suites run at a time. */
const LANES = Math.max(3, Math.floor(availableParallelism() / 2));

const cargo = (toolchain, ...args) => [toolchain.cargo, args];
const addresses = (sandboxPort, faultsPort) => ({
  AYRSHARE_SANDBOX_URL: `http://127.0.0.1:${sandboxPort}/api`,
  AYRSHARE_FAULTS_URL: `http://127.0.0.1:${faultsPort}`,
});
/** Lints compile tests/web.rs too, with the addresses that it usually gets. */
const wasmTests = addresses(SANDBOX_PORT, FAULTS_PORT);

/** A command of a suite: what to run, its environment, and how its counts are parsed. */
const nativeCargo = (count, ...args) => ({ command: cargo(tools.nativeToolchain(), ...args), env: tools.nativeEnvironment(), count });
const wasmCargo = (count, ...args) => ({ command: cargo(tools.wasmToolchain(), ...args), env: tools.wasmEnvironment(wasmTests), count });

/** Uses the same random cases each time, so that failures are due to changes; `PROPTEST_RNG_SEED=$RANDOM` attempts others. */
function nativeTests() {
  const { env, ...tests } = nativeCargo(cargoCounts, "test");
  return [{ ...tests, env: { PROPTEST_RNG_SEED: "20240111", ...env } }];
}

/** The tests of a folder, each file in a process of its own, or those of one file. */
function nodeTests(place, ...flags) {
  const isTest = (name) => name.endsWith(".test.mjs");
  const files = place.endsWith(".mjs") ? [place] : readdirSync(tools.at(place)).filter(isTest).sort().map((name) => `${place}/${name}`);
  if (files.length === 0) throw new Stop(`there is no ${place}/*.test.mjs`);
  const args = ["--test", "--test-reporter=spec", ...flags, ...files];
  const usePacked = pathToFileURL(tools.at("scripts/lib/use-packed.mjs")).href;
  const env = tools.environment(undefined, {
    AYRSHARE_USER_DIR: packedPackage,
    ...(isWhole && { AYRSHARE_WHOLE: "1" }),
    NODE_OPTIONS: [process.env.NODE_OPTIONS, `--import=${usePacked}`].filter(Boolean).join(" "),
  });
  return [{ command: [process.execPath, args], env, count: nodeCounts }];
}

/** wasm-pack compiles every test program for wasm, where most test tools do not exist, so each program must state its target. */
function mustSayWhereItRuns() {
  const programs = readdirSync(tools.at("tests")).flatMap((name) => [tools.at("tests", name), tools.at("tests", name, "main.rs")]);
  const silent = programs.filter((path) => path.endsWith(".rs") && existsSync(path) && !readFileSync(path, "utf8").includes("#![cfg("));
  if (silent.length > 0) throw new Stop(`${silent.join(", ")}: begin with #![cfg(not(target_arch = "wasm32"))], or with its contrary`);
}

/** Compares the fault server's log with a run of the Rust client: every row that sends a request must be in it. */
function missingRows(faults, { ROWS, rowInRust }, browser) {
  const sends = ROWS.filter((row) => rowInRust(row, browser).expect.requests > 0);
  return sends.filter(({ index }) => faults.logOf(`rust-${browser}`, index).requests.length === 0);
}

/** tests/web.rs in a real browser, with the package's sandbox and the fault server, over HTTP from another origin. */
async function inBrowser(name, driver, capability, binary) {
  const config = JSON.parse(readFileSync(tools.at("webdriver.json"), "utf8"));
  config[capability].binary = binary;
  const webdriver = join(tools.target, `webdriver-${name}.json`);
  writeFileSync(webdriver, JSON.stringify(config));
  const args = ["test", "--headless", `--${name}`, ...driver, "--mode", "no-install", ".", "--test", "web"];
  const usable = (first) => firstFreePort(first, PORTS_TRIED, "end a program that uses one");
  const [sandboxPort, faultsPort] = [await usable(SANDBOX_PORT), await usable(FAULTS_PORT)];
  const env = tools.wasmEnvironment({
    ...addresses(sandboxPort, faultsPort),
    CARGO_TARGET_DIR: tools.target,
    WASM_BINDGEN_TEST_WEBDRIVER_JSON: webdriver,
    WASM_BINDGEN_TEST_TIMEOUT: "180",
    NO_PROXY: "127.0.0.1,localhost",
  });
  // The runner uses the first driver in its environment, whichever browser its options name.
  for (const other of ["CHROMEDRIVER", "GECKODRIVER", "SAFARIDRIVER"]) delete env[other];
  mustSayWhereItRuns();
  const { serveSandbox } = await import(pathToFileURL(join(packedPackage, "dist/sandbox/node.js")).href);
  const served = await serveSandbox({ port: sandboxPort, cors: true });
  const [{ serveFaults }, table] = await Promise.all(["server", "table"].map((file) => import(pathToFileURL(tools.at(`tests/faults/${file}.mjs`)).href)));
  const faults = await serveFaults(table.ROWS, { port: faultsPort });
  const count = (output) => {
    if (!new RegExp(`^Running headless tests in ${name}`, "im").test(output)) return problem(`it did not run in ${name}`);
    const missing = missingRows(faults, table, name === "chrome" ? "chromium" : name);
    return missing.length === 0 ? cargoCounts(output) : problem(`the fault server got no request for ${missing.length} rows, such as "${missing[0].name}"`);
  };
  return { commands: [{ command: [tools.toolPath("wasm-pack"), args], env, count }], close: () => Promise.all([served.close(), faults.close()]) };
}

const version = (toolchain) => toolchain.version.split(" ").slice(0, 2).join(" ");

/** cargo locks its folders, so a second suite that compiles would only wait. */
const NATIVE = "target/native";
const WASM_TESTS = "target/debug";

/** The tools' folders into which tests/matrix/apps.mjs copies the package. */
const TOOLS = "target/npm";

/** All suites, in the order in which they start. */
const SUITES = [
  { name: "format", place: () => "Rust sources", early: true, commands: () => [nativeCargo(oneCheck, "fmt", "--check")] },
  {
    name: "clippy",
    place: () => "Rust sources, native and wasm",
    early: true,
    shares: [NATIVE, WASM_TESTS],
    commands: () => [
      nativeCargo(oneCheck, "clippy", "--quiet", "--all-targets", "--", "-D", "warnings"),
      // As Rust users compile it. The build does the same for each feature of npm alone.
      wasmCargo(oneCheck, "clippy", "--quiet", "--lib", "--target", tools.WASM, "--", "-D", "warnings"),
      wasmCargo(oneCheck, "clippy", "--quiet", "--features", FEATURES, "--lib", "--test", "web", "--target", tools.WASM, "--", "-D", "warnings"),
    ],
  },
  { name: "rust-apps", place: () => "Yew in Chromium, workers-rs, native", shares: [NATIVE], commands: () => nodeTests("tests/rust_apps") },
  { name: "rust", place: () => `native, ${version(tools.nativeToolchain())}`, early: true, shares: [NATIVE], commands: nativeTests },
  { name: "page", place: () => "demo page, Chromium and Firefox", commands: () => nodeTests("tests/page/together.mjs") },
  { name: "page-measured", place: () => "100,000 profiles, Chromium", whole: true, alone: true, commands: () => nodeTests("tests/page/measured") },
  { name: "page-webkit", place: () => "demo page, WebKitGTK", commands: () => nodeTests("tests/webkit", "--test-concurrency=1") },
  { name: "command", place: () => "Node, pipes and a terminal, packed", commands: () => nodeTests("tests/command") },
  { name: "node", place: () => `Node ${process.versions.node}, packed`, commands: () => nodeTests("tests/node") },
  { name: "faults", place: () => "Node, Chromium and Firefox, packed", commands: () => nodeTests("tests/faults", "--test-concurrency=1") },
  {
    name: "web-chromium",
    place: () => "wasm in headless Chromium",
    shares: [WASM_TESTS],
    commands: () => inBrowser("chrome", ["--chromedriver", tools.chromedriver()], "goog:chromeOptions", tools.chromium()),
  },
  {
    name: "web-firefox",
    place: () => "wasm in headless Firefox",
    shares: [WASM_TESTS],
    commands: () => inBrowser("firefox", ["--geckodriver", tools.geckodriver()], "moz:firefoxOptions", tools.firefox()),
  },
  { name: "site", place: () => "guides, reference, API, Chromium", commands: () => nodeTests("tests/site") },
  {
    name: "matrix-quick",
    place: () => "every runtime and bundler, packed",
    shares: [TOOLS],
    commands: async () => {
      await installTools("matrix");
      return nodeTests("tests/matrix");
    },
    show: true,
  },
  { name: "recipes", place: () => "small apps, Chromium, packed", shares: [TOOLS], commands: () => nodeTests("tests/recipes") },
  {
    name: "contract",
    place: () => "OpenAPI: Redocly, Ajv, schemathesis",
    commands: async () => {
      await Promise.all([installTools("contract"), installPython("contract")]);
      return nodeTests("tests/contract");
    },
  },
  { name: "sync", place: () => "nightly sync, miniflare and its D1", commands: () => nodeTests("tests/sync") },
  {
    name: "gateway",
    place: () => `Node ${process.versions.node} and workerd, packed`,
    commands: () => nodeTests("tests/gateway"),
  },
  { name: "types", place: () => "TypeScript 5.2 to 7.0", commands: () => typeTests(oneCheck) },
  {
    name: "docs",
    place: () => "README, reference, layout, tarball",
    shares: [NATIVE, WASM_TESTS],
    commands: () => [...nodeTests("tests/docs"), ...docCommands().map((made) => ({ ...made, count: oneCheck }))],
  },
  { name: "sandbox", place: () => `Node ${process.versions.node}, packed`, commands: () => nodeTests("tests/sandbox") },
  { name: "size", place: () => "what a browser downloads", commands: () => [{ command: [process.execPath, [tools.at("scripts/size.mjs")]], count: oneCheck }], show: true },
];

async function runCommands(suite, log) {
  const made = await suite.commands();
  const { commands, close } = Array.isArray(made) ? { commands: made, close: () => {} } : made;
  let [passed, failed] = [0, 0];
  const shown = [];
  const plain = { NO_COLOR: "1", CARGO_TERM_COLOR: "never", TERM: "dumb" };
  try {
    for (const { command, env, count } of commands) {
      const { code, output } = await run(...command, { cwd: tools.root, env: { ...(env ?? process.env), ...plain }, logFile: log, timeoutMs: SUITE_TIMEOUT_MS });
      const counts = verdict(count, output, code);
      passed += counts.passed;
      failed += counts.failed;
      if (counts.failed > 0 || suite.show) shown.push(output, ...(counts.problem ? [`test: ${suite.name}: ${counts.problem}`] : []));
    }
  } finally {
    await close();
  }
  if (commands.length === 0) shown.push(`test: ${suite.name}: it ran 0 tests`);
  return { passed, failed: commands.length === 0 ? 1 : failed, shown };
}

async function runSuite(suite) {
  const began = performance.now();
  const log = join(logs, `${suite.name}.log`);
  rmSync(log, { force: true });
  console.log(`test: ${suite.name} (${suite.place()}) ...`);
  const result = await runCommands(suite, log).catch((error) => ({
    passed: 0,
    failed: 1,
    shown: [`test: ${suite.name}: ${error instanceof Stop ? error.message : error.stack}`],
  }));
  const time = seconds(began);
  const ending = result.failed > 0 ? `FAILED (its output is in ${log}, and comes at the end)` : "ended";
  // In one call, so that the output of suites that run side by side does not mix.
  console.log([...(result.failed > 0 ? [] : result.shown), `test: ${suite.name} ${ending}, ${result.passed} passed, ${result.failed} failed, ${time}`].join("\n"));
  return { ...result, name: suite.name, place: suite.place(), time };
}

/** Whether a suite may start beside those that are running. The build takes one place. */
function mayStart(suite, running, isBuilt) {
  if (!isBuilt) return suite.early === true && running.length < LANES - 1;
  if (running.length === 0) return true;
  const conflicts = (other) => other.alone || (other.shares ?? []).some((name) => suite.shares?.includes(name));
  return running.length < LANES && !suite.alone && !running.some(conflicts);
}

/** Runs the suites, and the build beside those that do not need it. Rejects as soon as the build fails. */
async function runSuites(suites, building) {
  const waiting = [...suites];
  const running = new Map();
  const results = new Map();
  let isBuilt = false;
  const built = building.then(() => { isBuilt = true; });
  while (waiting.length > 0 || running.size > 0 || !isBuilt) {
    const next = waiting.findIndex((suite) => mayStart(suite, [...running.keys()], isBuilt));
    if (next >= 0) {
      const [suite] = waiting.splice(next, 1);
      running.set(suite, runSuite(suite).then((result) => {
        results.set(suite, result);
        running.delete(suite);
      }));
      continue;
    }
    await Promise.race([...running.values(), ...(isBuilt ? [] : [built])]);
  }
  return suites.map((suite) => results.get(suite));
}

function chosen(names) {
  const matches = (name) => SUITES.filter((suite) => suite.name === name || suite.name.startsWith(`${name}-`));
  const unknown = names.find((name) => matches(name).length === 0);
  if (unknown) throw new Stop(`test: there is no suite \`${unknown}\`; there are ${SUITES.map(({ name }) => name).join(", ")}`);
  return names.length === 0 ? SUITES.filter(({ whole }) => isWhole || !whole) : SUITES.filter((suite) => names.some((name) => matches(name).includes(suite)));
}

/** What failed comes last, because the records of some workflows have only the end of the output. */
function summary(results, began) {
  for (const { name, failed, shown } of results) if (failed > 0) console.log([`\ntest: ${name} FAILED:`, ...shown].join("\n"));
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  const row = (name, place, passed, failed, time) =>
    [name.padEnd(14), place.padEnd(34), String(passed).padStart(6), String(failed).padStart(6), time.padStart(9)].join(" ");
  console.log(`\n${row("suite", "place", "passed", "failed", "time")}`);
  for (const { name, place, passed, failed, time } of results) console.log(row(name, place, passed, failed, time));
  console.log(`all suites, set-up and build: ${seconds(began)}`);
  console.log(`${total("passed")} passed, ${total("failed")} failed`);
  process.exitCode = total("failed") > 0 ? 1 : 0;
}

/** Builds whatever the suites use. Suites that run side by side must find it done. */
async function buildAll() {
  await build();
  await installPacked();
  await buildPage();
  await buildStaticPage();
}

await main(true, async () => {
  const began = performance.now();
  const suites = chosen(process.argv.slice(2).filter((word) => word !== WHOLE));
  await setup({ for: "test" });
  mkdirSync(logs, { recursive: true });
  // A failed build ends everything, also the suites that run beside it.
  const needsBuild = suites.some(({ early }) => !early);
  const results = await runSuites(suites, needsBuild ? buildAll() : Promise.resolve()).catch((error) => {
    console.error(error instanceof Stop ? `\n${error.message}` : error);
    process.exit(1);
  });
  if (!isWhole) console.log(`test: left to \`npm test -- ${WHOLE}\`: the page, the nightly sync and clients by the hundred thousand, and the page's details in Firefox`);
  summary(results, began);
});
