// Where results go: standard output, or a file that is replaced only once everything is written.

import { closeSync, fstatSync, fsyncSync, lstatSync, openSync, readlinkSync, realpathSync, renameSync, statSync, unlinkSync, writeSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** Takes the result, piece by piece. */
export interface Output {
  /** Resolves when the next piece may be written. */
  write(text: string): Promise<void>;
  /** After the last piece. */
  finish(): Promise<void>;
  /** Removes what was written so far, if that is in a file. Takes effect at once, because it is also called when a signal arrives. */
  abandon(): void;
}

/** The reader of standard output has gone away, as `head` does: nobody wants the rest. */
export class ReaderGone extends Error {}

/** The result could not be written. */
export class OutputError extends Error {}

/** A stream such as `process.stdout`. */
export interface OutputStream {
  write(text: string, done: (error?: Error | null) => void): boolean;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** Writes to standard output. */
export function toStream(stream: OutputStream): Output {
  // Each failed write reports its own error; without a listener, the stream's event would end the process.
  stream.on("error", () => {});
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error) => {
          if (!error) resolve();
          else reject(codeOf(error) === "EPIPE" ? new ReaderGone() : new OutputError(`The result could not be written to standard output: ${reasonOf(error)}`));
        });
      }),
    finish: () => Promise.resolve(),
    abandon: () => {},
  };
}

/**
 * Writes to a file: beside it first, and under its name when everything is written, so that nobody sees half a result. A device or a named
 * pipe is written to directly.
 *
 * @throws {@link OutputError} if the file cannot be written, before anything else is done.
 */
export function toFile(path: string): Output {
  const wrapped = <T>(task: () => T): T => {
    try {
      return task();
    } catch (error) {
      // A pipe that was named by its path, such as /dev/stdout.
      if (codeOf(error) === "EPIPE") throw new ReaderGone();
      throw new OutputError(`The result could not be written to ${path}: ${reasonOf(error)}`);
    }
  };
  return wrapped(() => {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there?.isDirectory() || /[\\/]$/.test(path)) throw Object.assign(new Error(), { code: "EISDIR" });
    const isReplaced = there === undefined || there.isFile();
    const target = isReplaced ? targetOf(path, there !== undefined) : path;
    const beside = join(dirname(target), `.${basename(target).slice(0, 200)}.${process.pid}.part`);
    // An existing file keeps its mode. One that cannot be written must not be replaced either.
    if (there?.isFile()) closeSync(openSync(target, "r+"));
    const file = isReplaced ? openSync(beside, "wx", there?.mode ?? 0o666) : openSync(target, "w");
    let isOpen = true;
    const remove = (): void => {
      if (!isOpen) return;
      isOpen = false;
      closeSync(file);
      if (isReplaced) unlinkSync(beside);
    };
    return {
      write: async (text) => wrapped(() => writeAll(file, Buffer.from(text))),
      finish: async () =>
        wrapped(() => {
          // Some disks are found to be full only now.
          if (fstatSync(file).isFile()) fsyncSync(file);
          closeSync(file);
          isOpen = false;
          if (!isReplaced) return;
          try {
            renameSync(beside, target);
          } catch (error) {
            unlinkSync(beside);
            throw error;
          }
        }),
      abandon: () => {
        try {
          remove();
        } catch {
          // The folder has gone, and the file with it.
        }
      },
    };
  });
}

/** A symbolic link stays one: the file that it names is replaced, or created. The path of a pipe is no real one. */
function targetOf(path: string, exists: boolean): string {
  if (exists) return realpathSync(path);
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? resolve(dirname(path), readlinkSync(path)) : path;
}

/** The system may take fewer bytes than it is given. */
function writeAll(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "you may not write there. Choose another --out.",
  EDQUOT: "your disk quota is used up. Free some space, or choose another --out.",
  EFBIG: "the file would become larger than allowed. Choose another --out.",
  EISDIR: "it is a directory. Add the name of a file.",
  ENAMETOOLONG: "the name is too long. Choose another --out.",
  ENOENT: "its directory does not exist. Create it first, or choose another --out.",
  ENOSPC: "no space is left on the disk. Free some space, or choose another --out.",
  ENOTDIR: "a part of the path is not a directory. Choose another --out.",
  EPERM: "you may not write there. Choose another --out.",
  EROFS: "the disk is read-only. Choose another --out.",
};

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return REASONS[code] ?? `the system reports ${code}.`;
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "an unknown error";
}
