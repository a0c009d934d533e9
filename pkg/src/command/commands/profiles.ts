/** `profiles`: all profiles of the batch file. */
import type { User } from "../../model.js";
import type { Arguments } from "../arguments.js";
import type { Origin } from "../origin.js";
import { type Report, cellOf } from "../report.js";
import { count } from "../text.js";

/** Reads the profiles one batch after the other, so that their number does not matter. */
export function profiles(origin: Origin, { network, within }: Arguments): Report<User> {
  const { batches, invalid } = origin.profiles({ network, refreshWithinDays: within });
  return {
    records: batches,
    columns: [
      { name: "title", title: "Title", cell: ({ title }) => title, isLong: true },
      { name: "accounts", title: "Accounts", cell: ({ displayNames }) => displayNames.length },
      { name: "networks", title: "Networks", cell: ({ activeSocialAccounts }) => activeSocialAccounts.map(cellOf).join(" "), isLong: true },
      { name: "refId", title: "Ref id", cell: ({ refId }) => refId, isLong: true },
      { name: "suspended", cell: ({ suspended }) => suspended },
      { name: "created", cell: ({ created }) => created?.utc },
      { name: "monthlyApiCalls", cell: ({ monthlyApiCalls }) => monthlyApiCalls },
      { name: "monthlyApiCallsQuota", cell: ({ monthlyApiCallsQuota }) => monthlyApiCallsQuota },
      { name: "monthlyPostCount", cell: ({ monthlyPostCount }) => monthlyPostCount },
      { name: "monthlyPostQuota", cell: ({ monthlyPostQuota }) => monthlyPostQuota },
    ],
    ifEmpty: "There is no such profile.",
    notes: () => {
      const odd = invalid();
      return odd === 0 ? [] : [`${count(odd)} of the profiles read have fields of another type than documented. They are included as received; \`sweep\` lists the fields.`];
    },
  };
}
