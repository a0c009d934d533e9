// Tools that are written in Python. Each has a virtual environment under target/python, made from the requirements.txt of its folder under
// tests/, which pins every package by version and hash. Only the installation needs a network.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { spawnSync } from "node:child_process";
import { installOnce } from "./installed.mjs";
import { Stop } from "./run.mjs";
import { at, onPath, target } from "./tools.mjs";

/** The oldest Python that runs the pinned tools. */
export const oldestPython = "3.11";

const PROBE = `import sys, venv, ensurepip; print(sys.version) if sys.version_info >= (${oldestPython.replace(".", ", ")}) else sys.exit(1)`;

function described(program) {
  const { status, stdout } = spawnSync(program, ["-c", PROBE], { encoding: "utf8" });
  return status === 0 ? { program, version: stdout.trim() } : undefined;
}

/** A Python that is recent enough and can make virtual environments, with its version. */
export function python() {
  const programs = ["python3", "python"].flatMap((name) => onPath(name) ?? []);
  return programs.map(described).find(Boolean);
}

/** The folder of the programs of `tests/<folder>`. */
export const toolsOfPython = (folder) => join(target, "python", folder.replaceAll("/", "-"), process.platform === "win32" ? "Scripts" : "bin");

/** Installs the tools of `tests/<folder>` if necessary. Resolves to the folder of their programs. */
export async function installPython(folder) {
  const programs = toolsOfPython(folder);
  const place = dirname(programs);
  const found = python();
  if (!found) throw new Stop(`test: there is no Python ${oldestPython} with venv on PATH: run npm run setup`);
  const requirements = at("tests", folder, "requirements.txt");
  const wanted = `${found.program} ${found.version}\n${readFileSync(requirements, "utf8")}`;
  await installOnce(place, { what: `the Python tools of tests/${folder} into target/python`, wanted }, async (must) => {
    await must(found.program, ["-m", "venv", "--clear", place]);
    const options = ["--quiet", "--disable-pip-version-check", "--no-compile", "--require-hashes", "--only-binary=:all:"];
    await must(join(programs, "python"), ["-m", "pip", "install", ...options, "-r", requirements]);
  });
  return programs;
}
