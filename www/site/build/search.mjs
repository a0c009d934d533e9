// The search index, built here and read by search.ts with the same options.
import MiniSearch from "minisearch";
import { INDEX_OPTIONS } from "../index-options.mjs";

const EXCERPT = 160;

/** @param {{ url: string, title: string, part: string, sections: { id?: string, heading?: string, text: string }[] }[]} pages */
export function searchIndex(pages) {
  const index = new MiniSearch(INDEX_OPTIONS);
  for (const { url, title, part, sections } of pages) {
    for (const { id, heading, text } of sections) {
      // A heading directly followed by another one says nothing that its parts do not.
      if (id && !text) continue;
      index.add({ url: id ? `${url}#${id}` : url, title: heading ?? title, page: heading ? title : "", part, text, excerpt: text.slice(0, EXCERPT) });
    }
  }
  return JSON.stringify(index);
}
