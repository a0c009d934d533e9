// The table of links that need attention.

import type { LinkRow } from "../all/protocol.js";
import { h } from "../dom.js";
import { dateText } from "../format.js";
import { markOf, networkOf } from "../networks.js";
import { texts } from "../texts.js";
import type { Column } from "./table.js";

const { columns, untitled, expired: over } = texts.all;

export const LINK_COLUMNS: readonly Column<LinkRow>[] = [
  { id: "profile", name: columns.profile, className: "cell-name", cell: ({ title, refId }) => [h("span", { title: refId }, title || untitled)] },
  { id: "network", name: columns.network, className: "cell-network", cell: ({ network }) => [markOf(network), h("span", {}, networkOf(network).name)] },
  { id: "due", name: columns.due, className: "cell-due", cell: ({ dueMs }) => [dateText(dueMs)] },
  {
    id: "left", name: columns.left,
    cell: ({ daysLeft, expired }) => [h("span", { class: "badge", "data-level": expired || daysLeft < 1 ? "now" : "soon" },
      expired ? over(-daysLeft - 1) : texts.health.daysLeft(daysLeft))],
  },
];
