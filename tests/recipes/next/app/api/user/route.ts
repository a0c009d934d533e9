import { isAyrshareError } from "ayrshare-user";
import { ayrshare } from "../../ayrshare";

export const dynamic = "force-dynamic";

export async function GET(request: Request) {
  try {
    return Response.json(await ayrshare.getUser({}, { signal: request.signal }));
  } catch (error) {
    if (!isAyrshareError(error)) throw error;
    return Response.json({ kind: error.kind, message: error.message }, { status: 502 });
  }
}
