// How pages are searched. The index is only readable with the options that it was built with.

/** Words, and also the parts of a name: `getUser` is found by "user". */
export const tokenize = (text) => {
  const words = text.split(/[^\p{L}\p{N}_]+/u).filter(Boolean);
  return words.flatMap((word) => {
    const parts = word.split(/_|(?<=\p{Ll})(?=\p{Lu})/u).filter(Boolean);
    return parts.length > 1 ? [word, ...parts] : [word];
  });
};

export const INDEX_OPTIONS = {
  idField: "url",
  fields: ["title", "page", "text"],
  storeFields: ["title", "page", "part", "excerpt"],
  tokenize,
  searchOptions: { boost: { title: 4, page: 2 }, prefix: (term) => term.length > 1, fuzzy: (term) => (term.length > 4 ? 0.2 : false), combineWith: "AND", tokenize: (text) => text.split(/[^\p{L}\p{N}_]+/u).filter(Boolean) },
};
