// Pinterest boards and their privacy.

import type { PinterestBoard } from "ayrshare-user";
import { h, type Child } from "../dom.js";
import { texts } from "../texts.js";
import { emptyNote } from "./parts.js";

export function boardsBody(boards: readonly PinterestBoard[]): Child {
  if (boards.length === 0) return emptyNote(texts.boards.empty, texts.boards.emptyNext);
  return h("ul", { class: "rows", role: "list" }, ...boards.map(row));
}

function row(board: PinterestBoard): HTMLElement {
  const { name, description, privacy, owner } = board;
  const visibility = privacy ?? "";
  return h("li", { class: "row", "data-testid": "board" },
    h("div", {},
      h("h3", {}, name),
      description && h("p", {}, description),
      owner?.username && h("p", {}, texts.boards.by(owner.username))),
    visibility && h("span", { class: "chip", "data-privacy": visibility },
      texts.boards.privacy.get(visibility as "PUBLIC") ?? visibility));
}
