// Which Markdown files become which pages, and how they are listed beside each page.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, posix } from "node:path";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { visit } from "unist-util-visit";

const GUIDES = "www/guides";
const page = (source, url, title) => ({ source, url, ...(title && { title }) });

const textOf = (node) => (node.value ?? "") + (node.children ?? []).map(textOf).join("");

/** The lists of guides in www/guides/README.md: its headings, and below each the files that its list links to, with the links' texts. */
function listedGuides(root) {
  const groups = [];
  const tree = unified().use(remarkParse).parse(readFileSync(join(root, GUIDES, "README.md"), "utf8"));
  visit(tree, (node) => {
    if (node.type === "heading" && node.depth === 2) groups.push({ title: textOf(node), items: [] });
    const file = node.type === "link" && /^(?:\.\/)?([\w-]+)\.md$/.exec(node.url)?.[1];
    if (file && groups.length > 0 && !groups.some(({ items }) => items.some((item) => item.name === file))) groups.at(-1).items.push({ name: file, title: textOf(node) });
  });
  return groups;
}

/** The guides: README and changelog, and every file of www/guides in the order of its README. */
export function guidePages(root) {
  const names = readdirSync(join(root, GUIDES)).filter((name) => name.endsWith(".md") && name !== "README.md").map((name) => name.slice(0, -3));
  const listed = listedGuides(root);
  const unlisted = names.filter((name) => !listed.some(({ items }) => items.some((item) => item.name === name)));
  if (unlisted.length > 0) listed.push({ title: "More", items: unlisted.map((name) => ({ name, title: name.replaceAll("-", " ") })) });
  const first = [page(`${GUIDES}/README.md`, "guides/index.html"), page("README.md", "guides/overview.html", "Overview")];
  const last = page("CHANGELOG.md", "guides/changelog.html");
  const url = (name) => `guides/${name}.html`;
  return {
    part: "Guides",
    pages: [...first, ...names.map((name) => page(`${GUIDES}/${name}.md`, url(name))), last],
    groups: [
      { items: [{ url: first[0].url, title: "All guides" }, { url: first[1].url, title: "Overview" }] },
      ...listed.map(({ title, items }) => ({ title, items: items.map((item) => ({ url: url(item.name), title: item.title })) })),
      { title: "History", items: [{ url: last.url, title: "Changelog" }] },
    ],
  };
}

/** What users write to import the module that TypeDoc names after its file. */
const specifier = (name) => (name === "index" ? "ayrshare-user" : `ayrshare-user/${name.replace("-inline", "/inline")}`);

/** The reference: every file that typedoc-plugin-markdown wrote into `folder`, a path in the repository, with its navigation.json. */
export function referencePages(root, folder) {
  const url = (path) => posix.join("reference", path.replace(/README\.md$/, "index.md").replace(/\.md$/, ".html"));
  const modules = JSON.parse(readFileSync(join(root, folder, "navigation.json"), "utf8"));
  const pages = [{ ...page(`${folder}/README.md`, "reference/index.html", "Reference") }];
  const groups = [{ items: [{ url: "reference/index.html", title: "All modules" }] }];
  const walk = ({ title: name, path, children = [] }, parent) => {
    const title = specifier(parent ? `${parent}/${name.split("/").at(-1)}` : name);
    const module = { ...page(`${folder}/${path}`, url(path), title), eyebrow: "Module" };
    pages.push(module);
    const kinds = children.filter((child) => child.path === undefined);
    const items = kinds.flatMap((kind) => kind.children.filter(({ path: child }) => !child.endsWith("README.md")).map((child) => {
      pages.push({ ...page(`${folder}/${child.path}`, url(child.path), child.title), eyebrow: `${SINGULAR[kind.title]} of ${title}` });
      return { url: url(child.path), title: child.title };
    }));
    groups.push({ title, folded: true, items: [{ url: module.url, title: "Overview" }, ...items] });
    for (const child of children.flatMap((kind) => (kind.path === undefined ? kind.children : [kind])).filter((child) => child.path.endsWith("README.md"))) walk(child, name);
  };
  for (const module of modules) walk(module);
  const written = readdirSync(join(root, folder), { recursive: true }).filter((name) => name.endsWith(".md")).map((name) => `${folder}/${name.replaceAll("\\", "/")}`);
  const lost = written.filter((file) => !pages.some(({ source }) => source === file));
  if (lost.length > 0) throw new Error(`the reference's navigation lacks ${lost.join(", ")}`);
  return { part: "Reference", pages, groups };
}

const SINGULAR = { Classes: "Class", Interfaces: "Interface", Functions: "Function", "Type Aliases": "Type", Variables: "Variable" };
