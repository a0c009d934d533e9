// The pages beside the demo (guides, reference, API, search), built once and put into the folder of each build of the demo.
import { cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { buildReference, referenceFolder } from "../reference.mjs";
import { filesUnder, step } from "./steps.mjs";
import { at } from "./tools.mjs";

const folder = at("target", "site");
/** Folders of the site that the demo does not have. Fonts are shared, in `assets`. */
const FOLDERS = ["guides", "reference", "api", "site"];

const isOfSite = (file, page) => FOLDERS.includes(relative(page, file).split(/[\\/]/)[0]);

/** The demo's own files in its folder. */
export const demoFiles = (page) => filesUnder(page).filter((file) => !isOfSite(file, page));
/** The files that the site adds to it. */
export const siteFiles = (page) => filesUnder(page).filter((file) => isOfSite(file, page));

/** Builds the site if it is out of date, and puts it into `page`, the folder of the built demo. The package must be built. */
export async function addSite(page) {
  await buildReference();
  const sources = ["site", "src/style", "src/icon.svg", "guides", "pictures", "server/security.mjs", "package.json"].map((name) => at("www", name));
  await step("site", {
    inputs: filesUnder(...sources, at("README.md"), at("CHANGELOG.md"), at(referenceFolder), at("pkg/package.json"), at("pkg/dist/openapi.json"), at("node_modules/.package-lock.json")),
    key: "",
    outputs: () => (existsSync(folder) ? filesUnder(folder) : [folder]),
    run: async () => {
      const { buildSite } = await import("../../www/site/build/site.mjs");
      return buildSite({ folder, root: at(), reference: referenceFolder, openapi: "pkg/dist/openapi.json" });
    },
  });
  await step(`site in ${basename(page)}`, {
    inputs: filesUnder(folder),
    key: "",
    outputs: () => [join(page, "guides", "index.html"), ...siteFiles(page)],
    run: () => {
      for (const name of FOLDERS) rmSync(join(page, name), { recursive: true, force: true });
      for (const name of readdirSync(folder)) cpSync(join(folder, name), join(page, name), { recursive: true, force: name !== "assets" });
    },
  });
}
