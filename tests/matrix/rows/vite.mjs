// Vite as a development server and as a build, opened in Chromium.
import { handingOver, html, source } from "./texts.mjs";

const VITE = "vite/bin/vite.js";
const DEV = [VITE, "--host", "127.0.0.1", "--port", "%PORT%", "--strictPort"];

const vite = (major, name, writes, { config = {}, files = source(), ...row }) => ({
  name: `Vite ${major} ${name}`,
  tools: major === 8 ? undefined : `vite${major}`,
  version: "vite",
  writes,
  files: { ...files, "index.html": html("/main.mjs"), "vite.config.mjs": `export default ${JSON.stringify({ build: { target: "es2022" }, ...config })};\n` },
  page: "index.html",
  ...row,
});

const build = { build: [[VITE, "build"]], site: "dist" };
const dev = { serve: DEV };

export default [
  vite(8, "build", "import", { ...build, quick: true }),
  vite(8, "build, addresses by name", "`init` with the addresses of `….wasm?url`", { ...build, files: handingOver("?url") }),
  vite(8, "dev", "import", dev),
  vite(7, "build", "import", build),
  vite(7, "dev", 'import; `optimizeDeps: { exclude: ["ayrshare-user"] }`', { ...dev, config: { optimizeDeps: { exclude: ["ayrshare-user"] } } }),
  vite(7, "dev, nothing done", "import", { ...dev, error: /http:.*\(status 200, text\/html\) is a web page, not wasm: it begins with "<!doctype.*Vite 7: optimizeDeps\.exclude/i }),
];
