// Miniflare with the sync's Worker and a real D1, in a separate process, so that it can be killed. It needs a newer Node than the
// tests. It receives commands over the channel of `fork`: `{ sql }`, `{ run: "scheduled" }` or `{ event }`, each with an `id`.
import { createRequire } from "node:module";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const { tools, folder, migrations, bindings } = JSON.parse(process.env.HOST);
const { Miniflare } = createRequire(join(tools, "package.json"))("miniflare");
const miniflare = new Miniflare({
  modules: true,
  modulesRoot: folder,
  modulesRules: [{ type: "ESModule", include: ["**/*.js"] }, { type: "CompiledWasm", include: ["**/*.wasm"] }],
  scriptPath: join(folder, "worker.js"),
  compatibilityDate: "2026-04-01",
  compatibilityFlags: ["enable_request_signal"],
  d1Databases: { DB: "accounts" },
  d1Persist: join(folder, "d1"),
  bindings,
});
const database = await miniflare.getD1Database("DB");
const { results } = await database.prepare("SELECT count(*) AS tables FROM sqlite_master WHERE name = 'accounts'").all();
if (results[0].tables === 0) {
  for (const name of readdirSync(migrations).sort()) {
    const sql = readFileSync(join(migrations, name), "utf8").replaceAll(/--.*$/gm, "");
    for (const statement of sql.split(";").filter((text) => text.trim() !== "")) await database.prepare(statement).run();
  }
}

async function answer({ sql, run, event }) {
  if (sql) return (await database.prepare(sql).all()).results;
  if (run) return (await (await miniflare.getWorker()).scheduled({ cron: "0 3 * * *" })).outcome;
  return (await miniflare.dispatchFetch("https://sync.example/ayrshare/webhook", { method: "POST", ...event })).status;
}

process.on("message", async ({ id, ...what }) => {
  const message = await answer(what).then((result) => ({ id, result }), (error) => ({ id, error: `${error?.message} ${error?.cause?.message ?? ""}` }));
  process.send(message);
});
process.send({ id: 0 });
