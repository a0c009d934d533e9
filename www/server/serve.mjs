// Runs the demo on this machine: worker.mjs in workerd, as deployed, with the built page as its assets.
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstFreePort } from "../../scripts/lib/ports.mjs";
import { bundleWorker, serveWorker } from "../../scripts/lib/workerd.mjs";
import { serveControl } from "./control.mjs";

const PORTS_TRIED = 20;

/**
 * @param {{
 *   page: string, port: number, config: object, sources: { connect: string[], images: string[] },
 *   account: { apiKey: string, profileKey?: string, baseUrl: string },
 *   control?: ReturnType<typeof import("./sandbox-control.mjs").sandboxControl>,
 * }} options `page` is the folder of the built page; `port` 0 takes any free port, and if a port is in use, the next one is tried
 * @returns {Promise<{ url: string, port: number, stop: () => Promise<void>, ended: Promise<void> }>}
 */
export async function servePage({ page, port, config, sources, account, control }) {
  const folder = mkdtempSync(join(tmpdir(), "ayrshare-demo-"));
  const wasm = await bundleWorker({ source: join(import.meta.dirname, "..", "worker.mjs"), folder });
  copyFileSync(join(import.meta.dirname, "assets.mjs"), join(folder, "assets.mjs"));
  const { apiKey, profileKey, baseUrl } = account;
  const socket = join(folder, "control.sock");
  if (control) await serveControl(control, socket);
  const worker = await serveWorker({
    folder,
    wasm,
    port: port && (await firstFreePort(port, PORTS_TRIED, "set PORT to a free one")),
    // Keys are passed in the environment, because the configuration is written to disk.
    env: { ...process.env, AYRSHARE_API_KEY: apiKey, AYRSHARE_PROFILE_KEY: profileKey ?? "" },
    bindings: {
      AYRSHARE_API_KEY: { env: "AYRSHARE_API_KEY" },
      AYRSHARE_PROFILE_KEY: { env: "AYRSHARE_PROFILE_KEY" },
      AYRSHARE_BASE_URL: baseUrl,
      LOCAL: "yes",
      CONFIG: JSON.stringify(config),
      SOURCES: JSON.stringify(sources),
      ASSETS: { service: "assets" },
      AYRSHARE_GUARD: { objects: "AyrshareGuard" },
      ...(control && { CONTROL: { service: "control" } }),
    },
    objects: ["AyrshareGuard"],
    services: {
      ...(control && { control: `external = (address = ${JSON.stringify(`unix:${socket}`)}, http = ())` }),
      page: `disk = (path = ${JSON.stringify(page)})`,
      assets: `worker = (modules = [(name = "assets.mjs", esModule = embed "assets.mjs")], compatibilityDate = "2026-04-01", bindings = [(name = "FOLDER", service = "page")])`,
    },
    onText: (text) => process.stderr.write(text),
  });
  // The folder contains no keys, but it is not needed afterwards.
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return { ...worker, url: `${worker.url}/` };
}
