// Builds the JavaScript reference with TypeDoc as Markdown, which scripts/lib/site.mjs makes pages of. Warnings are errors.
import { existsSync, rmSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { Stop, main, run } from "./lib/run.mjs";
import { filesUnder, step } from "./lib/steps.mjs";
import { at } from "./lib/tools.mjs";
import { setup } from "./setup.mjs";

export const referenceFolder = "target/docs/reference";

/** Builds the reference if it is out of date. The package must be built, because its glue and its types of responses are generated. */
export async function buildReference() {
  const folder = at(referenceFolder);
  await step("reference", {
    inputs: filesUnder(at("pkg/src"), at("pkg/tsconfig.json"), at("pkg/typedoc.json"), at("node_modules/.package-lock.json")),
    key: "",
    outputs: () => (existsSync(folder) ? filesUnder(folder) : [folder]),
    run: async () => {
      rmSync(folder, { recursive: true, force: true });
      const { code, output } = await run(process.execPath, [at("node_modules/typedoc/bin/typedoc"), "--options", at("pkg/typedoc.json")], { cwd: at() });
      if (code !== 0) throw new Stop(`${output}\nTypeDoc found something to mend`);
    },
  });
  return folder;
}

await main(process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href, async () => {
  await setup({ for: "build" });
  await build();
  await buildReference();
});
