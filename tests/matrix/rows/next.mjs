// Next, built with Turbopack or webpack and as a development server: a client component, a Node route and an edge route in one app.
import { imports } from "./texts.mjs";

const config = (settings) => `import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
export default { turbopack: { root: dirname(dirname(dirname(fileURLToPath(import.meta.url)))) }, ${settings} };\n`;

const LAYOUT = `export default ({ children }) => <html lang="en"><body>{children}</body></html>;\n`;

const CLIENT = `"use client";
import { useEffect } from "react";
${imports("ayrshare-user", "..")}export default function Page() {
  useEffect(() => {
    globalThis.began = performance.timeOrigin;
    program(pkg, Object.fromEntries(new URLSearchParams(location.search))).then((report) => { globalThis.report = report; });
  }, []);
  return <p>matrix</p>;
}\n`;

const ROUTE = (runtime) => `${imports("ayrshare-user", "../..")}export const runtime = "${runtime}";
export const dynamic = "force-dynamic";
export const GET = async (request) => Response.json(await program(pkg, Object.fromEntries(new URL(request.url).searchParams)));\n`;

const FILES = { "app/layout.jsx": LAYOUT, "app/page.jsx": CLIENT, "app/node/route.js": ROUTE("nodejs"), "app/edge/route.js": ROUTE("edge") };
const { "app/edge/route.js": _edge, ...WITHOUT_EDGE } = FILES;

const next = (...command) => ["node", "../../node_modules/next/dist/bin/next", ...command];
const AT = ["--hostname", "127.0.0.1", "--port", "%PORT%"];

/** One app per kind of build. Each part of the app is a row. */
const app = (name, { writes = "import", settings = "", files = FILES, error, build = [], serve = next("start", ...AT) }, parts) =>
  Object.entries(parts).map(([part, place]) => ({
    name: `${name}, ${part}`,
    app: `${name} ${settings}`,
    tools: "next",
    version: "next",
    writes,
    files: { "next.config.mjs": config(settings), ...files },
    build,
    serve,
    error,
    ...place,
  }));

const client = { page: "" };
const node = { answer: "/node" };
const edge = { answer: "/edge", noGzip: true };

// With webpack, building any edge route fails (Next 16.4.6).
const webpack = { files: WITHOUT_EDGE, build: [next("build", "--webpack")] };

export default [
  ...app("Next build", { build: [next("build")] }, { "client component": client, "Node route": node, "edge route": edge }),
  ...app("Next dev", { serve: next("dev", ...AT) }, { "client component": client, "Node route": node, "edge route": edge }),
  ...app("Next build --webpack", webpack, { "client component": client, "Node route": node }),
];
