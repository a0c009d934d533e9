import { error } from "@sveltejs/kit";
import { isAyrshareError } from "ayrshare-user";
import { ayrshare } from "../ayrshare.server";

export async function load() {
  try {
    const { displayNames } = await ayrshare.getUser();
    return { accounts: displayNames };
  } catch (thrown) {
    // SvelteKit shows only errors that are expected. Any other error becomes "Internal Error".
    if (isAyrshareError(thrown)) error(502, `${thrown.kind}: ${thrown.message}`);
    throw thrown;
  }
}
