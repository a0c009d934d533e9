/** Opens a file that a user named, or standard input. */
import { createReadStream } from "node:fs";
import { access, constants, stat } from "node:fs/promises";

/** Standard input, or a stream like it. */
export interface Input extends AsyncIterable<unknown> {
  readonly isTTY?: boolean | undefined;
}

/** A file cannot be read, or is not what the command reads. The message is complete. */
export class FileError extends Error {}

/** The bytes of a file. */
export interface LocalFile extends AsyncIterable<Uint8Array> {
  /** Its size, if it is known. */
  readonly size: number | undefined;
  /** Whether opening it waits for a writer, as that of a named pipe does. */
  readonly waitsForWriter: boolean;
  /** How many bytes were read so far. */
  readonly bytes: () => number;
}

/** A file with this text. */
export function fileOf(text: string): LocalFile {
  const bytes = new TextEncoder().encode(text);
  return counting(
    async function* () {
      yield bytes;
    },
    "The text",
    bytes.length,
  );
}

/** How much of the files was read, from 0 to 1, if their sizes are known. */
export function shareOf(...files: readonly LocalFile[]): number | undefined {
  const total = files.reduce((sum, { size = Number.NaN }) => sum + size, 0);
  return total > 0 ? Math.min(1, files.reduce((sum, { bytes }) => sum + bytes(), 0) / total) : undefined;
}

/**
 * Opens the file at a path; `-` is standard input.
 *
 * @throws {@link FileError} if it cannot be read.
 */
export async function openFile(path: string, input: Input): Promise<LocalFile> {
  if (path === "-") return counting(() => input as AsyncIterable<Uint8Array>, "Standard input", undefined);
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
    await access(path, constants.R_OK);
    return counting(() => createReadStream(path), path, found.isFile() ? found.size : undefined, found.isFIFO());
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** `open` is called when the first byte is wanted: a stream whose error nobody awaits yet would end the process. */
function counting(open: () => AsyncIterable<Uint8Array>, name: string, size: number | undefined, waitsForWriter = false): LocalFile {
  let bytes = 0;
  return {
    size,
    waitsForWriter,
    bytes: () => bytes,
    async *[Symbol.asyncIterator]() {
      try {
        for await (const chunk of open()) {
          bytes += chunk.length;
          yield chunk;
        }
      } catch (error) {
        throw unreadable(name, error);
      }
      // Standard input, too, if it is closed.
      if (bytes === 0) throw new FileError(`${name} is empty.`);
    },
  };
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "you may not read it.",
  EISDIR: "it is a directory. Name a file in it.",
  ENOENT: "there is no such file. Check the path.",
  ENOTDIR: "a part of the path is not a directory. Check the path.",
  EPERM: "you may not read it.",
};

function unreadable(name: string, error: unknown): FileError {
  const { code } = error as { code?: unknown };
  return new FileError(`${name} could not be read: ${REASONS[String(code)] ?? `the system reports ${typeof code === "string" ? code : "an unknown error"}.`}`);
}
