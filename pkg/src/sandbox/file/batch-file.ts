// The batch file as a function of the position: its size is known, and any byte range can be written without holding the file in
// memory or generating the bytes before the range. Only the position of every thousandth record is stored.

import type { ByteStream } from "../../web-types.js";
import type { SandboxCorruption } from "../faults.js";
import type { Generator } from "../data/generator.js";
import { makeOdd } from "../data/odd-fields.js";
import type { SandboxFileShape } from "../options.js";
import { readingBody, withoutInstagramDetails } from "../data/user-body.js";
import { type SandboxProfile } from "../types.js";
import { hexOf, mix32 } from "../data/random.js";
import { decode, encode } from "../data/utf8.js";

const STRIDE = 1_000;
const KEY_DIGITS = 40;

/** The share of odd fields in the records, and the seed that selects them. */
export interface OddFields {
  readonly share: number;
  readonly seed: number;
}

const frames: Record<SandboxFileShape, { head: string; between: string; tail: string; keyed: boolean }> = {
  array: { head: "[", between: ",", tail: "]", keyed: false },
  wrapped: { head: '{"users":[', between: ",", tail: "]}", keyed: false },
  keyed: { head: "{", between: ",", tail: "}", keyed: true },
  ndjson: { head: "", between: "\n", tail: "\n", keyed: false },
};

/** The content of a file. It is a snapshot, so that later changes of state do not change the file. */
export interface FileContent {
  shape: SandboxFileShape;
  /** The profiles at the start of the file. */
  own: readonly SandboxProfile[];
  generator: Generator;
  /** Number of generated profiles, including those left out. */
  generated: number;
  /** Indexes of generated profiles that are left out, ascending. */
  leftOut: readonly number[];
}

/** One version of the batch file. */
export class BatchFile {
  /** Length in bytes. */
  readonly size: number;
  /** Number of profiles in it. */
  readonly profiles: number;
  /** Strong entity tag, including its quotes. */
  readonly etag: string;
  readonly #content: FileContent;
  readonly #own: Uint8Array[];
  readonly #head: Uint8Array;
  readonly #between: Uint8Array;
  readonly #tail: Uint8Array;
  readonly #keyed: boolean;
  /** Position of every thousandth record. */
  readonly #marks: Float64Array;

  constructor(content: FileContent) {
    const frame = frames[content.shape];
    this.#content = content;
    this.#keyed = frame.keyed;
    this.#own = content.own.map((profile, index) => this.#ownRecord(profile, index));
    this.profiles = this.#own.length + content.generated - content.leftOut.length;
    this.#head = encode(frame.head);
    this.#between = encode(frame.between);
    this.#tail = encode(this.profiles === 0 && content.shape === "ndjson" ? "" : frame.tail);
    this.#marks = new Float64Array(Math.floor(this.profiles / STRIDE) + 1);
    this.size = this.#measure();
    const own = this.#own.map((record) => decode(record)).join("\n");
    this.etag = `"${hexOf([content.shape, content.generator.identity, content.generated, content.leftOut, own].join("|"), 32)}"`;
  }

  /** The bytes `[from, to)`, generated as they are read, in chunks of `chunkBytes`. */
  stream(from = 0, to = this.size, chunkBytes = 65_536, corrupt: readonly SandboxCorruption[] = [], odd: OddFields | null = null): ByteStream {
    const spoil = new Map(corrupt.map(({ record, kind }) => [record, kind] as const));
    const cursor = this.#cursor(from, odd);
    let position = from;
    return new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        pull: (controller) => {
          const chunk = new Uint8Array(Math.min(chunkBytes, to - position));
          cursor(chunk, spoil);
          position += chunk.length;
          if (chunk.length > 0) controller.enqueue(chunk);
          if (position >= to) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** Returns a function that fills one array after another with the bytes of the file, starting at `position`. */
  #cursor(position: number, odd: OddFields | null): (target: Uint8Array, spoil: ReadonlyMap<number, SandboxCorruption["kind"]>) => void {
    let [piece, skip] = this.#locate(position);
    let scratch = new Uint8Array(0);
    return (target, spoil) => {
      let filled = 0;
      while (filled < target.length) {
        const length = this.#pieceLength(piece);
        const room = target.length - filled;
        const direct = skip === 0 && length <= room;
        if (!direct && scratch.length < length) scratch = new Uint8Array(length * 2);
        const [at, offset] = direct ? ([target, filled] as const) : ([scratch, 0] as const);
        this.#writePiece(piece, at, offset);
        const kind = spoil.get(piece);
        const isRecord = piece >= 0 && piece < this.profiles;
        if (odd !== null && isRecord) makeOdd(at.subarray(offset + this.#lead(piece), offset + length), odd.share, mix32(odd.seed ^ mix32(piece)));
        if (kind !== undefined) spoilRecord(at.subarray(offset + this.#lead(piece), offset + length), kind);
        const take = Math.min(length - skip, room);
        if (!direct) target.set(scratch.subarray(skip, skip + take), filled);
        filled += take;
        skip += take;
        if (skip === length) [piece, skip] = [piece + 1, 0];
      }
    };
  }

  /** The piece at a position, and the offset within it. Piece -1 is the head, piece `profiles` the tail. */
  #locate(position: number): [piece: number, skip: number] {
    if (position < this.#head.length) return [-1, position];
    let low = 0;
    let high = this.#marks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#marks[middle] as number) <= position) low = middle;
      else high = middle - 1;
    }
    let piece = low * STRIDE;
    let skip = position - (this.#marks[low] as number);
    while (piece < this.profiles && skip >= this.#pieceLength(piece)) {
      skip -= this.#pieceLength(piece);
      piece += 1;
    }
    return [piece, skip];
  }

  #measure(): number {
    let position = this.#head.length;
    for (let piece = 0; piece < this.profiles; piece += 1) {
      if (piece % STRIDE === 0) this.#marks[piece / STRIDE] = position;
      position += this.#pieceLength(piece);
    }
    if (this.profiles % STRIDE === 0) this.#marks[this.profiles / STRIDE] = position;
    return position + this.#tail.length;
  }

  /** Number of bytes of a piece before its record: the separator, and in a keyed file the key. */
  #lead(piece: number): number {
    const key = this.#keyed && piece >= this.#own.length ? KEY_DIGITS + 3 : 0;
    return (piece > 0 ? this.#between.length : 0) + key;
  }

  #pieceLength(piece: number): number {
    if (piece < 0) return this.#head.length;
    if (piece >= this.profiles) return this.#tail.length;
    const own = this.#own[piece];
    return this.#lead(piece) + (own === undefined ? this.#content.generator.length(this.#index(piece)) : own.length);
  }

  #writePiece(piece: number, target: Uint8Array, offset: number): void {
    if (piece < 0) return target.set(this.#head, offset);
    if (piece >= this.profiles) return target.set(this.#tail, offset);
    if (piece > 0) target.set(this.#between, offset);
    const at = offset + this.#lead(piece);
    const own = this.#own[piece];
    if (own !== undefined) return target.set(own, at);
    const index = this.#index(piece);
    this.#content.generator.write(index, target, at);
    if (this.#keyed) this.#writeKey(target, at, this.#content.generator.length(index));
  }

  /** Copies the record's `refId` in front of it. */
  #writeKey(target: Uint8Array, at: number, length: number): void {
    const start = at + findRefId(target.subarray(at, at + length));
    target[at - KEY_DIGITS - 3] = 0x22;
    target.copyWithin(at - KEY_DIGITS - 2, start, start + KEY_DIGITS);
    target[at - 2] = 0x22;
    target[at - 1] = 0x3a;
  }

  #index(piece: number): number {
    let index = piece - this.#own.length;
    for (const gone of this.#content.leftOut) if (gone <= index) index += 1;
    return index;
  }

  #ownRecord(profile: SandboxProfile, index: number): Uint8Array {
    const [record, refId] = readingBody(profile, () => [JSON.stringify(withoutInstagramDetails(profile.user)), profile.user.refId]);
    if (!this.#keyed) return encode(record);
    return encode(`${JSON.stringify(typeof refId === "string" ? refId : `profile-${index}`)}:${record}`);
  }
}

const REF_ID = Uint8Array.from('"refId":"', (character) => character.charCodeAt(0));

/** Offset of the digits of `"refId"`, or -1. Searches from the end, because generated records have it there. */
function findRefId(record: Uint8Array): number {
  for (let at = record.length - REF_ID.length; at >= 0; at -= 1) {
    if (record[at] !== REF_ID[0]) continue;
    if (REF_ID.every((byte, i) => record[at + i] === byte)) return at + REF_ID.length;
  }
  return -1;
}

function spoilRecord(record: Uint8Array, kind: SandboxCorruption["kind"]): void {
  const quote = record.indexOf(0x22);
  if (kind === "syntax") record[Math.max(quote, 0)] = 0x3f;
  else if (kind === "utf8") record[quote + 1] = 0xff;
  else if (kind === "control") record[quote + 1] = 0;
  else if (!numberRefId(record)) record.fill(0x20).set([0x37]);
}

/** Replaces the value of `"refId":"…"` with a number of the same width. */
function numberRefId(record: Uint8Array): boolean {
  const start = findRefId(record);
  if (start < 0) return false;
  const end = record.indexOf(0x22, start);
  record.fill(0x37, start - 1, end + 1);
  return true;
}
