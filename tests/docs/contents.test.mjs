// What would be published to npm and crates.io: only the intended kinds of files, and nothing that reveals the machine they were built on.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { thirdPartyLicences } from "../../scripts/licences.mjs";
import { nativeEnvironment, nativeToolchain, root } from "../../scripts/lib/tools.mjs";

const PAPERS = /^(README\.md|CHANGELOG\.md|LICENSE-(MIT|APACHE))$/;
const THIRD_PARTY = "THIRD-PARTY-LICENCES";
const others = (files, ...kinds) => files.filter((file) => !kinds.some((kind) => kind.test(file)));

describe("the npm package", () => {
  const folder = process.env.AYRSHARE_USER_DIR;
  const files = readdirSync(folder, { recursive: true })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => statSync(join(folder, file)).isFile());
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

  test("contains only code, maps, declarations, wasm, the description of the API and documents", () => {
    assert.deepEqual(others(files, PAPERS, new RegExp(`^${THIRD_PARTY}$`), /^(?:(?:gateway|inline|sandbox)(?:\/\w+)?\/)?package\.json$/, /^dist\/cjs\/package\.json$/, /^dist\/openapi\.json$/, /^dist\/[\w/-]+(\.min)?\.(js|js\.map|d\.ts|wasm)$/), []);
    for (const paper of ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE", THIRD_PARTY]) assert.ok(files.includes(paper), `${paper} is missing`);
  });

  test("contains every file that its package.json names", () => {
    const named = JSON.stringify(manifest).match(/(?<=")(\.\/)?dist\/[^"*]+(?=")/g);
    assert.ok(named.length > 10);
    assert.deepEqual(named.filter((file) => !files.includes(file.replace("./", ""))), []);
  });

  test("has no dependencies and runs nothing on installation", () => {
    for (const field of ["dependencies", "peerDependencies", "optionalDependencies", "scripts"]) assert.equal(manifest[field], undefined, field);
  });

  test("contains the licences of everything compiled into its wasm", () => {
    assert.equal(readFileSync(join(folder, THIRD_PARTY), "utf8"), thirdPartyLicences(), "run `npm run licences`");
  });

  test("reveals nothing about the machine that built it", () => {
    const telling = files.filter((file) => [root, homedir()].some((path) => readFileSync(join(folder, file)).includes(`${path}/`)));
    assert.deepEqual(telling, []);
  });
});

test("the crate contains only its sources and documents", () => {
  const { status, stdout, stderr } = spawnSync(nativeToolchain().cargo, ["package", "--list", "--allow-dirty", "--offline"], {
    cwd: root,
    env: nativeEnvironment(),
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  const files = stdout.trim().split("\n").map((file) => file.replaceAll("\\", "/"));
  assert.ok(files.includes("src/lib.rs") && files.includes("README.md"));
  assert.deepEqual(others(files, PAPERS, /^src\/[\w/]+\.rs$/, /^src\/web\/http\/fetch\.js$/, /^src\/README\.md$/, /^scripts\/(openapi|typescript)\.rs$/, /^Cargo\.(toml|toml\.orig|lock)$/, /^\.cargo_vcs_info\.json$/), []);
});
