export default {
  title: "Nuxt",
  tools: "matrix/tools/nuxt",
  node: "node24",
  build: [["nuxt/bin/nuxt.mjs", "build"]],
  serve: ["node", ".output/server/index.mjs"],
  open: ["/", "/client"],
};
