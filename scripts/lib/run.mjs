// Runs other programs. Every child gets its own process group, so that nothing it started (a browser, a driver,
// a server) outlives it or this process.
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";

const groups = new Set();
const ownGroup = process.platform !== "win32";

function killGroup(pid, signal = "SIGKILL") {
  try {
    process.kill(ownGroup ? -pid : pid, signal);
  } catch {
    // Already gone, as intended.
  }
}

let watching = false;

/** Once there is a child, ends all children when this process ends. */
function endWithUs() {
  if (watching) return;
  watching = true;
  process.on("exit", () => groups.forEach((pid) => killGroup(pid)));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));
}

/**
 * Starts `command` and leaves it running. `stop()` ends it and everything it started; `closed` resolves to its exit code.
 * `onText` gets its output on both streams.
 */
export function start(command, args, { cwd, env, onText = () => {} } = {}) {
  endWithUs();
  const child = spawn(command, args, { cwd, env, detached: ownGroup, stdio: ["ignore", "pipe", "pipe"] });
  const { pid } = child;
  if (pid !== undefined) groups.add(pid);
  child.stdout.setEncoding("utf8").on("data", onText);
  child.stderr.setEncoding("utf8").on("data", onText);
  const stop = () => {
    if (pid === undefined) return;
    killGroup(pid);
    groups.delete(pid);
    // A program that has left the group, as browsers start, may keep the pipes open, and with them this process.
    for (const pipe of [child.stdout, child.stderr]) pipe.destroy();
  };
  const closed = new Promise((resolve) => {
    child.once("error", (error) => {
      onText(`${command}: ${error.message}\n`);
      resolve(127);
    });
    // "exit" instead of "close", because a grandchild that keeps the pipe open must not block us. The short pause lets the
    // last lines arrive.
    child.once("exit", (code, signal) => {
      setTimeout(() => {
        stop();
        resolve(code ?? (signal ? 128 : 1));
      }, 50);
    });
  });
  return { stop, closed };
}

/** Runs `command` until it exits. Resolves to `{ code, output }`. After `timeoutMs`, the command is stopped, with code 124. */
export async function run(command, args, { cwd, env, logFile, timeoutMs, echo = false } = {}) {
  let output = "";
  const log = logFile ? createWriteStream(logFile, { flags: "a" }) : undefined;
  log?.write(`\n$ ${command} ${args.join(" ")}\n`);
  const onText = (text) => {
    output += text;
    log?.write(text);
    if (echo) process.stdout.write(text);
  };
  const child = start(command, args, { cwd, env, onText });
  let late = false;
  const timer = timeoutMs && setTimeout(() => {
    late = true;
    onText(`\n${command}: no end after ${timeoutMs / 1000} s, ended\n`);
    child.stop();
  }, timeoutMs);
  const code = await child.closed;
  clearTimeout(timer);
  log?.end();
  return { code: late ? 124 : code, output };
}

/** An error whose message is sufficient; scripts print it without a stack. */
export class Stop extends Error {}

/** Runs a script's main function if the file was started directly, not imported. */
export async function main(isMain, body) {
  if (!isMain) return;
  try {
    await body();
  } catch (error) {
    console.error(error instanceof Stop ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}

export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
