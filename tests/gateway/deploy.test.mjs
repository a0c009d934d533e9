// The Workers of www/ as Wrangler would upload them: `wrangler deploy --dry-run`, which needs no account and no network.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { installTools } from "../../scripts/lib/installed.mjs";
import { run } from "../../scripts/lib/run.mjs";
import { at } from "../../scripts/lib/tools.mjs";

/** Wrangler's output for the Worker in a folder, and the names of the files that it would upload. */
async function dryRun(t, folder) {
  // Wrangler requires a newer Node than the package.
  const [tools, newer] = [await installTools("matrix/tools/cloudflare"), await installTools("matrix/tools/node22")];
  const node = join(newer, "node_modules", "node", "bin", "node");
  const out = mkdtempSync(join(tmpdir(), "dry-run-"));
  t.after(() => rmSync(out, { recursive: true, force: true }));
  const wrangler = join(tools, "node_modules", "wrangler", "bin", "wrangler.js");
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "1", NODE_OPTIONS: "" };
  const { code, output } = await run(node, [wrangler, "deploy", "--dry-run", "--outdir", out], { cwd: at(folder), env, timeoutMs: 120_000 });
  assert.equal(code, 0, output);
  return { output, files: readdirSync(out) };
}

test("Wrangler accepts the Worker, its wasm as a compiled module, the guard's class, and the page as assets", async (t) => {
  // `npm start` builds the page; its contents do not matter here.
  if (!existsSync(at("www/dist/index.html"))) {
    mkdirSync(at("www/dist"), { recursive: true });
    writeFileSync(at("www/dist/index.html"), "<!doctype html><title>not built yet</title>\n");
    t.after(() => rmSync(at("www/dist"), { recursive: true }));
  }
  const { output, files } = await dryRun(t, "www");
  for (const binding of [/env\.ASSETS/, /env\.AYRSHARE_GUARD \(AyrshareGuard\)/]) assert.match(output, binding);
  assert.ok(files.some((name) => /ayrshare_user_gateway\.wasm$/.test(name)), files.join());
  assert.ok(!files.some((name) => /ayrshare_user(_batch|_insight)?\.wasm$/.test(name)), "the gateway contains its own client");
});

test("Wrangler accepts the Worker of the nightly sync", async (t) => {
  const { output, files } = await dryRun(t, "www/sync");
  assert.match(output, /env\.DB \(ayrshare-accounts\)/);
  for (const name of ["ayrshare_user", "ayrshare_user_batch", "ayrshare_user_insight", "ayrshare_user_gateway"]) assert.ok(files.some((file) => file.endsWith(`${name}.wasm`)), name);
});
