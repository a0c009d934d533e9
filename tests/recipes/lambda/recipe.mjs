// The built function as Lambda calls it, in a process that may read nothing but the built file.
const CALL = `import("./out/index.mjs").then(async ({ handler }) => {
  for (const headers of [{}, { "x-session": "session-of-a-visitor" }]) console.log(JSON.stringify(await handler({ headers })));
});`;

export default {
  title: "AWS Lambda, built by esbuild",
  tools: "matrix/tools/servers",
  node: "node22",
  quick: true,
  build: [["esbuild/bin/esbuild", "handler.js", "--bundle", "--minify", "--platform=node", "--target=node22", "--format=esm", "--outfile=out/index.mjs", "--log-level=error"]],
  print: ["node", "--permission", "--allow-fs-read=./out/index.mjs", "--eval", CALL],
};
