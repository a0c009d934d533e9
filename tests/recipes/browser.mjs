// Chromium for the recipes, launched when the first page is opened.
import { BROWSERS } from "../page/helpers.mjs";

export function launchOnce() {
  let launched;
  return {
    browser: () => (launched ??= BROWSERS.find(({ name }) => name === "Chromium").launch()),
    close: async () => (await launched)?.close(),
  };
}
