// The reader of batch files as native code, with memchr as the upper limit. criterion prints the times, and compares them with the last run.
import { Stop, run } from "../../scripts/lib/run.mjs";
import { at, nativeEnvironment, nativeToolchain } from "../../scripts/lib/tools.mjs";

export default async function native() {
  const env = nativeEnvironment({ CARGO_TARGET_DIR: at("target", "bench") });
  const { code } = await run(nativeToolchain().cargo, ["bench", "--locked"], { cwd: at("tests", "bench", "native"), env, echo: true });
  if (code !== 0) throw new Stop(`bench: cargo bench ended with ${code}`);
}
