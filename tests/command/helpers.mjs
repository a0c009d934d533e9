// Runs the command as users do: the packed executable in a process of its own, with pipes or in a real terminal.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serveSandbox } from "ayrshare-user/sandbox/node";
import headless from "@xterm/headless";

export const BIN = fileURLToPath(new URL("./bin/ayrshare-user.js", import.meta.resolve("ayrshare-user")));

/** An environment in which only the named keys are set. The preload of the tests is not part of it. */
export function environment(more = {}) {
  const { AYRSHARE_API_KEY, AYRSHARE_PROFILE_KEY, NODE_OPTIONS, NO_COLOR, NODE_DISABLE_COLORS, FORCE_COLOR, CI, ...env } = process.env;
  return { ...env, TERM: "xterm-256color", ...more };
}

/** Starts the command with pipes; `by` is a command that starts it. `ended` resolves to its exit status, signal and output. */
export function start(words, { env = {}, by = [], ...options } = {}) {
  const [program, ...args] = [...by, process.execPath, BIN, ...words];
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], env: environment(env), ...options });
  const seen = { out: "", err: "" };
  child.stdout?.setEncoding("utf8").on("data", (text) => (seen.out += text));
  child.stderr?.setEncoding("utf8").on("data", (text) => (seen.err += text));
  child.stdin?.on("error", () => {});
  const ended = new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal, ...seen })));
  return { child, seen, ended };
}

/** Runs the command to its end, with this on standard input. */
export async function run(words, { input, ...options } = {}) {
  const { child, ended } = start(words, options);
  child.stdin?.end(input);
  return ended;
}

/** The same, for a command that has to succeed without a word on standard error. */
export async function output(words, options) {
  const { code, out, err } = await run(words, options);
  assert.deepEqual([code, err], [0, ""], `${words.join(" ")}: ${err}`);
  return out;
}

/** A folder that is removed after the test. */
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), "ayrshare-user-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A sandbox over HTTP, and what the command needs to use it. */
export async function sandbox(t, options = {}) {
  const served = await serveSandbox({ batchDelayMs: 0, ...options });
  t.after(() => served.close());
  return { ...served, env: { AYRSHARE_API_KEY: served.sandbox.apiKey }, at: ["--base-url", served.baseUrl] };
}

const quoted = (word) => `'${word.replaceAll("'", `'\\''`)}'`;

/** Resolves when the condition holds. The test's own time limit ends a wait that never does. */
export async function until(condition, describe = () => "") {
  for (let waited = 0; !condition(); waited += 10) {
    assert.ok(waited < 60_000, `this never happened: ${condition}\n${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * Runs the command in a terminal: `script` (of Debian's essential bsdutils) opens a pseudo-terminal, and xterm's own emulator interprets what
 * arrives there, so that tests see what a person would. `redirect` is shell syntax such as `>file`.
 */
export function terminal(t, words, { env = {}, columns = 80, redirect = "" } = {}) {
  assert.ok(existsSync("/usr/bin/script"), "these tests need script(1): on Debian, it is in the package bsdutils");
  const place = folder(t);
  const [pidFile, ttyFile] = [join(place, "pid"), join(place, "tty")];
  const command = `stty rows 24 cols ${columns}; tty >${quoted(ttyFile)}; echo $$ >${quoted(pidFile)}; exec ${[process.execPath, BIN, ...words].map(quoted).join(" ")} ${redirect}`;
  const child = spawn("/usr/bin/script", ["-qefc", command, "/dev/null"], { stdio: ["pipe", "pipe", "pipe"], env: environment({ SHELL: "/bin/sh", ...env }) });
  const screen = new headless.Terminal({ cols: columns, rows: 24, allowProposedApi: true, convertEol: false });
  const seen = { raw: "", written: 0, drawn: 0 };
  child.stdin.on("error", () => {});
  child.stdout.on("data", (bytes) => {
    seen.raw += bytes;
    seen.written += 1;
    screen.write(bytes, () => (seen.drawn += 1));
  });
  const exited = new Promise((resolve) => child.once("close", (code) => resolve(code)));
  t.after(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  /** The lines that a person sees, without empty ones at the end. */
  const lines = () => {
    const { active } = screen.buffer;
    return Array.from({ length: active.length }, (_, row) => active.getLine(row).translateToString(true)).join("\n").trimEnd().split("\n");
  };
  return {
    lines,
    raw: () => seen.raw,
    pid: () => Number(readFileSync(pidFile, "utf8")),
    shows: (pattern) => until(() => pattern.test(lines().join("\n")), () => lines().join("\n")),
    type: (text) => child.stdin.write(text),
    /** Resizes the terminal, then signals its programs, as a window does. */
    async resize(to) {
      screen.resize(to, 24);
      const stty = spawn("stty", ["-F", readFileSync(ttyFile, "utf8").trim(), "cols", String(to)], { stdio: "inherit" });
      assert.equal(await new Promise((resolve) => stty.once("close", resolve)), 0);
    },
    /** Resolves to the exit status when everything is on the screen. */
    async ended() {
      const code = await exited;
      await until(() => seen.drawn === seen.written);
      return code;
    },
  };
}
