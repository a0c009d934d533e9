const yarn = (...words) => ["@yarnpkg/cli-dist/bin/yarn.js", ...words];

export default {
  title: "Yarn, Plug'n'Play",
  tools: "matrix/tools/package-managers",
  apart: true,
  env: { YARN_ENABLE_NETWORK: "false", YARN_ENABLE_TELEMETRY: "false", YARN_ENABLE_GLOBAL_CACHE: "false" },
  build: [["node", "--eval", 'require("node:fs").writeFileSync("yarn.lock", "")'], yarn("add", "ayrshare-user@file:%TARBALL%"), yarn("try")],
  print: yarn("accounts"),
};
