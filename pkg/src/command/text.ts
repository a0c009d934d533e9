// How texts from elsewhere are shown in a terminal: harmless, and in columns.

/**
 * Control characters, among them those that start terminal commands; line breaks; and invisible characters, among them those that change the direction
 * of the text around them. Not those that join letters and emoji.
 */
const UNSAFE = /[\p{Cc}\u2028\u2029\ufff9-\ufffb]|(?![\u200c\u200d\u{e0020}-\u{e007f}])(?=\p{Cf})\p{Default_Ignorable_Code_Point}/gu;

/** The same without the ones that JSON cannot contain but as white space. */
const UNSAFE_IN_JSON = new RegExp(`(?![\\0-\\x1f])(?:${UNSAFE.source})`, "gu");

const PLAIN = /^[\x20-\x7e]*$/;

/** Characters that take two columns: East Asian wide ones, and emoji. */
const WIDE = /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{1f000}-\u{1faff}]|[\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Emoji}\ufe0f)/u;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The text with escapes such as `\u001b` in place of characters that a terminal would obey. */
export function harmless(text: string): string {
  return text.replace(UNSAFE, escaped);
}

/** JSON text that is safe in a terminal and still the same JSON: `JSON.stringify` leaves some control characters as they are. */
export function harmlessJson(json: string): string {
  return json.replace(UNSAFE_IN_JSON, escaped);
}

/** A character of two units becomes two escapes, as JSON requires. */
export function escaped(char: string): string {
  return char.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** How many columns a text takes in a terminal. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += columnsOf(segment);
  return width;
}

/** The text in at most that many columns; if it is cut, it ends with `…`. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let width = 0;
  let shown = "";
  for (const { segment } of graphemes.segment(text)) {
    width += columnsOf(segment);
    if (width > columns - 1) break;
    shown += segment;
  }
  return columns > 0 ? `${shown}…` : "";
}

function columnsOf(grapheme: string): number {
  if (WIDE.test(grapheme)) return 2;
  return /^\p{Mark}|^[\u200b-\u200d]$/u.test(grapheme) ? 0 : 1;
}

const numbers = new Intl.NumberFormat("en-US");

/** A number with thousands separators. */
export function count(value: number): string {
  return numbers.format(value);
}

/** A count with its noun: `1 profile`, `2 profiles`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A size in bytes with three digits at most: `23.4 MB`. */
export function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const [unit, value] = bytes < 999_500 ? ["kB", bytes / 1e3] : bytes < 999_500_000 ? ["MB", bytes / 1e6] : ["GB", bytes / 1e9];
  return `${value < 99.95 ? value.toFixed(1) : count(Math.round(value))} ${unit}`;
}

/** The day of a time in milliseconds since 1970, in UTC. */
export function day(ms: number): string {
  return isTime(ms) ? new Date(ms).toISOString().slice(0, 10) : "";
}

/** A time in milliseconds since 1970 as RFC 3339. */
export function timestamp(ms: number): string {
  return isTime(ms) ? new Date(ms).toISOString() : "";
}

function isTime(ms: number): boolean {
  return Math.abs(ms) <= 8.64e15;
}
