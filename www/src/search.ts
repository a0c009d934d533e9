// Searching in tables: letters match whatever their case and accents.

const ASCII = /^[\0-\x7f]*$/;

/** The text in lower case and without accents, for comparing. */
export function fold(text: string): string {
  return ASCII.test(text) ? text.toLowerCase() : text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The words of a search, each of which must occur in a row. */
export function wordsOf(search: string): string[] {
  return fold(search).split(/\s+/u).filter(Boolean);
}
