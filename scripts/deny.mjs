// `npm run deny`: checks licences, advisories, bans and sources of everything compiled into the package, according to deny.toml.
// The advisories are fetched over the network; `npm run deny -- licenses bans sources` works offline.
import { Stop, main, run } from "./lib/run.mjs";
import { at, nativeEnvironment, toolPath } from "./lib/tools.mjs";
import { setup } from "./setup.mjs";

await main(true, async () => {
  await setup({ for: "deny" });
  const { code } = await run(toolPath("cargo-deny"), ["--locked", "check", ...process.argv.slice(2)], { cwd: at(), env: nativeEnvironment(), echo: true });
  if (code !== 0) throw new Stop("deny: see above");
});
