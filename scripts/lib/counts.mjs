// Parses the summary of a test runner. A runner whose summary cannot be parsed, or that ran no tests, has failed: a
// success must never be a guess. Skipped tests count as failed, because this project has none.

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
export const problem = (text) => ({ passed: 0, failed: 1, problem: text });

/** `cargo test` and `wasm-pack test`, which have the same summary: one line per test program. */
export function cargoCounts(output) {
  const lines = [...output.matchAll(/^test result: .*?(\d+) passed; (\d+) failed; (\d+) ignored/gm)];
  if (lines.length === 0) return problem("no `test result:` line in the output");
  const column = (index) => sum(lines.map((line) => Number(line[index])));
  return { passed: column(1), failed: column(2) + column(3), problem: column(3) > 0 ? `${column(3)} ignored tests` : undefined };
}

/** `node --test --test-reporter=spec`. */
export function nodeCounts(output) {
  const count = (word) => {
    const found = [...output.matchAll(new RegExp(`^ℹ ${word} (\\d+)$`, "gm"))].at(-1);
    return found ? Number(found[1]) : Number.NaN;
  };
  const passed = count("pass");
  const skipped = count("skipped") + count("todo");
  const failed = count("fail") + count("cancelled") + skipped;
  if (Number.isNaN(passed + failed)) return problem("no closing counts in the output");
  return { passed, failed, problem: skipped > 0 ? `${skipped} skipped tests` : undefined };
}

/** A check that reports only through its exit code. */
export const oneCheck = (_output, code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 });

/** Combines a runner's exit code and counts. A failure in either is a failure. */
export function verdict(count, output, code) {
  const counts = count(output, code);
  if (counts.problem) return { ...counts, failed: Math.max(counts.failed, 1) };
  if (counts.passed + counts.failed === 0) return problem("it ran 0 tests");
  if (code !== 0 && counts.failed === 0) return { ...counts, failed: 1, problem: `it ended with ${code} though no test failed` };
  return counts;
}
