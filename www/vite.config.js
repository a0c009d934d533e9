// The page as static files with relative URLs, so that any static host can serve them from any path. With `--mode static`, the
// files also include what the local server would add: the sandbox as a service worker, config.json, and the content
// security policy.

import { build as bundle } from "esbuild";
import { join } from "node:path";
import { SANDBOX_API_KEY } from "ayrshare-user/sandbox";
import { defineConfig } from "vite";
import { demoProfiles, listed } from "./server/profiles.mjs";
import { CONTROL_PATH } from "./server/sandbox-control.mjs";
import { documentPolicy } from "./server/security.mjs";

const SERVICE_WORKER = "sandbox-worker.js";

const config = {
  mode: "sandbox",
  baseUrl: "./sandbox/api",
  apiKey: SANDBOX_API_KEY,
  imageSources: ["self"],
  control: CONTROL_PATH,
  serviceWorker: `./${SERVICE_WORKER}`,
  profiles: listed(demoProfiles()),
};

const staticHost = {
  name: "static-host",
  transformIndexHtml: () => [{ tag: "meta", attrs: { "http-equiv": "content-security-policy", content: documentPolicy() }, injectTo: "head-prepend" }],
  async generateBundle() {
    const entry = join(import.meta.dirname, "static", "sandbox-worker.ts");
    // One classic script, because not every browser supports imports in service workers.
    const { outputFiles } = await bundle({ entryPoints: [entry], bundle: true, format: "iife", target: "es2022", minify: true, write: false, logLevel: "silent" });
    this.emitFile({ type: "asset", fileName: SERVICE_WORKER, source: outputFiles[0].text });
    this.emitFile({ type: "asset", fileName: "config.json", source: JSON.stringify(config) });
  },
};

/** The client in its own chunk, so that its size is visible and page changes do not invalidate it. */
const clientApart = { output: { codeSplitting: { groups: [{ name: "client", test: /[\\/]pkg[\\/]dist[\\/](?!sandbox)/ }] } } };

export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  base: "./",
  plugins: mode === "static" ? [staticHost] : [],
  worker: { format: "es", rolldownOptions: clientApart },
  build: {
    target: "es2022",
    outDir: mode === "static" ? "dist-static" : "dist",
    // Small files stay files, because data: URLs would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: clientApart,
  },
}));
