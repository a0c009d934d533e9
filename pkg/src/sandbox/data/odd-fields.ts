// Odd fields: values of another JSON type than documented, for testing how an application handles them. A value is replaced in place
// with one of the same width, so the batch file keeps its length and can be read from any byte.

import { mix32 } from "./random.js";

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** The possible replacements of a value, each with the first bytes of values of its own type. */
const REPLACEMENTS = Object.entries({ null: "n", 7: "-0123456789", '""': '"', true: "tf", "[]": "[", "{}": "{" }).map(([text, firsts]) => ({
  bytes: ascii(text),
  firsts: ascii(firsts),
}));

/**
 * Makes a share of the fields of a JSON document odd: their strings, numbers, booleans and nulls become `null` or a value of another
 * type. Objects, lists and the elements of lists are not changed, so everything else can still be read. The same seed and
 * document give the same odd fields. Single digits are not changed either, because no replacement is that short.
 */
export function makeOdd(json: Uint8Array, share: number, seed: number): void {
  let isField = false;
  let fields = 0;
  for (let at = 0; at < json.length; ) {
    const byte = json[at] as number;
    const end = endOfScalar(json, at);
    if (end === at) {
      if (byte !== SPACE) isField = byte === COLON;
      at += 1;
      continue;
    }
    if (isField) {
      const bits = mix32(seed ^ mix32(fields));
      fields += 1;
      if (bits / 0x1_0000_0000 < share) replace(json, at, end, mix32(bits));
    }
    isField = false;
    at = end;
  }
}

/** End of the string, number or word that starts at `at`, or `at` if none starts there. */
function endOfScalar(json: Uint8Array, at: number): number {
  let end = at;
  if (json[at] === QUOTE) {
    end += 1;
    while (end < json.length && json[end] !== QUOTE) end += json[end] === BACKSLASH ? 2 : 1;
    return Math.min(end + 1, json.length);
  }
  while (end < json.length && isPlain(json[end] as number)) end += 1;
  return end;
}

/** Digits, letters, signs and decimal points. */
function isPlain(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x2b || byte === 0x2d || byte === 0x2e;
}

function replace(json: Uint8Array, from: number, to: number, bits: number): void {
  const first = json[from] as number;
  const fitting = REPLACEMENTS.filter(({ bytes, firsts }) => bytes.length <= to - from && !firsts.includes(first));
  const chosen = fitting[bits % fitting.length];
  if (chosen === undefined) return;
  json.fill(SPACE, from, to);
  json.set(chosen.bytes, from);
}
