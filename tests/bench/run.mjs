// `npm run bench -- call`: benchmarks. Both sides of a comparison run in one process, in turns, and a ratio is printed.
import { build } from "../../scripts/build.mjs";

const BENCHES = { call: "./call.mjs", batch: "./batch.mjs", memory: "./memory.mjs", splitter: "./splitter.mjs", gateway: "./gateway.mjs" };

const names = process.argv.slice(2);
const unknown = names.find((name) => !(name in BENCHES));
if (unknown !== undefined || names.length === 0) {
  console.error(`bench: name one or more of ${Object.keys(BENCHES).join(", ")}`);
  process.exit(2);
}
await build();
for (const name of names) await (await import(BENCHES[name])).default();
