import assert from "node:assert/strict";
import { SESSION, readsThroughGateway } from "../gateway.mjs";

export default {
  title: "Deno.serve",
  tools: "matrix",
  quick: true,
  build: [["deno/deno", "check", "--cached-only", "main.ts"]],
  serve: ["deno/deno", "run", "--cached-only", "--no-prompt", "--allow-net=127.0.0.1", "--allow-env", "--allow-read=../..", "main.ts"],
  answer: [{ path: "/accounts", headers: SESSION }],
  async check({ output, ...context }) {
    await readsThroughGateway(context);
    assert.match(output(), /^Listening on http:\/\/127\.0\.0\.1:\d+\/\n$/, "Deno prints nothing else");
  },
};
