// The table of the profiles of a file. Each opens in the parts of the page above.

import type { ProfileRow } from "../all/protocol.js";
import { h } from "../dom.js";
import { texts } from "../texts.js";
import type { Column } from "./table.js";

export function profileColumns(open: (index: number) => void): readonly Column<ProfileRow>[] {
  const { columns, untitled, urgent: urgentOf } = texts.all;
  return [
    {
      id: "profile", name: columns.profile, className: "cell-name",
      cell: ({ index, title, refId }) => [h("button", { type: "button", class: "cell-open", title: refId, on: { click: () => { open(index); } } }, title || untitled)],
    },
    { id: "reference", name: columns.reference, className: "cell-reference", cell: ({ refId }) => [h("code", {}, refId ?? "")] },
    { id: "accounts", name: columns.accounts, className: "cell-number", cell: ({ accounts }) => [texts.all.count(accounts)] },
    {
      id: "level", name: columns.level,
      cell: ({ level, urgent }) => [h("span", { class: "badge", "data-level": level }, level === "ok" ? texts.health.level.ok : urgentOf(urgent))],
    },
  ];
}
