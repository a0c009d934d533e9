// Runs schemathesis, which derives requests from the description, valid and invalid ones, sends them to a server, and compares every
// response with the description: status, headers, type of content and body. It knows nothing of this project.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toolsOfPython } from "../../scripts/lib/python.mjs";
import { run } from "../../scripts/lib/run.mjs";
import { target } from "../../scripts/lib/tools.mjs";

const TIMEOUT_MS = 20 * 60_000;

/**
 * @param {{ url: string, headers: Record<string, string> }} server
 * @param {{ seed?: number, examples?: number, exclude?: string[], config?: string }} options `examples` per operation; `exclude` names
 *   checks; `config` is more of schemathesis.toml
 * @returns its report, what failed as `{ [failure]: operations }`, and all that it printed
 */
export async function fuzz({ url, headers }, { seed = 1, examples = 10, exclude = [], config = "" } = {}) {
  const description = join(process.env.AYRSHARE_USER_DIR, "dist", "openapi.json");
  mkdirSync(join(target, "contract"), { recursive: true });
  // Each run has a folder of its own, so that nothing from an earlier one can affect it.
  const folder = mkdtempSync(join(target, "contract", "run-"));
  const report = join(folder, "report.json");
  const options = [
    ...["--url", url, "--seed", seed, "--max-examples", examples, "--phases", "coverage,fuzzing"],
    ...Object.entries(headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]),
    ...["--checks", "all", ...(exclude.length > 0 ? ["--exclude-checks", exclude.join()] : [])],
    ...["--continue-on-failure", "--no-shrink", "--generation-database", "none"],
    ...["--no-color", "--report", "json", "--report-json-path", report],
  ];
  try {
    writeFileSync(join(folder, "schemathesis.toml"), config);
    const env = { ...process.env, NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1" };
    const { code, output } = await run(join(toolsOfPython("contract"), "schemathesis"), ["run", description, ...options.map(String)], { cwd: folder, env, timeoutMs: TIMEOUT_MS });
    // 0: it found nothing. 1: it found something. Anything else: it could not run.
    if (code > 1) throw new Error(`schemathesis ended with ${code}\n${output}`);
    return { ...resultOf(JSON.parse(readFileSync(report, "utf8")), code), output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function resultOf(report, code) {
  const { complete, operations, errors, test_cases: cases } = report;
  if (!complete || errors.length > 0 || operations.tested !== operations.total) throw new Error(`schemathesis did not test everything: ${JSON.stringify(report)}`);
  const failures = Object.fromEntries(report.failures.map(({ type, operations: found }) => [type, found]));
  if ((code === 0) !== (report.failures.length === 0)) throw new Error(`schemathesis ended with ${code}, but reports ${JSON.stringify(report.failures)}`);
  return { failures, cases: cases.generated };
}
