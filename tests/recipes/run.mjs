// `npm run recipes` builds and opens the recipes whose files, tools or package have changed since they last passed. `npm run recipes -- --all` runs all of
// them, and `npm run recipes -- next vue` these two. `npm run recipes -- --guide` copies their files into the guides. Tools are installed once into target/npm.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "../../scripts/build.mjs";
import { installPacked } from "../../scripts/lib/packed.mjs";
import { Stop, main, seconds } from "../../scripts/lib/run.mjs";
import { target } from "../../scripts/lib/tools.mjs";
import { setup } from "../../scripts/setup.mjs";
import { writeGuides } from "./guides.mjs";

const stampOf = ({ name }) => join(target, "recipes", `${name}.txt`);

/** Runs a recipe unless nothing has changed since it last passed. Resolves to what to print. */
async function outcomeOf(recipe, always, { inputsOf, runRecipe, browser }) {
  const [stamp, inputs] = [stampOf(recipe), inputsOf(recipe)];
  if (!always && existsSync(stamp) && readFileSync(stamp, "utf8") === inputs) return "unchanged";
  rmSync(stamp, { force: true });
  await runRecipe(recipe, { browser });
  mkdirSync(join(target, "recipes"), { recursive: true });
  writeFileSync(stamp, inputs);
  return "works";
}

function chosen(all, names) {
  const unknown = names.filter((name) => !all.some((recipe) => recipe.name === name));
  if (unknown.length > 0) throw new Stop(`recipes: there is no recipe ${unknown.join(", ")}; there are ${all.map(({ name }) => name).join(", ")}`);
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

await main(true, async () => {
  const began = performance.now();
  const words = process.argv.slice(2);
  if (words.includes("--guide")) return writeGuides();
  await setup({ for: "test" });
  // Imported here, because these need packages that setup installs.
  const [{ recipes, ...runner }, { launchOnce }] = await Promise.all([import("./runner.mjs"), import("./browser.mjs")]);
  const names = words.filter((word) => word !== "--all");
  const wanted = chosen(await recipes(), names);
  await build();
  await installPacked();
  const { browser, close } = launchOnce();
  const failed = [];
  for (const recipe of wanted) {
    const start = performance.now();
    const outcome = await outcomeOf(recipe, names.length > 0 || words.includes("--all"), { ...runner, browser }).catch((error) => {
      failed.push(recipe.name);
      return `FAILED\n${error.message}\n`;
    });
    console.log(`recipes: ${recipe.name.padEnd(20)} ${seconds(start).padStart(8)}  ${outcome}`);
  }
  await close();
  console.log(`recipes: ${wanted.length - failed.length} of ${wanted.length} work, ${seconds(began)}`);
  if (failed.length > 0) throw new Stop(`recipes: FAILED: ${failed.join(", ")}`);
});
