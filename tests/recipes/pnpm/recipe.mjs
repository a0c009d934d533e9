const pnpm = (...words) => ["pnpm/pnpm", "--silent", ...words];

export default {
  title: "pnpm, strict",
  tools: "matrix/tools/package-managers",
  apart: true,
  build: [pnpm("add", "%TARBALL%", "--offline", "--store-dir", "store"), pnpm("try")],
  print: pnpm("accounts"),
};
