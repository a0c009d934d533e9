// The command `ayrshare-sandbox`: parses flags, starts the server, and prints where it listens.

import { readFile } from "node:fs/promises";
import { FlagError, helpText, readFlags } from "./flags.js";
import { SANDBOX_API_KEY } from "../index.js";
import { type ServedSandbox, serveSandbox, type ServeOptions } from "../node.js";

/** The command's output. */
export interface Terminal {
  out: (text: string) => void;
  err: (text: string) => void;
}

/**
 * Runs the command. Returns the running sandbox, or an exit code: 0 after `--help`, 1 if it cannot listen, 2 for invalid
 * flags.
 */
export async function run(words: readonly string[], { out, err }: Terminal): Promise<number | ServedSandbox> {
  try {
    const parsed = readFlags(words);
    if (parsed.help) {
      out(helpText());
      return 0;
    }
    const options = { ...(parsed.data === undefined ? {} : await readData(parsed.data)), ...parsed.options };
    const served = await serveSandbox(options);
    try {
      for (const index of parsed.suspended) served.sandbox.setProfileState(served.sandbox.profileKey(index), { suspended: true });
      for (const index of parsed.deleted) served.sandbox.setProfileState(served.sandbox.profileKey(index), { deleted: true });
    } catch {
      await served.close();
      throw new FlagError("--suspended and --deleted need indexes of generated profiles");
    }
    out(greeting(served, options));
    return served;
  } catch (error) {
    const wrong = error instanceof FlagError || error instanceof TypeError;
    err(`ayrshare-sandbox: ${(error as Error).message}\n${wrong ? "Try ayrshare-sandbox --help\n" : ""}`);
    return wrong ? 2 : 1;
  }
}

async function readData(path: string): Promise<Pick<ServeOptions, "primary" | "userProfiles">> {
  let data: unknown;
  try {
    data = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new FlagError(`--data: cannot read ${path} as JSON (${(error as Error).message})`);
  }
  const isProfile = (value: unknown): boolean => isObject(value) && isObject(value.user);
  if (!isObject(data)) throw new FlagError(`--data: ${path} must contain an object { primary?, userProfiles? }`);
  const { primary, userProfiles, ...others } = data;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new FlagError(`--data: ${path} has an unknown field \`${unknown}\`; use primary and userProfiles`);
  if (primary === undefined && userProfiles === undefined) throw new FlagError(`--data: ${path} has neither primary nor userProfiles`);
  if (primary !== undefined && !isProfile(primary)) throw new FlagError(`--data: primary in ${path} must have an object \`user\``);
  if (userProfiles !== undefined && !(Array.isArray(userProfiles) && userProfiles.every(isProfile))) {
    throw new FlagError(`--data: userProfiles in ${path} must be an array of objects, each with an object \`user\``);
  }
  return data as Pick<ServeOptions, "primary" | "userProfiles">;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function greeting({ baseUrl, fileOrigin, sandbox }: ServedSandbox, options: ServeOptions): string {
  const count = options.profiles ?? (options.userProfiles === undefined ? 10 : 0);
  const keys = Array.from({ length: Math.min(3, count) }, (_, index) => `              ${sandbox.profileKey(index)}`);
  const own = options.userProfiles?.length ?? 0;
  return [
    "A sandbox of Ayrshare's user endpoints. Nothing leaves this machine.",
    "",
    `  base URL    ${baseUrl}`,
    `  files       ${fileOrigin}`,
    `  API key     ${sandbox.apiKey === SANDBOX_API_KEY ? SANDBOX_API_KEY : "the one given"}`,
    `  profiles    ${count} generated${own > 0 ? `, ${own} of your own` : ""}${keys.length > 0 ? "; the first Profile Keys:" : ""}`,
    ...keys,
    "",
    "Stop with Ctrl-C.",
    "",
  ].join("\n");
}
