// Templates of generated profiles: JSON text with slots of fixed width. Filling slots in a copied byte array is far cheaper than
// building objects. Because filling a slot never changes the length, the length of any record is known without generating it, so the
// batch file can be read from any byte.

import { draw, STEP } from "./random.js";
import { encode } from "./utf8.js";

/** First words of generated names. Each has five letters. */
const FIRST = (
  "Amber Azure Birch Bison Blaze Brook Cedar Clear Cloud Coral Crane Crisp Delta Ember Fable Ferry Field Finch Flint Forge " +
  "Frost Giant Glade Grand Grove Hazel Heron Honey Indie Ivory Jolly Koala Lemon Light Lilac Linen Lotus Lunar Maple Merry " +
  "Mocha North Ocean Olive Onyxa Opera Otter Panda Pearl Petal Pixel Polar Prime Quiet Raven River Robin Royal Sable Solar " +
  "Stone Tiger Tulip Woody"
).split(" ");

/** Second words. Each has six letters. */
const SECOND = (
  "Anchor Arcade Bakery Basket Beacon Bistro Bottle Bridge Bureau Button Camera Candle Canvas Castle Cinema Circle Clinic Coffee " +
  "Corner Crafts Dental Design Dinner Dreams Escape Estate Fabric Flower Forest Galaxy Garage Garden Guitar Harbor Health Island " +
  "Jungle Kettle Labels Legacy Letter Market Meadow Mirror Museum Nation Office Orchid Outlet Palace Papers Pepper Pocket Puzzle " +
  "Record Safari School Sports Studio Summit Tailor Travel Valley Window"
).split(" ");

/** Characters that mark slots in template strings. A run of the same mark is one slot of that width. */
const MARK = {
  digit: "\uE001",
  hex: "\uE002",
  base32: "\uE003",
  first: "\uE004",
  second: "\uE005",
  firstLower: "\uE006",
  secondLower: "\uE007",
  unique: "\uE008",
  number: "\uE009",
} as const;

/** Pieces to build template strings from. */
export const slot = {
  /** Random decimal digits. */
  digits: (width: number): string => MARK.digit.repeat(width),
  /** Random hexadecimal digits. */
  hex: (width: number): string => MARK.hex.repeat(width),
  /** Random letters and digits of a DID. */
  base32: (width: number): string => MARK.base32.repeat(width),
  /** The generated name of the profile, such as `Amber Harbor`. */
  name: `${MARK.first.repeat(5)} ${MARK.second.repeat(6)}`,
  /** The name as a handle, such as `amberharbor0042`. */
  handle: `${MARK.firstLower.repeat(5)}${MARK.secondLower.repeat(6)}${MARK.number.repeat(4)}`,
  /** The name as part of a picture's file name, such as `amber-harbor`. */
  slug: `${MARK.firstLower.repeat(5)}-${MARK.secondLower.repeat(6)}`,
  /** Eight hexadecimal digits that no other profile of the sandbox has. */
  unique: MARK.unique.repeat(8),
  /** A JSON number, written as a string whose quotes are removed later. */
  number: (text: string): string => `\uE00F${text}\uE00F`,
  /** Escapes that `JSON.stringify` would not write. They are copied to the file unchanged. */
  escaped: { solidus: "\uE010", eAcute: "\uE011", grin: "\uE012" },
};

const RAW: readonly (readonly [string, string])[] = [
  ['"\uE00F', ""],
  ['\uE00F"', ""],
  [slot.escaped.solidus, "\\/"],
  [slot.escaped.eAcute, "\\u00e9"],
  [slot.escaped.grin, "\\ud83d\\ude00"],
];

const KINDS = Object.values(MARK);

/** A compiled template: bytes with the digit 0 in all slots, and the slots as triples (offset, width, kind). */
export interface Template {
  readonly bytes: Uint8Array;
  readonly slots: Int32Array;
}

/** Compiles an object whose strings contain marks. */
export function compile(value: unknown): Template {
  const text = RAW.reduce((json, [mark, raw]) => json.replaceAll(mark, raw), JSON.stringify(value));
  const slots: number[] = [];
  const parts: Uint8Array[] = [];
  let length = 0;
  for (const [run] of text.matchAll(/([\uE001-\uE009])\1*|[^\uE001-\uE009]+/g)) {
    const kind = KINDS.indexOf(run[0] as (typeof KINDS)[number]);
    if (kind >= 0) slots.push(length, run.length, kind);
    const bytes = encode(kind >= 0 ? "0".repeat(run.length) : run);
    parts.push(bytes);
    length += bytes.length;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, slots: Int32Array.from(slots) };
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const HEX = ascii("0123456789abcdef");
const BASE32 = ascii("abcdefghijklmnopqrstuvwxyz234567");
const words = (list: readonly string[]): Uint8Array[] => list.map(encode);
const lower = (list: readonly string[]): Uint8Array[] => words(list.map((word) => word.toLowerCase()));
let wordLists: readonly [Uint8Array[], Uint8Array[], Uint8Array[], Uint8Array[]] | undefined;

/** Writes one record at `offset` of `target`. `bits` determines its name, `unique` its unique digits. */
export function fill(template: Template, target: Uint8Array, offset: number, bits: number, unique: number): void {
  target.set(template.bytes, offset);
  const { slots } = template;
  let state = bits;
  for (let s = 0; s < slots.length; s += 3) {
    const at = offset + (slots[s] as number);
    const width = slots[s + 1] as number;
    const kind = slots[s + 2] as number;
    if (kind <= 2) state = fillRandom(target, at, width, kind, state);
    else if (kind <= 6) target.set(wordFor(kind, bits), at);
    else if (kind === 7) fillDigits(target, at, width, unique, 16);
    else fillDigits(target, at, width, (bits >>> 12) % 10_000, 10);
  }
}

function wordFor(kind: number, bits: number): Uint8Array {
  wordLists ??= [words(FIRST), words(SECOND), lower(FIRST), lower(SECOND)];
  const list = wordLists[(kind - 3) as 0 | 1 | 2 | 3];
  return list[kind % 2 === 1 ? bits & 63 : (bits >>> 6) & 63] as Uint8Array;
}

/** Takes up to eight characters from each draw. Returns the state after the last draw. */
function fillRandom(target: Uint8Array, at: number, width: number, kind: number, start: number): number {
  let state = start;
  let random = 0;
  for (let i = 0; i < width; i += 1) {
    if (i % (kind === 2 ? 6 : 8) === 0) {
      state = (state + STEP) | 0;
      random = draw(state);
    }
    if (kind === 0) {
      target[at + i] = 48 + (random % 10);
      random = (random / 10) >>> 0;
    } else if (kind === 1) {
      target[at + i] = HEX[random & 15] as number;
      random >>>= 4;
    } else {
      target[at + i] = BASE32[random & 31] as number;
      random >>>= 5;
    }
  }
  return state;
}

function fillDigits(target: Uint8Array, at: number, width: number, value: number, base: 10 | 16): void {
  let rest = value;
  for (let i = width - 1; i >= 0; i -= 1) {
    target[at + i] = HEX[rest % base] as number;
    rest = Math.floor(rest / base);
  }
}
