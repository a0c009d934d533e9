// Builds what surrounds the demo: guides, reference and API as pages with one navigation, and their search index.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { dirname, join, posix } from "node:path";
import { build } from "vite";
import { documentPolicy } from "../../server/security.mjs";
import { apiBody, apiSections } from "./api.mjs";
import { documentOf } from "./layout.mjs";
import { linker, repositoryOf } from "./links.mjs";
import { contentsOf, renderMarkdown, sectionsOf, takeTitle } from "./markdown.mjs";
import { guidePages, referencePages } from "./pages.mjs";
import { searchIndex } from "./search.mjs";

const www = join(import.meta.dirname, "..", "..");

/** Scripts and styles, with a hash in their names. Fonts get the same names as the demo's, so that browsers load them once. */
async function bundleAssets(folder) {
  await build({
    configFile: false,
    root: www,
    base: "./",
    logLevel: "warn",
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: "es2022",
      assetsInlineLimit: 0,
      modulePreload: false,
      manifest: "manifest.json",
      chunkSizeWarningLimit: 2000,
      rolldownOptions: {
        checks: { pluginTimings: false },
        input: { site: join(www, "site", "site.ts"), api: join(www, "site", "api.ts") },
        output: {
          entryFileNames: "site/[name]-[hash].js",
          chunkFileNames: "site/[name]-[hash].js",
          assetFileNames: ({ names }) => (names[0]?.endsWith(".woff2") ? "assets/[name]-[hash][extname]" : "site/[name]-[hash][extname]"),
        },
      },
    },
  });
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  rmSync(join(folder, "manifest.json"));
  const stylesOf = (key) => [...(manifest[key].imports ?? []).flatMap(stylesOf), ...(manifest[key].css ?? [])];
  return {
    script: (entry) => manifest[`site/${entry}.ts`].file,
    styles: (entry) => [...new Set(stylesOf(`site/${entry}.ts`))],
    icon: manifest["src/icon.svg"].file,
  };
}

function writeTo(folder) {
  return (name, text) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
}

/** Writes a file with a hash of its text in its name, and returns that name. */
function writeHashed(write, name, text) {
  const { dir, name: base, ext } = posix.parse(name);
  const hashed = `${dir}/${base}-${createHash("sha256").update(text).digest("base64url").slice(0, 8)}${ext}`;
  write(hashed, text);
  return hashed;
}

/**
 * @param {{ folder: string, root: string, reference: string, openapi: string }} places `reference` is the folder that TypeDoc wrote, `openapi` the
 *   description's file; both are under `root`, the repository
 * @returns {Promise<string>} what was written, in words
 */
export async function buildSite({ folder, root, reference, openapi }) {
  const assets = await bundleAssets(folder);
  const write = writeTo(folder);
  const parts = [guidePages(root), referencePages(root, reference)];
  const all = parts.flatMap(({ pages }) => pages);
  const manifest = JSON.parse(readFileSync(join(root, "pkg", "package.json"), "utf8"));
  const images = new Map();
  const links = linker({
    root,
    pages: new Map(all.map(({ source, url }) => [source, url])),
    repository: repositoryOf(manifest),
    onAsset: (source, to) => images.set(to, source),
  });

  const rendered = parts.flatMap(({ part, pages, groups }) =>
    pages.map((page) => {
      const tree = renderMarkdown(readFileSync(join(root, page.source), "utf8"), { source: page.source, ...links(page) });
      const title = page.title ?? takeTitle(tree) ?? page.source;
      if (page.title) takeTitle(tree);
      return { ...page, part, groups, title, tree, headings: contentsOf(tree) };
    }),
  );
  const description = JSON.parse(readFileSync(join(root, openapi), "utf8"));
  const api = { url: "api/index.html", part: "API", title: description.info.title };
  const introduction = renderMarkdown(description.info.description ?? "", { source: openapi, link: (href) => href }).children;
  const searched = [...rendered.map(({ tree, ...page }) => ({ ...page, sections: sectionsOf(tree) })), { ...api, sections: apiSections(description) }];
  const index = writeHashed(write, "site/search.json", searchIndex(searched));
  const site = { policy: documentPolicy(), index, ...assets };

  for (const { tree, ...page } of rendered) write(page.url, documentOf({ ...page, body: tree.children, site }));
  write("api/openapi.json", JSON.stringify(description, null, 2));
  write(api.url, documentOf({ ...api, body: apiBody(description, introduction), entry: "api", site }));
  for (const [to, source] of images) {
    mkdirSync(dirname(join(folder, to)), { recursive: true });
    copyFileSync(join(root, source), join(folder, to));
  }
  return `${rendered.length + 1} pages`;
}
