/** The two files of a comparison, and which of them an event or an error is about. */
import { AyrshareError, isAyrshareError } from "../errors/ayrshare-error.js";
import { byteReader, type ByteReader, wrong } from "./source.js";
import type { ProfileSource } from "./types.js";

export interface Sides {
  before: ByteReader;
  after: ByteReader;
  onEvent: unknown;
  /** The same error, with the name of the file in its message. */
  named: (error: unknown) => unknown;
  close: () => void;
}

/** Looks at both sources without opening them. They are read one after the other. */
export function sidesOf(before: ProfileSource, after: ProfileSource, onEvent: unknown): Sides {
  let side: "before" | "after" | undefined = "before";
  const named = (error: unknown): unknown => (side === undefined ? error : namedAfter(side, error));
  const open = (source: ProfileSource, name: "before" | "after"): ByteReader => {
    side = name;
    try {
      return byteReader(source);
    } catch (error) {
      throw named(error);
    }
  };
  const [first, second] = [open(before, "before"), open(after, "after")];
  if (before === after && !canBeReadTwice(before)) throw wrong("`after` is the same object as `before`, and can be read only once");
  side = undefined;
  const { read: readFirst } = first;
  const { read: readSecond } = second;
  first.read = () => ((side = "before"), readFirst());
  second.read = () => ((side = "after"), readSecond());
  const notify = onEvent as (event: object) => unknown;
  return {
    before: first,
    after: second,
    onEvent: typeof onEvent === "function" ? (event: object) => notify({ ...event, side }) : onEvent,
    named,
    close: () => {
      first.cancel();
      second.cancel();
    },
  };
}

/** Bytes, strings and Blobs can be read again. Only these have `slice`, apart from a `DataView`, which is a view. */
function canBeReadTwice(source: ProfileSource): boolean {
  return ArrayBuffer.isView(source) || typeof (source as Partial<Blob>).slice === "function";
}

function namedAfter(side: "before" | "after", error: unknown): unknown {
  if (!isAyrshareError(error) || error.kind === "aborted" || error.kind === "internal") return error;
  const message = error.message.includes("`source`") ? error.message.replaceAll("`source`", `\`${side}\``) : `\`${side}\`: ${error.message}`;
  return new AyrshareError({ ...error.toJSON(), message, kind: error.kind, cause: error.cause });
}
