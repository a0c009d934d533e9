// The command `ayrshare-user`: reads the command line, runs one command, and writes its result.

import { type Arguments, type Format, readArguments } from "./arguments.js";
import { batch } from "./commands/batch.js";
import { boards } from "./commands/boards.js";
import { compare } from "./commands/compare.js";
import { health } from "./commands/health.js";
import { profiles } from "./commands/profiles.js";
import { sweep } from "./commands/sweep.js";
import { user } from "./commands/user.js";
import { type NamedFiles, failureOf } from "./failure.js";
import { fromClient } from "./from-client.js";
import { fromFile } from "./from-file.js";
import { helpText } from "./help.js";
import { type Environment, keysFrom } from "./keys.js";
import { reaches } from "./level.js";
import { type Input, type LocalFile, openFile, shareOf } from "./local-file.js";
import type { Origin } from "./origin.js";
import { type Output, type OutputStream, ReaderGone, toFile, toStream } from "./output.js";
import { type BarStream, ProgressBar } from "./progress.js";
import type { Report } from "./report.js";
import { sandboxFiles, sandboxOptions } from "./sandbox-data.js";
import { type Colourable, type Style, styleOf } from "./style.js";
import { harmless } from "./text.js";
import { csv } from "./writers/csv.js";
import { json, ndjson } from "./writers/json.js";
import { table } from "./writers/table.js";

/** What the command needs of its process. */
export interface Process {
  readonly env: Environment;
  readonly stdin: Input;
  readonly stdout: OutputStream & Colourable & { readonly columns?: number | undefined };
  readonly stderr: OutputStream & BarStream & Colourable;
  once(signal: Signal, listener: () => void): unknown;
  readonly pid: number;
  kill(pid: number, signal: Signal): unknown;
  exit(status: number): never;
}

type Signal = keyof typeof SIGNALS;

/** Signals that end the command, with their numbers. */
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** The exit status if `--fail-on` says so. */
const NEEDS_ATTENTION = 3;

/** Runs the command and resolves to its exit status: 0, 1 for a failure, 2 for wrong usage, 3 if something needs attention. */
export async function run(words: readonly string[], version: string, process: Process): Promise<number> {
  const say = (text: string): void => void process.stderr.write(`ayrshare-user: ${harmless(text)}\n`, () => {});
  // Nobody reads the messages any more. The exit status still says how it went.
  process.stderr.on("error", () => {});
  const stdout = toStream(process.stdout);
  const bar = new ProgressBar(process.stderr, styleOf(process.stderr), process.env.TERM === "dumb");
  let output: Output = stdout;
  let files: NamedFiles = {};
  /** The exit status if nothing fails. */
  let status = 0;
  const opened: LocalFile[] = [];
  try {
    const request = readArguments(words);
    if (request.asks !== "run") {
      await stdout.write(request.asks === "help" ? helpText(request.command) : `${version}\n`);
      return 0;
    }
    const { given } = request;
    files = filesOf(given);
    const read = await readerOf(given, process, bar, say, opened);
    if (given.out !== undefined && given.out !== "-") output = toFile(given.out);
    for (const [signal, number] of Object.entries(SIGNALS)) {
      process.once(signal as Signal, () => {
        bar.stop();
        output.abandon();
        say(stopped(signal, bar, given));
        // `exit` would wait for a named pipe to be opened. This listener is gone, so the signal ends the process.
        if (opened.some((file) => file.waitsForWriter)) process.kill(process.pid, signal as Signal);
        process.exit(128 + number);
      });
    }
    const report = await read();
    if (given.failOn !== undefined && reaches(report.level ?? "ok", given.failOn)) status = NEEDS_ATTENTION;
    for await (const piece of pieces(report, given, process)) {
      bar.clear();
      await output.write(piece);
    }
    await output.finish();
    bar.stop();
    for (const note of report.notes?.() ?? []) say(note);
    return status;
  } catch (error) {
    bar.stop();
    output.abandon();
    // What was found does not depend on how much of it somebody wanted to see.
    if (error instanceof ReaderGone) return status;
    const failure = failureOf(error, files);
    say(failure.message);
    return failure.status;
  }
}

/**
 * Finds out where the data comes from, and returns a function that reads it. Adds the files that it opens to `files`.
 *
 * @throws UsageError or FileError, before anything is sent.
 */
async function readerOf(given: Arguments, { env, stdin }: Process, bar: ProgressBar, say: (text: string) => void, files: LocalFile[]): Promise<() => Promise<Report>> {
  const { command, compared, file: path, sandbox, baseUrl } = given;
  const opened = async (name: string): Promise<LocalFile> => {
    if (name === "-" && stdin.isTTY === true) say("Reading standard input. End it with Ctrl-D.");
    const file = await openFile(name, stdin);
    files.push(file);
    return file;
  };
  if (command === "compare") {
    const [before, after] = compared === undefined ? await sandboxFiles() : await Promise.all(compared.map(opened)) as [LocalFile, LocalFile];
    return async () => {
      bar.start("Reading the files", () => shareOf(before, after));
      return (await compare(before, after, bar.note)) as Report;
    };
  }
  if (path !== undefined) {
    const file = await opened(path);
    return () => {
      if (readsBatchFile(command)) bar.start("Reading the file", () => shareOf(file));
      return resultOf(given, fromFile(file, path, bar.note));
    };
  }
  // With `--sandbox`, the keys are not even read. Another host may be a gateway, which has its own key.
  const options = sandbox ? await sandboxOptions() : { ...keysFrom(env, baseUrl === undefined), ...(baseUrl !== undefined && { baseUrl }) };
  return () => {
    if (readsBatchFile(command)) bar.start("Ordering the file");
    return resultOf(given, fromClient({ ...options, onEvent: bar.note }));
  };
}

/** How messages name the files. */
function filesOf({ file, compared }: Arguments): NamedFiles {
  const files = { source: file, before: compared?.[0], after: compared?.[1] };
  return Object.fromEntries(Object.entries(files).flatMap(([name, path]) => (path === undefined ? [] : [[name, path === "-" ? "standard input" : path]])));
}

function readsBatchFile(command: Arguments["command"]): boolean {
  return command === "profiles" || command === "sweep";
}

async function resultOf(given: Arguments, origin: Origin): Promise<Report> {
  switch (given.command) {
    case "user":
      return (await user(origin)) as Report;
    case "boards":
      return (await boards(origin)) as Report;
    case "batch":
      return (await batch(origin)) as Report;
    case "health":
      return (await health(origin, given)) as Report;
    case "sweep":
      return (await sweep(origin, given)) as Report;
    default:
      return profiles(origin, given) as Report;
  }
}

function pieces(report: Report, { format, out }: Arguments, process: Process): AsyncGenerator<string> {
  const isTerminal = process.stdout.isTTY === true && (out === undefined || out === "-");
  const plain: Style = styleOf({});
  switch (format ?? formatOf(out)) {
    case "json":
      return json(report);
    case "ndjson":
      return ndjson(report);
    case "csv":
      return csv(report, isTerminal);
    default:
      return table(report, isTerminal ? styleOf(process.stdout) : plain, isTerminal ? process.stdout.columns || undefined : undefined);
  }
}

/** The format that a file's name promises. */
function formatOf(out: string | undefined): Format {
  const [, ending] = /\.(json|ndjson|jsonl|csv)$/i.exec(out ?? "") ?? [];
  if (ending === undefined) return "table";
  return ending.toLowerCase() === "jsonl" ? "ndjson" : (ending.toLowerCase() as Format);
}

function stopped(signal: string, bar: ProgressBar, { out }: Arguments): string {
  const read = bar.sentence() ?? "Nothing of the file was read yet";
  return `Stopped by ${signal === "SIGINT" ? "Ctrl-C" : signal}. ${read}.${out === undefined || out === "-" ? "" : ` ${out} was not changed.`}`;
}
