/** `batch`: orders the file of all profiles, and prints its ticket. */
import type { UserBatch } from "../../model.js";
import type { Origin } from "../origin.js";
import type { Report } from "../report.js";

/** Orders the file. Its URL is shown in full, because it is what the command is for; nothing else shows it. */
export async function batch(origin: Origin): Promise<Report<UserBatch>> {
  const ticket = await origin.ticket();
  return {
    whole: ticket,
    records: [[ticket]],
    columns: [
      { name: "url", cell: ({ url }) => url },
      { name: "urlAvailable", title: "Available from", cell: ({ urlAvailable }) => urlAvailable },
      { name: "urlExpires", title: "Expires", cell: ({ urlExpires }) => urlExpires },
      { name: "lastUpdated", cell: ({ lastUpdated }) => lastUpdated },
      { name: "nextUpdate", title: "Next file from", cell: ({ nextUpdate }) => nextUpdate },
    ],
    above: [ticket.url, "", "Whoever has this address can read all profiles until it expires. Download the file before that, and keep the address secret."],
    ifEmpty: "",
  };
}
