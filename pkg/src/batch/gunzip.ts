/** Decompresses gzip with the runtime's own `DecompressionStream`. */
import { AyrshareError, isAyrshareError } from "../errors/ayrshare-error.js";

/** Resolves to the next bytes; `undefined` at the end. */
export type NextBytes = () => Promise<Uint8Array | undefined>;

/** How much compressed data is decompressed at once. It can become a thousand times larger. */
const INPUT_BYTES = 16_384;

/** Whether these are the first bytes of a gzip file. */
export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/** Decompresses what begins with `head`. Reads more only when more is needed. */
export function gunzip(head: Uint8Array, next: NextBytes): { next: NextBytes; cancel: () => void } {
  const { readable, writable } = decompressor();
  const [reader, writer] = [readable.getReader(), writable.getWriter()];
  /** Ends the read in progress: not every runtime passes errors on. */
  let fail = (_error: unknown): void => undefined;
  let failure: unknown;
  /** The last four bytes: the size of the decompressed data, modulo 2^32. */
  let trailer: number[] = [];
  let size = 0;
  const pump = async (): Promise<void> => {
    try {
      for (let bytes: Uint8Array | undefined = head; bytes !== undefined; bytes = await next()) {
        trailer = [...trailer, ...bytes.subarray(-4)].slice(-4);
        for (let at = 0; at < bytes.length; at += INPUT_BYTES) {
          await writer.ready;
          // A copy, because shared memory is not accepted.
          await writer.write(bytes.slice(at, at + INPUT_BYTES) as Uint8Array<ArrayBuffer>);
        }
      }
      await writer.close();
    } catch (error) {
      failure = isAyrshareError(error) ? error : damaged(error);
      writer.abort(failure).catch(() => undefined);
      fail(failure);
    }
  };
  let pumping: Promise<void> | undefined;
  const read = (): Promise<{ done: boolean; value?: Uint8Array | undefined }> =>
    new Promise((resolve, reject) => {
      fail = reject;
      reader.read().then(resolve, (cause: unknown) => reject(failure ?? damaged(cause)));
    });
  return {
    async next() {
      pumping ??= pump();
      const { done, value } = await read();
      if (!done) {
        size += value!.length;
        return value;
      }
      await pumping;
      // Some runtimes ignore what follows the compressed data, or that its end is missing.
      if (failure === undefined && numberOf(trailer) !== size % 2 ** 32) failure = damaged(undefined);
      if (failure !== undefined) throw failure;
      return undefined;
    },
    cancel: () => void reader.cancel().catch(() => undefined),
  };
}

/** Some runtimes have no `DecompressionStream`, and in others, such as Next's edge routes, it throws when constructed. */
function decompressor(): DecompressionStream {
  try {
    return new DecompressionStream("gzip");
  } catch (cause) {
    throw new AyrshareError({ kind: "config", message: "`source` is gzip, and this runtime has no `DecompressionStream`: decompress it first", cause });
  }
}

/** A number in little-endian bytes. */
const numberOf = (bytes: readonly number[]): number => bytes.reduceRight((number, byte) => number * 256 + byte, 0);

function damaged(cause: unknown): AyrshareError {
  return new AyrshareError({ kind: "decode", message: "the gzip data of `source` is damaged or incomplete, or something follows it", cause });
}
