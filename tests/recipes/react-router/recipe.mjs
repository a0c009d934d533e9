export default {
  title: "React Router",
  node: "node24",
  build: [["@react-router/dev/bin.cjs", "build"]],
  serve: ["@react-router/serve/bin.cjs", "build/server/index.js"],
  open: ["/", "/client"],
};
