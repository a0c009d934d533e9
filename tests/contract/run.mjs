// `npm run contract`: schemathesis against the sandbox and the gateway in many states, with more cases and new ones each time. `npm run contract --
// --seed 7` repeats a run; a word after that chooses the states whose names contain it. Without one, a client in Python, generated from the
// description, reads the sandbox, too.
import { parseArgs } from "node:util";
import { build } from "../../scripts/build.mjs";
import { installPacked, packedPackage } from "../../scripts/lib/packed.mjs";
import { installPython } from "../../scripts/lib/python.mjs";
import { Stop, main, seconds } from "../../scripts/lib/run.mjs";
import { setup } from "../../scripts/setup.mjs";
import "../../scripts/lib/use-packed.mjs";
import { readInPython } from "./client/generated.mjs";
import { fuzz } from "./fuzz.mjs";
import { RARE, USUAL } from "./states.mjs";

const EXAMPLES = 200;

await main(true, async () => {
  const { values, positionals } = parseArgs({ options: { seed: { type: "string" }, examples: { type: "string", default: String(EXAMPLES) } }, allowPositionals: true });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
  if (!Number.isSafeInteger(seed)) throw new Stop("contract: --seed is a whole number");
  const states = Object.entries({ ...USUAL, ...RARE }).filter(([name]) => positionals.every((word) => name.includes(word)));
  if (states.length === 0) throw new Stop(`contract: there is no such state; there are:\n  ${Object.keys({ ...USUAL, ...RARE }).join("\n  ")}`);
  await setup({ for: "contract" });
  await build();
  await installPacked();
  await installPython("contract");
  process.env.AYRSHARE_USER_DIR = packedPackage;
  console.log(`contract: seed ${seed}, ${states.length} states`);
  let failed = 0;
  for (const [name, { serve, statuses, ...options }] of states) {
    const began = performance.now();
    const server = await serve();
    try {
      const { failures, cases, output } = await fuzz(server, { ...options, seed, examples: Number(values.examples) });
      const seen = new Set(server.requests.map(({ status }) => status));
      const missing = statuses.filter((status) => !seen.has(status));
      const isGood = Object.keys(failures).length === 0 && missing.length === 0;
      if (!isGood) failed += 1;
      if (Object.keys(failures).length > 0) console.log(output);
      const seenText = [...seen].sort().join(" ");
      console.log(`contract: ${name}: ${isGood ? "as described" : "FAILED"}, ${cases} cases, statuses ${seenText}${missing.length > 0 ? `, but never ${missing.join(" ")}` : ""}, ${seconds(began)}`);
    } finally {
      await server.close();
    }
  }
  if (positionals.length === 0) {
    const printed = await readInPython();
    const isGood = /^.+ has used \d+ of its daily Instagram posts\s*$/.test(printed);
    if (!isGood) failed += 1;
    console.log(`contract: a client in Python: ${isGood ? "" : "FAILED: "}${printed.trim()}`);
  }
  if (failed > 0) throw new Stop(`contract: ${failed} failed; \`npm run contract -- --seed ${seed}\` repeats this`);
});
