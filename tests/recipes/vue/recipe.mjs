const VITE = "vite/bin/vite.js";

export default {
  title: "Vue",
  quick: true,
  build: [["vue-tsc/bin/vue-tsc.js", "--noEmit"], [VITE, "build"]],
  serve: [VITE, "preview", "--host", "127.0.0.1", "--port", "%PORT%", "--strictPort"],
  gateway: true,
  open: ["/"],
};
