// GitHub workflows never run here, so the tests check their text: pinned actions, minimal permissions, and existing scripts.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { at } from "../../scripts/lib/tools.mjs";

const { scripts } = JSON.parse(readFileSync(at("package.json"), "utf8"));
const folder = at(".github/workflows");

for (const file of readdirSync(folder)) {
  const text = readFileSync(`${folder}/${file}`, "utf8");
  describe(`.github/workflows/${file}`, () => {
    test("pins every action to a commit and states its version", () => {
      const used = text.match(/^.*\buses:.*$/gm);
      assert.ok(used.length > 0);
      assert.deepEqual(used.filter((line) => !/uses: [\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)), []);
    });

    test("has read-only permissions, unless a job requests more", () => assert.match(text, /^permissions:\n  contents: read\n$/m));

    test("runs only scripts of package.json", () => {
      const named = [...text.matchAll(/npm run ([\w-]+)/g)].map(([, name]) => name);
      assert.deepEqual(named.filter((name) => !(name in scripts)), []);
    });
  });
}

// The repository's URL is not in the sources; the workflow that publishes adds it.
test("the registry page gets all its data", (t) => {
  const manifest = JSON.parse(readFileSync(at("pkg/package.json"), "utf8"));
  for (const field of ["description", "keywords", "author", "license"]) assert.ok(manifest[field]?.length > 0, field);
  const folder = mkdtempSync(join(tmpdir(), "ayrshare-user-release-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  const [, script] = /issues\n +run: \|\n((?: {10}.+\n)+)/.exec(readFileSync(at(".github/workflows/release.yml"), "utf8"));
  const env = { ...process.env, GITHUB_SERVER_URL: "https://host.example", GITHUB_REPOSITORY: "someone/ayrshare-user", NODE_OPTIONS: "" };
  const { status, stderr } = spawnSync("bash", ["-e", "-c", script], { cwd: folder, env, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const { repository, homepage, bugs, ...rest } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  assert.deepEqual(repository, { type: "git", url: "git+https://host.example/someone/ayrshare-user.git", directory: "pkg" });
  assert.deepEqual([homepage, bugs.url], ["https://host.example/someone/ayrshare-user#readme", "https://host.example/someone/ayrshare-user/issues"]);
  assert.deepEqual(rest, manifest);
});
