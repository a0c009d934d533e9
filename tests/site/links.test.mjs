// Every link leads somewhere: those between pages of the built site with their anchors, and those in the repository's Markdown.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, posix } from "node:path";
import { after, before, describe, test } from "node:test";
import { check } from "linkinator";
import { at } from "../../scripts/lib/tools.mjs";
import { serveSite } from "./helpers.mjs";

describe("the built site", () => {
  let site;
  let links;

  before(async () => {
    site = await serveSite();
    const elsewhere = `^https?://(?!${new URL(site.url).host}/)`;
    ({ links } = await check({ path: site.url, recurse: true, checkFragments: true, linksToSkip: [elsewhere] }));
  });
  after(() => site.close());

  test("has no link to a page or an anchor that does not exist", () => {
    assert.ok(links.length >= site.pages.length, `${links.length} links`);
    assert.deepEqual(links.filter(({ state }) => state === "BROKEN").map(({ url, parent, status }) => `${status} ${url} in ${parent}`), []);
  });

  // linkinator compares an anchor with a page only until it has read the page, so that it misses most anchors of other pages.
  test("has no link to an anchor of another page that does not exist", () => {
    const values = (page, attribute) => [...readFileSync(join(site.folder, page), "utf8").matchAll(new RegExp(` ${attribute}="([^"]*)"`, "g"))].map(([, value]) => value);
    const ids = new Map(site.pages.map((page) => [page, new Set(values(page, "id"))]));
    const anchors = site.pages.flatMap((page) => values(page, "href").filter((href) => href.includes("#") && URL.canParse(href) === false).map((href) => ({ page, href })));
    assert.ok(anchors.length > 500, `${anchors.length} anchors`);
    const isMissing = ({ page, href }) => {
      const [path, id] = href.split("#");
      return !ids.get(path ? posix.join(posix.dirname(page), path) : page)?.has(decodeURIComponent(id));
    };
    assert.deepEqual(anchors.filter(isMissing), []);
  });

  test("has no page that no link leads to", () => {
    const reached = new Set(links.filter(({ parent }) => parent).map(({ url }) => url.split("#")[0].slice(site.url.length)));
    assert.ok(reached.size > 100);
    assert.deepEqual(site.pages.filter((page) => !reached.has(page)), []);
  });

  test("lists every guide under a heading of www/guides/README.md", () => {
    const list = readFileSync(at("www/guides/README.md"), "utf8");
    const guides = readdirSync(at("www/guides")).filter((name) => name.endsWith(".md") && name !== "README.md");
    assert.ok(guides.length > 5);
    assert.deepEqual(guides.filter((name) => !list.includes(`](${name})`)), []);
  });
});

test("the repository's Markdown has no link to a file or a heading that does not exist", () => {
  const files = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "src/README.md", "www/guides", "tests"].filter((name) => existsSync(at(name)));
  const args = ["--frail", "--quiet", "--no-color", "--no-stdout", "--use", "remark-validate-links=repository:false", ...files];
  const { status, stderr } = spawnSync(process.execPath, [at("node_modules/remark-cli/cli.js"), ...args], { cwd: at(), encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } });
  assert.equal(stderr.trim(), "");
  assert.equal(status, 0);
});
