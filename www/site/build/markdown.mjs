// Markdown to the tree of a page, with GitHub's syntax and heading ids. Code is highlighted by classes, because the content security
// policy allows no inline styles.
import { toText } from "hast-util-to-text";
import rehypeHighlight from "rehype-highlight";
import rehypeRaw from "rehype-raw";
import rehypeSlug from "rehype-slug";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { SKIP, visit } from "unist-util-visit";
import { h } from "hastscript";

const processor = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw)
  .use(rehypeSlug)
  .use(rehypeHighlight, { aliases: { xml: ["astro", "svelte", "vue"], json: ["jsonc"] }, plainText: ["text", "txt"] });

const isHeading = (node) => /^h[1-6]$/.test(node.tagName);

/**
 * @param {string} text Markdown
 * @param {{ source: string, link: (href: string) => string | undefined, asset: (src: string) => string }} options `source` is the file's name for
 *   errors; `link` maps a link of the file to one of the page, or to `undefined` if the page should have only its text; `asset` does so for images
 */
export function renderMarkdown(text, { source, link, asset }) {
  const file = { path: source, value: text };
  const tree = processor.runSync(processor.parse(file), file);
  visit(tree, "element", (node, index, parent) => {
    const { tagName, properties } = node;
    if (tagName === "a" && properties.href !== undefined) {
      properties.href = link(properties.href);
      if (properties.href !== undefined) return undefined;
      parent.children.splice(index, 1, ...node.children);
      return [SKIP, index];
    }
    for (const name of ["src", "srcSet"]) if (properties[name] !== undefined) properties[name] = asset(String(properties[name]));
    // Wide code and tables scroll, for which they need the keyboard's focus; site.ts takes it from those that fit.
    if (tagName === "pre") properties.tabIndex = 0;
    // Markdown demands a header for each column; where that is empty, it is a header of nothing.
    if (tagName === "th" && node.children.length === 0) node.tagName = "td";
    if (tagName === "table") {
      parent.children[index] = h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Table" }, [node]);
      return undefined;
    }
    return undefined;
  });
  return tree;
}

const words = (node) => toText(node).replaceAll(/\s+/g, " ").trim();

/** Takes the first-level heading out of the tree and returns its text. */
export function takeTitle(tree) {
  const index = tree.children.findIndex(({ tagName }) => tagName === "h1");
  if (index < 0) return undefined;
  const [heading] = tree.children.splice(index, 1);
  return words(heading);
}

/** The headings of the second and, unless there are many, of the third level. */
export function contentsOf(tree) {
  const found = tree.children.filter(({ tagName }) => tagName === "h2" || tagName === "h3").map((node) => ({ level: Number(node.tagName[1]), id: node.properties.id, text: words(node) }));
  return found.length > 24 ? found.filter(({ level }) => level === 2) : found;
}

/** The parts of a page that search leads to: its beginning and each section of the second and third level. */
export function sectionsOf(tree) {
  const sections = [{ id: undefined, heading: undefined, text: [] }];
  for (const node of tree.children) {
    if (isHeading(node) && node.tagName < "h4") sections.push({ id: node.properties.id, heading: words(node), text: [] });
    else sections.at(-1).text.push(words(node));
  }
  return sections.map(({ text, ...section }) => ({ ...section, text: text.filter(Boolean).join(" ") }));
}
