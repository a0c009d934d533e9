// `npm run semver -- v0.1.0`: checks with cargo-semver-checks whether the crate is compatible with that commit, natively and for
// wasm32. Only default features are checked, because the others are for building the package's modules.
import { Stop, main, run } from "./lib/run.mjs";
import { WASM, at, nativeEnvironment, toolPath, wasmEnvironment } from "./lib/tools.mjs";
import { setup } from "./setup.mjs";

async function compare(baseline, env, ...flags) {
  const args = ["semver-checks", "--default-features", "--baseline-rev", baseline, ...flags];
  const { code } = await run(toolPath("cargo-semver-checks"), args, { cwd: at(), env, echo: true });
  if (code !== 0) throw new Stop(`semver: the surface breaks what compiled against ${baseline}, or could not be compared; see above`);
}

await main(true, async () => {
  const [baseline] = process.argv.slice(2);
  if (!baseline) throw new Stop("semver: name the commit or tag to compare with");
  await setup({ for: "semver" });
  // The tool caps lints, and with capped lints cargo cannot query rustc about wasm32 (cargo-semver-checks issue 1068). This variable overrides
  // the one that the tool sets.
  const extra = { CARGO_TARGET_DIR: at("target", "semver"), CARGO_ENCODED_RUSTFLAGS: "" };
  await compare(baseline, nativeEnvironment(extra));
  await compare(baseline, wasmEnvironment(extra), "--target", WASM);
});
