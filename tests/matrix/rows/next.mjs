// Next with Turbopack, built and started: a client component, a Node route and an edge route.
import { imports } from "./texts.mjs";

const config = `import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
export default { turbopack: { root: dirname(dirname(dirname(fileURLToPath(import.meta.url)))) } };\n`;

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

const NEXT = "next/dist/bin/next";
const next = (name, files, row) => ({
  name: `Next, ${name}`,
  tools: "next",
  version: "next",
  writes: "import",
  files: { "next.config.mjs": config, "app/layout.jsx": LAYOUT, "app/page.jsx": `export default () => <p>matrix</p>;\n`, ...files },
  build: [["node", `../../node_modules/${NEXT}`, "build"]],
  serve: ["node", `../../node_modules/${NEXT}`, "start", "--hostname", "127.0.0.1", "--port", "%PORT%"],
  ...row,
});

export default [
  next("client component", { "app/page.jsx": CLIENT }, { page: "" }),
  next("Node route", { "app/answer/route.js": ROUTE("nodejs") }, { answer: "/answer" }),
  next("edge route", { "app/answer/route.js": ROUTE("edge") }, { answer: "/answer" }),
];
