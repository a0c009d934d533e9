export default {
  title: "SvelteKit",
  node: "node24",
  build: [["vite/bin/vite.js", "build"]],
  serve: ["node", "build"],
  open: ["/", "/client"],
};
