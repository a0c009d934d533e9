/** `boards`: the Pinterest boards of one profile. */
import type { PinterestBoard } from "../../model.js";
import type { Origin } from "../origin.js";
import type { Report } from "../report.js";
import { counted } from "../text.js";

/** Reads the boards. */
export async function boards(origin: Origin): Promise<Report<PinterestBoard>> {
  const details = await origin.boards();
  return {
    whole: details,
    records: [details.pinterest],
    columns: [
      { name: "id", title: "Id", cell: ({ id }) => id, shown: ({ id }) => String(id) },
      { name: "name", title: "Name", cell: ({ name }) => name, isLong: true },
      { name: "privacy", title: "Privacy", cell: ({ privacy }) => privacy },
      { name: "owner", title: "Owner", cell: ({ owner }) => owner?.username },
      { name: "description", title: "Description", cell: ({ description }) => description, isLong: true },
    ],
    above: [counted(details.pinterest.length, "Pinterest board")],
    ifEmpty: "There is no board.",
  };
}
