import { SESSION, readsThroughGateway } from "../gateway.mjs";

export default {
  title: "Express",
  tools: "matrix/tools/servers",
  quick: true,
  serve: ["node", "server.js"],
  answer: [{ path: "/accounts", headers: SESSION }],
  check: readsThroughGateway,
};
