// `npm run mutants -- policy`: mutation testing of one pure module with cargo-mutants, in rounds: first every mutant with the fastest tests
// of the module, then the survivors with slower ones. `--shard 0/4` selects every fourth mutant, `--re` those whose names match.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Stop, main, run, seconds } from "./lib/run.mjs";
import { at, nativeEnvironment, nativeToolchain, target, toolPath } from "./lib/tools.mjs";
import { setup } from "./setup.mjs";

const units = (...filters) => ({ targets: ["--lib"], filters });
const natives = (...filters) => ({ targets: ["--test", "native"], filters });
const without = (round, ...tests) => ({ ...round, filters: [...round.filters, ...tests.flatMap((test) => ["--skip", test])] });

/** The rounds of each module, fast ones first: a round takes as long as its slowest test, and the first one kills most mutants. */
const MODULES = {
  policy: [units("policy::"), natives("policy_model::")],
  records: [
    without(natives(...["batches", "choices", "layouts", "errors", "sweep"].map((name) => `records::${name}::`)), "damage_to_any_byte", "generated_files", "a_prefix_gives"),
    units("records::"),
    natives("records::layouts::"),
  ],
  gateway: [without(units("gateway::"), "property::"), units("gateway::tests::property::")],
  error: [units("error::", "api::"), natives("records::errors::")],
  insight: [units("insight::"), natives("insight_agreement::", "insight_diff::")],
};

async function round(name, { targets, filters }, { out, timeout, only, shard }) {
  // For both cargo runs, so that only test programs that run are built.
  const chosen = [...targets.map((one) => `--cargo-arg=${one}`), ...(filters.length > 0 ? ["--", "--", ...filters] : [])];
  const which = [...only.map((pattern) => `--re=${pattern}`), ...(shard ? ["--shard", shard, "--sharding", "round-robin"] : [])];
  const times = ["--gitignore=true", "--baseline", "skip", "--timeout", timeout, "--build-timeout", "600"];
  const env = nativeEnvironment({ CARGO_TARGET_DIR: join(target, "mutants", "build"), CARGO_PROFILE_DEV_DEBUG: "0", CARGO_PROFILE_TEST_DEBUG: "0" });
  // Probes are for property tests and fuzzers, and not part of the module.
  const args = ["mutants", "--file", `src/${name}.rs`, "--file", `src/${name}/**`, "--exclude", "**/probe.rs", "--output", out, "--no-shuffle", ...times, ...which, ...chosen];
  const { code } = await run(toolPath("cargo-mutants"), args, { cwd: at(), env, echo: true });
  // 2: some mutants survived; 3: some timed out.
  if (![0, 2, 3].includes(code)) throw new Stop(`mutants: cargo-mutants ended with ${code}`);
  const report = join(out, "mutants.out", "outcomes.json");
  return existsSync(report) ? JSON.parse(readFileSync(report, "utf8")).outcomes.filter(({ scenario }) => scenario.Mutant) : [];
}

const exactly = (text) => `^${text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$`;

/** The outcome of each mutant, by name. */
async function tryOut(name, { re, shard, timeout }) {
  const decided = new Map();
  let only = re ?? [];
  for (const [index, one] of MODULES[name].entries()) {
    const out = join(target, "mutants", [name, index + 1].join("-"));
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    for (const { scenario, summary } of await round(name, one, { out, timeout, only, shard: index === 0 ? shard : undefined })) {
      const mutant = scenario.Mutant.name;
      // cargo-mutants retries mutants that omit a field, whatever the patterns say.
      if (index === 0 || decided.get(mutant) === "MissedMutant") decided.set(mutant, summary);
    }
    const left = [...decided].filter(([, summary]) => summary === "MissedMutant");
    if (left.length === 0) break;
    only = left.map(([mutant]) => exactly(mutant));
  }
  return decided;
}

function print(name, decided, began) {
  const named = (summary) => [...decided].filter(([, is]) => is === summary).map(([mutant]) => mutant);
  const [killed, late, unviable, survived] = ["CaughtMutant", "Timeout", "Unviable", "MissedMutant"].map(named);
  console.log(`\nmutants: ${name}: ${decided.size} mutants, ${killed.length} killed, ${late.length} ran out of time, ${unviable.length} did not compile, ${survived.length} survived; ${seconds(began)}`);
  for (const mutant of late) console.log(`mutants: ran out of time: ${mutant}`);
  for (const mutant of survived) console.log(`mutants: survived: ${mutant}`);
}

await main(true, async () => {
  const { values, positionals } = parseArgs({
    options: {
      shard: { type: "string" },
      re: { type: "string", multiple: true },
      // A mutant may loop forever; each one that does takes this long. On an idle machine, a round takes a tenth of it.
      timeout: { type: "string", default: "30" },
    },
    allowPositionals: true,
  });
  const unknown = positionals.find((name) => !(name in MODULES));
  if (unknown !== undefined || positionals.length === 0) throw new Stop(`mutants: name one or more of ${Object.keys(MODULES).join(", ")}`);
  await setup({ for: "mutants" });
  for (const name of positionals) {
    const began = performance.now();
    print(name, await tryOut(name, values), began);
  }
  console.log(`mutants: the tests ran on ${nativeToolchain().version}`);
});
