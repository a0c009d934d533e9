// The Worker of the demo as Wrangler would upload it: `wrangler deploy --dry-run`, which needs no account and no network.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { installTools } from "../../scripts/lib/installed.mjs";
import { run } from "../../scripts/lib/run.mjs";
import { at } from "../../scripts/lib/tools.mjs";

test("wrangler takes the Worker, its wasm as a compiled module, and the page as assets", async (t) => {
  // Wrangler asks for a newer Node than the package does.
  const [tools, newer] = [await installTools("matrix/tools/cloudflare"), await installTools("matrix/tools/node22")];
  const node = join(newer, "node_modules", "node", "bin", "node");
  const out = mkdtempSync(join(tmpdir(), "dry-run-"));
  t.after(() => rmSync(out, { recursive: true, force: true }));
  // The page is built by `npm start`; what it looks like plays no part here.
  if (!existsSync(at("www/dist/index.html"))) {
    mkdirSync(at("www/dist"), { recursive: true });
    writeFileSync(at("www/dist/index.html"), "<!doctype html><title>not built yet</title>\n");
    t.after(() => rmSync(at("www/dist"), { recursive: true }));
  }
  const wrangler = join(tools, "node_modules", "wrangler", "bin", "wrangler.js");
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "1", NODE_OPTIONS: "" };
  const { code, output } = await run(node, [wrangler, "deploy", "--dry-run", "--outdir", out], { cwd: at("www"), env, timeoutMs: 120_000 });
  assert.equal(code, 0, output);
  for (const binding of [/env\.ASSETS/, /env\.AYRSHARE_GUARD \(AyrshareGuard\)/]) assert.match(output, binding);
  const files = readdirSync(out);
  assert.ok(files.some((name) => /ayrshare_user_gateway\.wasm$/.test(name)), files.join());
  assert.ok(!files.some((name) => /ayrshare_user(_data)?\.wasm$/.test(name)), "the gateway brings its own client");
});
