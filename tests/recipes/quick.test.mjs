// The quick part of the recipes: those that are built in seconds. `npm test -- recipes` runs it; `npm run recipes` runs all.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { launchOnce } from "./browser.mjs";
import { recipes, runRecipe } from "./runner.mjs";

const all = await recipes();

describe("recipes", () => {
  const { browser, close } = launchOnce();
  after(close);
  for (const recipe of all.filter(({ quick }) => quick)) test(recipe.name, () => runRecipe(recipe, { browser }));
});

test("at least a quarter of the recipes is quick", () => {
  assert.ok(all.filter(({ quick }) => quick).length >= all.length / 4);
});
