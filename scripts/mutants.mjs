// `npm run mutants -- policy`: mutation testing of one pure module with cargo-mutants. First every mutant against the module's own unit
// tests, the quickest; then what survived against the module's integration tests, too. `--shard 0/4` takes a part, evenly spread.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Stop, main, run, seconds } from "./lib/run.mjs";
import { at, nativeEnvironment, nativeToolchain, target, toolPath } from "./lib/tools.mjs";
import { setup } from "./setup.mjs";

/** Which unit tests look at a module, and which integration tests. */
const MODULES = {
  policy: { units: ["policy::"], programs: ["policy_model"] },
  records: { units: ["records::"], programs: ["records_choices", "records_layouts", "records_sweep"] },
  gateway: { units: ["gateway::"], programs: [] },
  error: { units: ["error::", "api::"], programs: [] },
  insight: { units: ["insight::"], programs: ["insight_agreement", "insight_diff"] },
};

/** A mutant may loop for ever; the slowest test of these takes a few seconds, also beside other work. */
const TIMEOUT_S = 60;

async function pass(name, shard, out, targets, filters, ...flags) {
  // Both of cargo's runs, so that no test program is built that does not run.
  const chosen = [...targets.map((one) => `--cargo-arg=${one}`), ...flags, ...(filters.length > 0 ? ["--", "--", ...filters] : [])];
  const args = ["mutants", "--file", `src/${name}/**`, "--output", out, "--no-shuffle", "--baseline", "skip", "--timeout", TIMEOUT_S, "--build-timeout", 600];
  const env = nativeEnvironment({ CARGO_TARGET_DIR: join(target, "mutants", "build"), CARGO_PROFILE_DEV_DEBUG: "0", CARGO_PROFILE_TEST_DEBUG: "0" });
  const command = [toolPath("cargo-mutants"), [...args, ...(shard ? ["--shard", shard] : []), ...chosen].map(String)];
  const { code } = await run(...command, { cwd: at(), env, echo: true });
  // 2: some survived; 3: some ran out of time.
  if (![0, 2, 3].includes(code)) throw new Stop(`mutants: cargo-mutants ended with ${code}`);
}

/** What was decided about each mutant, over both passes: the last word counts. */
function outcomes(out) {
  const decided = new Map();
  for (const file of ["first.json", "mutants.out/outcomes.json"].map((name) => join(out, name))) {
    const all = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).outcomes : [];
    for (const { scenario, summary } of all) if (scenario.Mutant) decided.set(scenario.Mutant.name, summary);
  }
  return decided;
}

function print(name, decided, began) {
  const count = (...summaries) => [...decided.values()].filter((summary) => summaries.includes(summary)).length;
  console.log(`\nmutants: ${name}: ${decided.size} mutants, ${count("CaughtMutant")} killed, ${count("Timeout")} ran out of time, ${count("Unviable")} did not compile, ${count("MissedMutant")} survived; ${seconds(began)}`);
  for (const [mutant, summary] of decided) if (summary === "MissedMutant") console.log(`mutants: survived: ${mutant}`);
}

await main(true, async () => {
  const { values, positionals } = parseArgs({ options: { shard: { type: "string" } }, allowPositionals: true });
  const unknown = positionals.find((name) => !(name in MODULES));
  if (unknown !== undefined || positionals.length === 0) throw new Stop(`mutants: name one or more of ${Object.keys(MODULES).join(", ")}`);
  await setup({ for: "mutants" });
  for (const name of positionals) {
    const began = performance.now();
    const { units, programs } = MODULES[name];
    const out = join(target, "mutants", [name, ...(values.shard ?? "").split("/")].filter(Boolean).join("-"));
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    await pass(name, values.shard, out, ["--lib"], units);
    if (programs.length > 0) {
      const first = readFileSync(join(out, "mutants.out", "outcomes.json"), "utf8");
      writeFileSync(join(out, "first.json"), first);
      await pass(name, values.shard, out, programs.flatMap((program) => ["--test", program]), [], "--iterate");
    }
    print(name, outcomes(out), began);
  }
  console.log(`mutants: the tests ran on ${nativeToolchain().version}`);
});
