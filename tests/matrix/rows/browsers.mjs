// Browsers without a bundler: the package's dist folder served as static files.
import { html, imports, reporting } from "./texts.mjs";

const DIST = "/dist/index.min.js";

const registering = (script) => `await navigator.serviceWorker.register(${script});
await navigator.serviceWorker.ready;
if (!navigator.serviceWorker.controller) await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
globalThis.report = await (await fetch("/answer" + location.search)).json();\n`;

const serviceWorker = (entry) => `${imports(entry)}addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { pathname, searchParams } = new URL(event.request.url);
  if (pathname === "/answer") event.respondWith(program(pkg, Object.fromEntries(searchParams)).then((report) => Response.json(report)));
});\n`;

const plain = {
  "index.html": html("/main.mjs"),
  "main.mjs": reporting(DIST),
  "in-worker.html": html("/start-worker.mjs"),
  "start-worker.mjs": `const worker = new Worker("/worker.mjs" + location.search, { type: "module" });\nworker.onmessage = ({ data }) => { globalThis.report = data; };\n`,
  "worker.mjs": reporting(DIST, "postMessage(reported)"),
  "in-service-worker.html": html("/start-service-worker.mjs"),
  "start-service-worker.mjs": registering('"/service-worker.mjs", { type: "module" }'),
  "service-worker.mjs": `import "/dist/batch.min.js";\nimport "/dist/insight.min.js";\n${serviceWorker(DIST)}`,
  "in-bare-service-worker.html": html("/start-bare-service-worker.mjs"),
  "start-bare-service-worker.mjs": registering('"/bare-service-worker.mjs", { type: "module" }'),
  "bare-service-worker.mjs": serviceWorker(DIST),
};

/** A classic service worker: a single script without imports. */
const classic = {
  files: { "index.html": html("/start.mjs"), "start.mjs": registering('"/service-worker.js"'), "source.mjs": serviceWorker("ayrshare-user/inline") },
  build: [["esbuild/bin/esbuild", "source.mjs", "--bundle", "--format=iife", "--outfile=service-worker.js", "--log-level=error"]],
};

const policy = (sources) => ({ "content-security-policy": `script-src ${sources}` });

/** The oldest available version above the documented minimum, and the newest one below it. */
const old = (browser, more) => ({ name: `${browser}, no bundler`, browser, writes: "import of dist/index.min.js", files: plain, page: "index.html", ...more });

export default [...["Chromium", "Firefox", "WebKitGTK"].flatMap((browser) => {
  const row = (name, writes, page, more) => ({ name: `${browser}, ${name}`, browser, writes, files: plain, page, quick: true, ...more });
  return [
    row("no bundler", "import of dist/index.min.js", "index.html"),
    row("module worker", "import of dist/index.min.js", "in-worker.html"),
    row("service worker", "import of dist/index.min.js, dist/batch.min.js and dist/insight.min.js", "in-service-worker.html"),
    row("service worker, index.min.js alone", "import of dist/index.min.js", "in-bare-service-worker.html", {
      lateErrors: {
        streamed: /could not load batch\.js: .*a service worker without a bundler must import dist\/index\.min\.js and dist\/batch\.min\.js/,
        judged: /could not load insight\.js: .*a service worker without a bundler must import dist\/index\.min\.js and dist\/insight\.min\.js/,
      },
    }),
    row("classic service worker", 'import ".../inline"; esbuild', "index.html", classic),
    row("CSP", "`'wasm-unsafe-eval'`", "index.html", { headers: policy("'self' 'wasm-unsafe-eval'") }),
    row("CSP without wasm-unsafe-eval", "nothing", "index.html", {
      headers: policy("'self'"),
      error: /Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval'/,
    }),
  ];
}),
  old("Chromium 103"),
  old("Chromium 92", { writes: "nothing", error: /Chromium 96/ }),
];
