// Links of a Markdown file in the repository become links between pages. Other files of the repository are linked there, if it is known
// where that is; otherwise, only their text remains, so that nothing leads nowhere.
import { existsSync, statSync } from "node:fs";
import { posix } from "node:path";

const isExternal = (href) => /^[a-z][\w+.-]*:|^\/\//i.test(href);

/** The URL of the repository's files, from the field `repository` of a package.json, or `undefined`. */
export function repositoryOf({ repository } = {}) {
  const url = (typeof repository === "string" ? repository : repository?.url)?.replace(/^git\+/, "").replace(/\.git$/, "");
  return url?.startsWith("https://") ? url : undefined;
}

/** The relative URL from one page to another file of the site. */
export const between = (from, to) => {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
};

/**
 * @param {{ pages: Map<string, string>, root: string, repository?: string, onAsset: (source: string, to: string) => void }} site `pages` maps files of
 *   the repository to pages of the site
 * @returns a function that makes the two mappings that renderMarkdown needs for the page `url`, made from the file `source`
 */
export const linker = ({ pages, root, repository, onAsset }) => ({ source, url }) => {
  const target = (href) => {
    const [path, hash = ""] = decodeURI(href).split(/(?=#)/);
    return { file: posix.join(posix.dirname(source), path).replace(/\/$/, ""), hash };
  };
  const exists = (file) => !file.startsWith("..") && existsSync(`${root}/${file}`);
  return {
    link(href) {
      if (href.startsWith("#") || isExternal(href)) return href;
      const { file, hash } = target(href);
      const page = pages.get(file) ?? pages.get(`${file}/README.md`);
      if (page) return between(url, page) + hash;
      if (!exists(file)) throw new Error(`${source} links to ${href}, which does not exist`);
      return repository && `${repository}/${statSync(`${root}/${file}`).isDirectory() ? "tree" : "blob"}/HEAD/${file}${hash}`;
    },
    asset(src) {
      if (isExternal(src)) throw new Error(`${source} shows ${src}, which the content security policy does not allow`);
      const { file } = target(src);
      if (!exists(file)) throw new Error(`${source} shows ${src}, which does not exist`);
      const to = `site/images/${posix.basename(file)}`;
      onAsset(file, to);
      return between(url, to);
    },
  };
};
