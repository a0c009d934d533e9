// The package as users get it: packed by npm and installed in its own folder (target/packed), so that the tests find files
// missing from the tarball and wrong `exports` before users do.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Stop, run } from "./run.mjs";
import { filesUnder, hashOf, step } from "./steps.mjs";
import { at } from "./tools.mjs";

export const packedRoot = at("target", "packed");
export const packedPackage = join(packedRoot, "node_modules", "ayrshare-user");

async function npm(args, cwd) {
  const { code, output } = await run("npm", [...args, "--no-audit", "--no-fund"], { cwd });
  if (code !== 0) throw new Stop(`${output}\ntest: npm ${args[0]} failed`);
}

/** Packs and installs the output of `build`. Resolves to the installed package's folder. */
export async function installPacked() {
  const inputs = [at("pkg", "package.json"), at("pkg", "README.md"), ...filesUnder(at("pkg", "dist"))];
  await step("npm pack", {
    inputs,
    key: "",
    outputs: () => [join(packedPackage, "package.json")],
    run: async () => {
      rmSync(packedRoot, { recursive: true, force: true });
      mkdirSync(packedRoot, { recursive: true });
      writeFileSync(join(packedRoot, "package.json"), JSON.stringify({ name: "someone-elses-app", private: true, type: "module" }));
      await npm(["pack", "--silent", "--pack-destination", packedRoot], at("pkg"));
      const tarball = readdirSync(packedRoot).find((name) => name.endsWith(".tgz"));
      // The package has no dependencies, so this needs no network; --offline enforces that.
      await npm(["install", "--offline", "--no-save", "--no-package-lock", `./${tarball}`], packedRoot);
      return `${tarball}, ${hashOf(inputs).slice(0, 8)}`;
    },
  });
  return packedPackage;
}
