// README.md as the registries show it: no link and no picture leads nowhere.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { forRegistry } from "../../scripts/lib/papers.mjs";
import { at } from "../../scripts/lib/tools.mjs";
import { blocksOf } from "./snippets.mjs";

const readme = readFileSync(at("README.md"), "utf8");
const manifest = JSON.parse(readFileSync(at("pkg/package.json"), "utf8"));
const linksOf = (text) => [...text.matchAll(/\]\(([^)\s]+)\)|\b(?:src|srcset)="([^"]+)"/g)].map(([, link, picture]) => link ?? picture);

describe("README.md in the package", () => {
  test("is what the build makes of README.md", () => {
    assert.equal(readFileSync(join(process.env.AYRSHARE_USER_DIR, "README.md"), "utf8"), forRegistry(readme, manifest));
  });

  test("has no relative links if no repository is named", () => {
    const { repository, ...rest } = manifest;
    const made = forRegistry(readme, rest);
    assert.deepEqual(linksOf(made).filter((link) => !/^(https:|#)/.test(link)), []);
    assert.doesNotMatch(made, /picture|^\*/m);
  });

  test("has absolute links to files that exist if one is named", () => {
    const made = forRegistry(readme, { version: "1.2.3", repository: { url: "git+https://host.example/someone/it.git" } });
    const links = linksOf(made);
    assert.deepEqual(links.filter((link) => !/^(https:|#)/.test(link)), []);
    const ours = links.flatMap((link) => /^https:\/\/host\.example\/someone\/it\/(?:blob|raw)\/v1\.2\.3\/([^#]+)/.exec(link)?.[1] ?? []);
    assert.ok(ours.length > 20 && ours.includes("www/pictures/page-dark.webp"));
    assert.deepEqual(ours.filter((path) => !existsSync(at(path))), []);
  });

  test("has the same code", () => {
    const codeOf = (text) => blocksOf(text).map(({ code }) => code);
    const text = `${readme}\n\`\`\`js\nstart[here](now);\n\`\`\`\n`;
    assert.deepEqual(codeOf(forRegistry(text, manifest)), codeOf(text));
  });
});

test("the workflow that publishes names the repository before the build, and in Cargo.toml", (t) => {
  const workflow = readFileSync(at(".github/workflows/release.yml"), "utf8");
  assert.ok(workflow.indexOf("npm pkg set repository") < workflow.indexOf("- run: npm test"));
  const folder = mkdtempSync(join(tmpdir(), "ayrshare-user-crate-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "Cargo.toml"), readFileSync(at("Cargo.toml")));
  const [, script] = /^ +run: (sed .*Cargo\.toml)$/m.exec(workflow);
  const env = { ...process.env, GITHUB_SERVER_URL: "https://host.example", GITHUB_REPOSITORY: "someone/it" };
  assert.equal(spawnSync("bash", ["-e", "-c", script], { cwd: folder, env }).status, 0);
  const lines = readFileSync(join(folder, "Cargo.toml"), "utf8").split("\n");
  assert.deepEqual(lines.filter((line) => line.startsWith("repository")), ['repository = "https://host.example/someone/it"']);
  assert.ok(lines.indexOf('repository = "https://host.example/someone/it"') < lines.indexOf("[lib]"));
});
