// The frame of every page beside the demo: its head with the content security policy, the bar, the list of pages, and the search.
import { toHtml } from "hast-util-to-html";
import { h } from "hastscript";
import { between } from "./links.mjs";

/** The parts of the site, in the order of the bar. www/src/texts.ts has the same for the demo. */
const PARTS = [
  { name: "Demo", url: "index.html" },
  { name: "Guides", url: "guides/index.html" },
  { name: "Reference", url: "reference/index.html" },
  { name: "API", url: "api/index.html" },
];

const current = (is) => (is ? { "aria-current": "page" } : {});

function bar({ url, part, icon }) {
  const to = (other) => between(url, other);
  return h("header", { class: "bar" }, [
    h("p", { class: "wordmark" }, h("a", { href: to("index.html") }, [h("img", { src: to(icon), alt: "", width: 24, height: 24 }), "ayrshare-user"])),
    h("nav", { class: "site-nav", "aria-label": "Site" }, PARTS.map(({ name, url: other }) => h("a", { href: to(other), ...(name === part && { "aria-current": other === url ? "page" : "true" }) }, name))),
    h("button", { type: "button", class: "search-open", id: "search-open", "aria-haspopup": "dialog", "aria-keyshortcuts": "/ Control+K" }, ["Search ", h("kbd", "/")]),
  ]);
}

/** The list of pages: groups of links, some of which are collapsed unless they contain this page. */
function rail({ url, part, groups }) {
  const list = (items) => h("ul", items.map((item) => h("li", h("a", { href: between(url, item.url), ...current(item.url === url) }, item.title))));
  const group = ({ title, items, folded }) => {
    if (!title) return list(items);
    if (!folded) return h("section", [h("h2", title), list(items)]);
    return h("details", { open: items.some((item) => item.url === url) }, [h("summary", title), list(items)]);
  };
  return h("aside", { class: "rail", "aria-label": part }, h("details", { class: "fold", id: "pages", open: true }, [
    h("summary", `Pages: ${part}`),
    h("nav", { class: "fold-inside pages", "aria-label": `Pages: ${part}` }, groups.map(group)),
  ]));
}

const contents = (headings) =>
  h("nav", { class: "contents", "aria-labelledby": "contents-title" }, [
    h("h2", { id: "contents-title" }, "On this page"),
    h("ul", headings.map(({ level, id, text }) => h("li", { class: `level-${level}` }, h("a", { href: `#${id}` }, text)))),
  ]);

const searchDialog = ({ url, index }) =>
  h("dialog", { class: "search", id: "search", "aria-labelledby": "search-title", "data-index": between(url, index), "data-root": between(url, "index.html").replace(/index\.html$/, "") }, [
    h("h2", { class: "hidden", id: "search-title" }, "Search"),
    h("div", { class: "search-field" }, [
      h("label", { class: "hidden", for: "search-words" }, "Words to find in guides, reference and API"),
      // Not of type "search", in which Escape empties the field instead of closing the dialog.
      h("input", { id: "search-words", type: "text", inputmode: "search", enterkeyhint: "search", autocomplete: "off", spellcheck: "false", placeholder: "Guides, reference, API" }),
      h("button", { type: "button", class: "button", id: "search-close" }, "Close"),
    ]),
    h("p", { class: "quiet", id: "search-status", role: "status" }),
    h("ol", { id: "search-found" }),
  ]);

/**
 * The document of a page as HTML.
 *
 * @param {{
 *   url: string, title: string, part: string, heading?: string, body: import("hast").RootContent[], groups?: object[], headings?: object[], wide?: boolean,
 *   site: { policy: string, icon: string, index: string, styles: (entry: string) => string[], script: (entry: string) => string }, entry?: string,
 * }} page `url` is its path in the site, `groups` the list of pages beside it
 */
export function documentOf({ url, title, part, eyebrow, body, groups = [], headings = [], site, entry = "site" }) {
  const to = (other) => between(url, other);
  const hasContents = headings.length > 2;
  const tree = h(null, [
    { type: "doctype" },
    h("html", { lang: "en" }, [
      h("head", [
        h("meta", { charset: "utf-8" }),
        h("meta", { "http-equiv": "content-security-policy", content: site.policy }),
        h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
        h("meta", { name: "color-scheme", content: "light dark" }),
        h("meta", { name: "referrer", content: "no-referrer" }),
        h("title", `${title} · ayrshare-user`),
        h("link", { rel: "icon", type: "image/svg+xml", href: to(site.icon) }),
        ...site.styles(entry).map((style) => h("link", { rel: "stylesheet", href: to(style) })),
        h("script", { type: "module", src: to(site.script(entry)) }),
      ]),
      h("body", { class: "site" }, [
        h("a", { class: "skip", href: "#main" }, "Skip to the text"),
        bar({ url, part, icon: site.icon }),
        h("div", { class: groups.length > 0 ? "frame" : "frame lone" }, [
          groups.length > 0 ? rail({ url, part, groups }) : undefined,
          h("main", { class: hasContents ? "main with-contents" : "main", id: "main", tabindex: "-1" }, [
            h("article", { class: groups.length > 0 ? "prose" : "prose whole" }, [eyebrow ? h("p", { class: "eyebrow" }, eyebrow) : undefined, h("h1", title), ...body]),
            hasContents ? contents(headings) : undefined,
          ]),
        ]),
        h("footer", { class: "foot" }, [h("p", "Reads Ayrshare's user endpoints. Not made by Ayrshare.")]),
        searchDialog({ url, index: site.index }),
      ]),
    ]),
  ]);
  return toHtml(tree);
}
