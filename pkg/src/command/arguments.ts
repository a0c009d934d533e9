// The command line: one table of commands and one of options, for the parser and for the help.

import { parseArgs } from "node:util";
import { nearest } from "./nearest.js";
import { UsageError } from "./usage-error.js";

/** How results are written. */
export type Format = "table" | "json" | "ndjson" | "csv";

/** From which level on the command exits with 3. */
export type FailOn = "soon" | "now";

/** A command line that can be run. */
export interface Arguments {
  command: CommandName;
  /** The two files of `compare`. */
  compared?: readonly [string, string];
  /** A file to read instead of the network; `-` is standard input. */
  file?: string;
  sandbox: boolean;
  baseUrl?: string;
  format?: Format;
  out?: string;
  within?: number;
  network?: string;
  failOn?: FailOn;
}

/** What a command line asks for. */
export type Request = { readonly asks: "version" } | { readonly asks: "help"; readonly command?: CommandName } | { readonly asks: "run"; readonly given: Arguments };

/** A row of the table of commands. */
export interface Command {
  readonly help: string;
  /** Positional arguments, as the help shows them. */
  readonly operands?: string;
  readonly options: readonly OptionName[];
}

interface Option {
  /** Placeholder for the value in the help; absent for a switch. */
  readonly value?: string;
  readonly help: string;
  readonly apply: (given: Arguments, value: string) => void;
}

const WHERE_TO: readonly OptionName[] = ["format", "out"];
const CALL: readonly OptionName[] = ["sandbox", "base-url"];
const FROM: readonly OptionName[] = ["file", ...CALL];

/** Every command, in the order of the help. */
export const COMMANDS: Readonly<Record<CommandName, Command>> = {
  user: { help: "the linked accounts of one profile", options: [...FROM, ...WHERE_TO] },
  boards: { help: "the Pinterest boards of one profile", options: [...FROM, ...WHERE_TO] },
  health: { help: "what one profile needs, and by when", options: ["within", "network", "fail-on", ...FROM, ...WHERE_TO] },
  sweep: { help: "which links and quotas of all profiles need attention", options: ["within", "network", "fail-on", ...FROM, ...WHERE_TO] },
  profiles: { help: "all profiles, one after the other", options: ["within", "network", ...FROM, ...WHERE_TO] },
  compare: { help: "what has changed between two batch files", operands: "BEFORE AFTER", options: ["sandbox", ...WHERE_TO] },
  batch: { help: "order the batch file, and print its address: keep that secret", options: [...CALL, ...WHERE_TO] },
};

/** Name of a command. */
export type CommandName = "user" | "boards" | "health" | "sweep" | "profiles" | "compare" | "batch";

/** Every option, in the order of the help. */
export const OPTIONS: Readonly<Record<OptionName, Option>> = {
  file: { value: "PATH", help: "read this file instead of calling Ayrshare; - is standard input", apply: (given, value) => (given.file = path("file", value)) },
  sandbox: { help: "use invented data: no account needed, nothing leaves this machine", apply: (given) => (given.sandbox = true) },
  "base-url": { value: "URL", help: "the API's address, for a gateway or another host", apply: (given, value) => (given.baseUrl = value) },
  within: { value: "DAYS", help: "links to refresh within this many days (default: 14)", apply: (given, value) => (given.within = days(value)) },
  network: { value: "NAME", help: "only this network, such as instagram", apply: (given, value) => (given.network = network(value)) },
  "fail-on": {
    value: "soon|now",
    help: "exit with 3 if something needs attention soon, or now",
    apply: (given, value) => (given.failOn = oneOf("fail-on", value, ["soon", "now"])),
  },
  format: {
    value: "FORMAT",
    help: "table, json, ndjson or csv (default: by the ending of --out, otherwise table)",
    apply: (given, value) => (given.format = oneOf("format", value, ["table", "json", "ndjson", "csv"])),
  },
  out: { value: "FILE", help: "write to this file, which is replaced only when everything is written", apply: (given, value) => (given.out = path("out", value)) },
};

type OptionName = "file" | "sandbox" | "base-url" | "within" | "network" | "fail-on" | "format" | "out";

/** The end of every message about wrong usage. */
const SEE_HELP = "Run `npx ayrshare-user --help` to see all commands and options.";

/** Options under which users may try to pass a key. */
const KEY_NAMES = /^(?:(?:ayrshare-)?(?:api-?)?(?:key|token|secret)|(?:ayrshare-)?profile-?key|auth(?:orization)?|bearer|password)$/i;

/**
 * Parses a command line.
 *
 * @throws {@link UsageError}
 */
export function readArguments(words: readonly string[]): Request {
  const options = Object.fromEntries(Object.entries(OPTIONS).map(([name, { value }]) => [name, { type: value === undefined ? "boolean" : "string" } as const]));
  const { tokens } = parseArgs({
    args: [...words],
    options: { ...options, help: { type: "boolean", short: "h" }, version: { type: "boolean", short: "V" } },
    allowPositionals: true,
    // The table says more about a mistake than Node's own messages, which may also contain the value.
    strict: false,
    tokens: true,
  });
  const operands = tokens.flatMap((token) => (token.kind === "positional" ? [token.value] : []));
  const named = tokens.flatMap((token) => (token.kind === "option" ? [token] : []));
  if (named.some(({ name }) => name === "version")) return { asks: "version" };
  for (const { name, rawName } of named) mustBeKnown(name, rawName);
  const [word, ...rest] = operands;
  const command = word === undefined || word === "help" ? undefined : commandOf(word);
  if (named.some(({ name }) => name === "help")) return { asks: "help", ...(command !== undefined && { command }) };
  if (word === "help") return { asks: "help", ...(rest[0] !== undefined && { command: commandOf(rest[0]) }) };
  if (command === undefined) throw new UsageError(`Name a command: ${Object.keys(COMMANDS).join(", ")}. ${SEE_HELP}`);

  const given: Arguments = { command, sandbox: false };
  const { options: accepted } = COMMANDS[command];
  for (const { name, value, inlineValue } of named) {
    if (!accepted.includes(name as OptionName)) throw new UsageError(`\`${command}\` has no option --${name}. It takes ${listed(accepted)}.`);
    const option = OPTIONS[name as OptionName];
    if (option.value === undefined) {
      if (value !== undefined) throw new UsageError(`--${name} takes no value.`);
      option.apply(given, "");
    } else {
      // `--out --format csv` has forgotten a value; `--out=--odd` has not.
      if (value === undefined || value === "" || (!inlineValue && /^-./.test(value))) throw new UsageError(`--${name} needs a value: --${name} ${option.value}.`);
      option.apply(given, value);
    }
  }
  withOperands(given, rest);
  const sources = [given.file !== undefined && "--file", given.sandbox && "--sandbox", given.baseUrl !== undefined && "--base-url"].filter(Boolean);
  if (sources.length > 1) throw new UsageError(`Use only one of ${sources.join(" and ")}: each says where the data comes from.`);
  return { asks: "run", given };
}

function commandOf(word: string): CommandName {
  const names = Object.keys(COMMANDS);
  if (names.includes(word)) return word as CommandName;
  const guess = nearest(word, names);
  // A word that looks like anything but a command may be a key, so it is not repeated.
  const shown = /^[a-z-]{1,20}$/.test(word) ? `\`${word}\` is not a command` : "The first word is not a command";
  throw new UsageError(`${shown}.${guess === undefined ? "" : ` Did you mean \`${guess}\`?`} ${SEE_HELP}`);
}

function mustBeKnown(name: string, rawName: string): void {
  if (Object.hasOwn(OPTIONS, name) || name === "help") return;
  if (KEY_NAMES.test(name)) {
    throw new UsageError(
      `${rawName} is not an option, because anyone on this machine can read the arguments of a command in the list of processes, and shells keep them ` +
        "in their history. Set the environment variable AYRSHARE_API_KEY instead, and AYRSHARE_PROFILE_KEY for a User Profile. If you have just " +
        "typed a real key, consider it known and replace it.",
    );
  }
  const guess = nearest(name, [...Object.keys(OPTIONS), "help", "version"]);
  const shown = /^--?[a-z-]{1,20}$/.test(rawName) ? `There is no option ${rawName}` : "There is no such option";
  throw new UsageError(`${shown}.${guess === undefined ? "" : ` Did you mean --${guess}?`} ${SEE_HELP}`);
}

function withOperands(given: Arguments, operands: readonly string[]): void {
  if (given.command !== "compare") {
    if (operands.length > 0) throw new UsageError(`\`${given.command}\` takes no further words. To read a file, write --file PATH. ${SEE_HELP}`);
    return;
  }
  if (given.sandbox) {
    if (operands.length > 0) throw new UsageError("With --sandbox, `compare` compares two invented files: name none.");
    return;
  }
  const [before, after, ...more] = operands;
  if (before === undefined || after === undefined || more.length > 0) {
    throw new UsageError("`compare` needs two batch files, the older one first: npx ayrshare-user compare BEFORE AFTER.");
  }
  if (before === "-" && after === "-") throw new UsageError("Only one of the two files can be standard input.");
  given.compared = [before, after];
}

function listed(names: readonly string[]): string {
  return names.map((name) => `--${name}`).join(", ");
}

function path(name: string, value: string): string {
  if (value.includes("\0")) throw new UsageError(`--${name} must be a path.`);
  return value;
}

function days(value: string): number {
  if (!/^\d{1,5}(\.\d+)?$/.test(value)) throw new UsageError("--within needs a number of days, such as 14.");
  return Number(value);
}

function network(value: string): string {
  if (!/^[a-z0-9_-]{1,40}$/i.test(value)) throw new UsageError("--network needs the name of one network as Ayrshare spells it, such as instagram or gmb.");
  return value.toLowerCase();
}

function oneOf<const T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((item) => item === value);
  if (found !== undefined) return found;
  const guess = nearest(value, allowed);
  throw new UsageError(`--${name} must be one of ${allowed.join(", ")}.${guess === undefined ? "" : ` Did you mean ${guess}?`}`);
}
