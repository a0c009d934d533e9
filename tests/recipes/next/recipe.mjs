const next = (...command) => ["node", "../../node_modules/next/dist/bin/next", ...command];

export default {
  title: "Next.js",
  tools: "matrix/tools/next",
  build: [next("build")],
  serve: next("start", "--hostname", "127.0.0.1", "--port", "%PORT%"),
  open: ["/", "/client"],
  answer: ["/api/user"],
};
