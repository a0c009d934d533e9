import { SESSION, readsThroughGateway } from "../gateway.mjs";

export default {
  title: "Bun.serve",
  tools: "matrix",
  quick: true,
  serve: ["bun/bin/bun.exe", "--no-install", "server.ts"],
  answer: [{ path: "/accounts", headers: SESSION }],
  check: readsThroughGateway,
};
