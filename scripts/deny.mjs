// `npm run deny`: licences, advisories, banned crates and sources of all that is compiled into the package, by deny.toml.
// The advisories come from their own repository, over the network; `npm run deny -- licenses bans sources` needs none.
import { Stop, main, run } from "./lib/run.mjs";
import { at, nativeEnvironment, toolPath } from "./lib/tools.mjs";
import { setup } from "./setup.mjs";

await main(true, async () => {
  await setup({ for: "deny" });
  const { code } = await run(toolPath("cargo-deny"), ["--locked", "check", ...process.argv.slice(2)], { cwd: at(), env: nativeEnvironment(), echo: true });
  if (code !== 0) throw new Stop("deny: see above");
});
