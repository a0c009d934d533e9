// The text of --help, made from the tables of commands and options.

import { type Command, type CommandName, COMMANDS, OPTIONS } from "./arguments.js";

const EXIT_STATUS = `Exit status
  0  everything went well
  1  it failed; the reason is on standard error
  2  the command line is wrong
  3  with --fail-on: something needs attention`;

const KEYS = `Keys
  AYRSHARE_API_KEY      the API key; not needed with --file and --sandbox
  AYRSHARE_PROFILE_KEY  the Profile Key of a User Profile, for user, boards and health
Keys are never arguments, because the list of processes shows those.`;

/** The help for all commands, or for one. */
export function helpText(command?: CommandName): string {
  return command === undefined ? overview() : helpFor(command);
}

function overview(): string {
  const commands = Object.entries(COMMANDS).map(([name, entry]) => [withOperands(name, entry), entry.help] as const);
  return `Reads Ayrshare's user data: linked accounts, all profiles, and which links expire when.

Usage: npx ayrshare-user COMMAND [OPTIONS]
       npx ayrshare-user sweep --sandbox               try it without an account
       npx ayrshare-user sweep --file profiles.json    read a batch file that you already have

Commands
${aligned(commands)}

Options
${aligned([...options(Object.keys(OPTIONS)), ["--help, --version", "show this, or the version"]])}

${KEYS}

${EXIT_STATUS}
`;
}

function helpFor(name: CommandName): string {
  const entry = COMMANDS[name];
  return `${entry.help[0]?.toUpperCase()}${entry.help.slice(1)}.

Usage: npx ayrshare-user ${withOperands(name, entry)} [OPTIONS]

Options
${aligned(options(entry.options))}

${EXIT_STATUS}
`;
}

function withOperands(name: string, entry: Command): string {
  return entry.operands === undefined ? name : `${name} ${entry.operands}`;
}

function options(names: readonly string[]): (readonly [string, string])[] {
  return names.map((name) => {
    const { value, help } = OPTIONS[name as keyof typeof OPTIONS];
    return [value === undefined ? `--${name}` : `--${name} ${value}`, help];
  });
}

function aligned(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
