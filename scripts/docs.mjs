// `npm run docs`: builds the references, with TypeDoc for JavaScript (as Markdown; `npm run page` makes pages of it) and rustdoc for Rust (native and wasm). Warnings are errors.
import { pathToFileURL } from "node:url";
import { FEATURES, build } from "./build.mjs";
import { Stop, main, run, seconds } from "./lib/run.mjs";
import { WASM, at, nativeEnvironment, nativeToolchain, target, wasmEnvironment, wasmToolchain } from "./lib/tools.mjs";
import { referenceFolder } from "./reference.mjs";
import { setup } from "./setup.mjs";

const strict = { RUSTDOCFLAGS: "-D warnings" };
const rustdoc = (toolchain, ...args) => [toolchain.cargo, ["doc", "--quiet", "--no-deps", "--lib", ...args]];

/** The commands, each with the folder of its pages. */
export function docCommands() {
  return [
    { what: "TypeDoc", pages: at(referenceFolder, "README.md"), command: [process.execPath, [at("scripts/reference.mjs")]] },
    {
      what: "rustdoc",
      pages: at("target/native/doc/ayrshare_user/index.html"),
      command: rustdoc(nativeToolchain()),
      env: nativeEnvironment(strict),
    },
    {
      what: "rustdoc for wasm",
      pages: at("target", WASM, "doc/ayrshare_user/index.html"),
      command: rustdoc(wasmToolchain(), "--target", WASM, "--features", FEATURES),
      env: wasmEnvironment({ CARGO_TARGET_DIR: target, ...strict }),
    },
  ];
}

await main(process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href, async () => {
  await setup({ for: "build" });
  await build();
  for (const { what, pages, command, env } of docCommands()) {
    const began = performance.now();
    const { code, output } = await run(...command, { cwd: at(), env });
    if (code !== 0) throw new Stop(`${output}\ndocs: ${what} found something to mend`);
    console.log(`docs: ${what}: ${pages}, ${seconds(began)}`);
  }
});
