// `npm run bench` runs call, batch, gateway, start and size, and writes the results to results.json, RESULTS.md, README.md and the guide to speed.
// `npm run bench -- call` runs one and prints it; with `--write`, it writes it too. The sides of a comparison alternate, and ratios are printed.
import { parseArgs } from "node:util";
import { build } from "../../scripts/build.mjs";
import { writeResults } from "./record.mjs";

const BENCHES = { call: "./call.mjs", batch: "./batch.mjs", gateway: "./gateway.mjs", start: "./start.mjs", size: "./size.mjs", memory: "./memory.mjs", tab: "./tab.mjs", splitter: "./splitter.mjs", native: "./native.mjs", before: "./before.mjs", growth: "./growth.mjs" };
/** These take minutes or measure an internal detail, so they run only when named. */
const APART = ["memory", "tab", "splitter", "native", "before", "growth"];

const { values, positionals } = parseArgs({ options: { write: { type: "boolean", default: false }, before: { type: "string" }, rows: { type: "string" } }, allowPositionals: true });
const unknown = positionals.find((name) => !(name in BENCHES));
if (unknown !== undefined) {
  console.error(`bench: there is no \`${unknown}\`; there are ${Object.keys(BENCHES).join(", ")}`);
  process.exit(2);
}
const names = positionals.length > 0 ? positionals : Object.keys(BENCHES).filter((name) => !APART.includes(name));
await build();
for (const name of names) await (await import(BENCHES[name])).default(values);
if (values.write || positionals.length === 0) writeResults();
