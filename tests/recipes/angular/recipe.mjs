/** Angular takes assets only from below the app, and the packages are two folders above it. */
const LINK = ["node", "--eval", 'require("node:fs").symlinkSync("../../node_modules", "node_modules", "junction")'];

export default {
  title: "Angular",
  tools: "matrix/tools/angular",
  node: "node24",
  build: [LINK, ["@angular/cli/bin/ng.js", "build"]],
  site: "dist/browser",
  open: ["/"],
};
