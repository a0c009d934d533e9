import { isAyrshareError } from "ayrshare-user";
import { connection } from "next/server";
import { Accounts } from "./accounts";
import { ayrshare } from "./ayrshare";

export default async function Page() {
  // Without this line, Next renders the page during `next build` and serves that copy to every visitor.
  await connection();
  try {
    const { displayNames } = await ayrshare.getUser();
    return <Accounts accounts={displayNames} />;
  } catch (error) {
    // Caught here, because Next replaces the messages of errors that leave a server component.
    if (!isAyrshareError(error)) throw error;
    return <p role="alert">{`${error.kind}: ${error.message}`}</p>;
  }
}
