// `npm run bench`: call, batch, gateway, start and size, and what they find written into results.json, RESULTS.md and README.md.
// `npm run bench -- call`: one alone, printed; with `--write`, written too. Both sides of a comparison run in turns, and a ratio is printed.
import { parseArgs } from "node:util";
import { build } from "../../scripts/build.mjs";
import { writeResults } from "./record.mjs";

const BENCHES = { call: "./call.mjs", batch: "./batch.mjs", gateway: "./gateway.mjs", start: "./start.mjs", size: "./size.mjs", memory: "./memory.mjs", splitter: "./splitter.mjs", before: "./before.mjs", growth: "./growth.mjs" };
/** They take minutes or answer one question of the crate's own; only named do they run. */
const APART = ["memory", "splitter", "before", "growth"];

const { values, positionals } = parseArgs({ options: { write: { type: "boolean", default: false }, before: { type: "string" } }, allowPositionals: true });
const unknown = positionals.find((name) => !(name in BENCHES));
if (unknown !== undefined) {
  console.error(`bench: there is no \`${unknown}\`; there are ${Object.keys(BENCHES).join(", ")}`);
  process.exit(2);
}
const names = positionals.length > 0 ? positionals : Object.keys(BENCHES).filter((name) => !APART.includes(name));
await build();
for (const name of names) await (await import(BENCHES[name])).default(values.before);
if (values.write || positionals.length === 0) writeResults();
