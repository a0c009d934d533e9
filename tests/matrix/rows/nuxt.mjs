// Nuxt, built for Node: a page that runs the program in the browser. Nuxt announces the .wasm files of every page's code for prefetching, even those
// of parts that the page may never load, unless the hook in the guide to runtimes turns that off.
import { readFileSync } from "node:fs";
import { imports } from "./texts.mjs";

/** The hook in the guide to runtimes, as users copy it. */
const HOOKS = /^.*\*\*Nuxt\*\* prefetches[^]*?add `(hooks: \{[^`]*\})`/m.exec(readFileSync(new URL("../../../www/guides/runtimes.md", import.meta.url), "utf8"))[1];

const APP = `<script setup>
${imports("ayrshare-user", "..")}
onMounted(async () => {
  globalThis.began = performance.timeOrigin;
  globalThis.report = await program(pkg, Object.fromEntries(new URLSearchParams(location.search)));
});
</script>

<template>
  <p>matrix</p>
</template>\n`;

/** Nuxt's server takes its address from the environment. */
const START = `Object.assign(process.env, { HOST: "127.0.0.1", PORT: "%PORT%" });\nawait import("./.output/server/index.mjs");\n`;

const nuxt = (name, writes, settings, prefetched) => ({
  name,
  tools: "nuxt",
  node: "node24",
  version: "nuxt",
  writes,
  files: { "nuxt.config.mjs": `export default { telemetry: false, compatibilityDate: "2026-04-01", ${settings} };\n`, "app/app.vue": APP, "start.mjs": START },
  build: [["nuxt/bin/nuxt.mjs", "build"]],
  serve: ["node", "start.mjs"],
  page: "",
  prefetched,
});

export default [nuxt("Nuxt build", "import", "", 3), nuxt("Nuxt build, nothing prefetched", "import; the hook in the guide to runtimes", HOOKS, 0)];
