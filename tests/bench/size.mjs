// Download sizes in a browser, as `npm run size` measures them.
import { run } from "../../scripts/lib/run.mjs";
import { at } from "../../scripts/lib/tools.mjs";
import { record } from "./record.mjs";

export default async function size() {
  const { code, output } = await run(process.execPath, [at("scripts/size.mjs")], { cwd: at(), echo: true });
  const rows = [...output.matchAll(/^(\S[a-z ]*?) +(\d+) +(\d+) +(\d+) +\d+$/gm)];
  if (code !== 0 || rows.length < 5) throw new Error("bench: `npm run size` failed, or prints another table now");
  record("size", rows.map(([, name, raw, gzip, brotli]) => ({ name, raw: Number(raw), gzip: Number(gzip), brotli: Number(brotli) })));
}
