export default {
  title: "Astro",
  node: "node24",
  build: [["astro/bin/astro.mjs", "build"]],
  serve: ["node", "dist/server/entry.mjs"],
  open: ["/", "/client"],
};
