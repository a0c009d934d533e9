// `npm run coverage`: line coverage of the pure crate by its native tests, per file and in total; exits with 1 below 95%. The web code
// (src/web) runs in browsers and is not counted, nor are the tests themselves.
import { mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { Stop, main, run } from "./lib/run.mjs";
import { at, llvmTool, nativeEnvironment, nativeToolchain, target } from "./lib/tools.mjs";
import { setup } from "./setup.mjs";

const GOAL = 95;
const folder = join(target, "coverage");
const profiles = join(folder, "profiles");

async function must(what, command, args, env) {
  const { code, output } = await run(command, args, { cwd: at(), env, logFile: join(folder, "log") });
  if (code !== 0) throw new Stop(`${output.slice(-4_000)}\ncoverage: ${what} failed`);
  return output;
}

/** Runs the tests. Resolves to the test programs. */
async function test() {
  const env = nativeEnvironment({
    CARGO_TARGET_DIR: join(folder, "build"),
    LLVM_PROFILE_FILE: join(profiles, "%p-%m.profraw"),
    PROPTEST_RNG_SEED: "20240111",
    RUSTFLAGS: "-C instrument-coverage",
  });
  const { cargo } = nativeToolchain();
  const built = await must("building the tests", cargo, ["test", "--lib", "--tests", "--no-run", "--message-format", "json"], env);
  await must("testing", cargo, ["test", "--lib", "--tests"], env);
  return [...built.matchAll(/^\{"reason":"compiler-artifact".*"executable":"([^"]+)"/gm)].map(([, program]) => program);
}

/** The number of lines before the tests at the end of a source; line numbers start at 1. */
function shippedLines(file) {
  const text = readFileSync(file, "utf8");
  const tests = /^#\[cfg\(test\)\]\n(#\[.*\n)*mod \w+ \{/m.exec(text);
  return tests ? text.slice(0, tests.index).split("\n").length - 1 : Number.POSITIVE_INFINITY;
}

/** The files of the pure crate with their covered and missed line numbers. */
function readLcov(text) {
  return text.split("end_of_record").flatMap((record) => {
    const path = /^SF:(.+)$/m.exec(record)?.[1];
    const file = path && relative(at("src"), path).replaceAll("\\", "/");
    if (!file || file.startsWith("..") || file.startsWith("web/") || /(^|\/)tests(\.rs|\/)/.test(file)) return [];
    const end = shippedLines(path);
    const lines = [...record.matchAll(/^DA:(\d+),(\d+)/gm)].map(([, line, count]) => [Number(line), Number(count)]).filter(([line]) => line <= end);
    return [{ file, reached: lines.filter(([, count]) => count > 0).length, missed: lines.filter(([, count]) => count === 0).map(([line]) => line) }];
  });
}

/** "3-5 9" for 3, 4, 5, 9. */
const spans = (lines) =>
  lines.reduce((all, line) => {
    const last = all.at(-1);
    if (last && last[1] === line - 1) last[1] = line;
    else all.push([line, line]);
    return all;
  }, []).map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(" ");

const percent = (reached, missed) => ((100 * reached) / Math.max(1, reached + missed)).toFixed(1);

await main(true, async () => {
  await setup({ for: "coverage" });
  rmSync(profiles, { recursive: true, force: true });
  mkdirSync(profiles, { recursive: true });
  const programs = await test();
  if (programs.length === 0) throw new Stop("coverage: cargo named no test program");
  const merged = join(folder, "merged.profdata");
  await must("merging", llvmTool("llvm-profdata"), ["merge", "-sparse", ...readdirSync(profiles).map((name) => join(profiles, name)), "-o", merged]);
  const [first, ...others] = programs;
  const lcov = await must("reading", llvmTool("llvm-cov"), ["export", "--format=lcov", `--instr-profile=${merged}`, first, ...others.flatMap((program) => ["--object", program])]);
  const files = readLcov(lcov).sort((a, b) => (a.file < b.file ? -1 : 1));
  for (const { file, reached, missed } of files) console.log(`${file.padEnd(28)} ${percent(reached, missed.length).padStart(6)} %  ${spans(missed)}`);
  const [reached, missed] = [files.reduce((sum, file) => sum + file.reached, 0), files.reduce((sum, { missed }) => sum + missed.length, 0)];
  console.log(`coverage: ${percent(reached, missed)} % of ${reached + missed} lines in ${files.length} files (goal ${GOAL} %)`);
  if (files.length < 30) throw new Stop("coverage: too few files; is the path of the sources another one?");
  if (Number(percent(reached, missed)) < GOAL) throw new Stop("coverage: below the goal");
});
