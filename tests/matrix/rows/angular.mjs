// The smallest Angular app, built by `ng build` and opened in Chromium. Its builder leaves `new URL(…, import.meta.url)` as it is and copies no file.
import { imports } from "./texts.mjs";

const BUILDER = "@angular/build:application";

/** The line of the guide to runtimes. */
const ASSETS = [{ glob: "*.wasm", input: "node_modules/ayrshare-user/dist", output: "." }];

/** Angular takes assets only from below the app, and the tools' packages are two folders above it. */
const LINK = ["node", "--eval", 'require("node:fs").symlinkSync("../../node_modules", "node_modules", "junction")'];

const workspace = (assets) => ({
  version: 1,
  cli: { analytics: false, cache: { enabled: false } },
  projects: {
    app: {
      projectType: "application",
      root: "",
      architect: { build: { builder: BUILDER, options: { browser: "src/main.ts", index: "src/index.html", outputPath: { base: "out", browser: "" }, tsConfig: "tsconfig.json", assets } } },
    },
  },
});

const TYPESCRIPT = { compilerOptions: { target: "es2022", module: "preserve", moduleResolution: "bundler", lib: ["es2022", "dom", "esnext.disposable"], noImplicitAny: false }, files: ["src/main.ts"] };

const component = (entry) => `import { Component } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
${imports(entry, "..")}
@Component({ selector: "app-root", template: "<p>{{ state }}</p>" })
class App {
  state = "matrix";
  async ngOnInit() {
    const place = globalThis as { began?: number; report?: object };
    place.began = performance.timeOrigin;
    place.report = await program(pkg, Object.fromEntries(new URLSearchParams(location.search)));
  }
}
bootstrapApplication(App);\n`;

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>matrix</title><base href="/"><link rel="icon" href="data:,"></head><body><app-root></app-root></body></html>\n`;

const angular = (name, writes, { entry, assets = [], ...row }) => ({
  name,
  tools: "angular",
  node: "node24",
  version: "@angular/build",
  writes,
  files: {
    "angular.json": JSON.stringify(workspace(assets)),
    "tsconfig.json": JSON.stringify(TYPESCRIPT),
    "src/main.ts": component(entry),
    "src/index.html": PAGE,
  },
  build: [LINK, ["@angular/cli/bin/ng.js", "build"]],
  site: "out",
  page: "index.html",
  ...row,
});

export default [
  angular("Angular build", "import; a line in `assets` of angular.json", { assets: ASSETS }),
  angular("Angular build, inline", 'import ".../inline"', { entry: "ayrshare-user/inline" }),
  angular("Angular build, nothing done", "import", { error: /http:.*\/ayrshare_user\.wasm \(status 404, text\/plain\) was not found: .*Angular: assets/ }),
];
