import { isAyrshareError } from "ayrshare-user";
import { data, isRouteErrorResponse } from "react-router";
import { ayrshare } from "../ayrshare.server";
import type { Route } from "./+types/accounts";

export async function loader({ request }: Route.LoaderArgs) {
  try {
    return await ayrshare.getUser({}, { signal: request.signal });
  } catch (error) {
    // React Router hides the messages of errors that leave a loader, but not what is thrown as `data`.
    if (!isAyrshareError(error)) throw error;
    throw data(`${error.kind}: ${error.message}`, { status: 502 });
  }
}

export default function Accounts({ loaderData }: Route.ComponentProps) {
  return (
    <ul>
      {loaderData.displayNames.map(({ platform, displayName }) => (
        <li key={platform}>{platform}: {displayName ?? "no name"}</li>
      ))}
    </ul>
  );
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  return <p role="alert">{isRouteErrorResponse(error) ? error.data : "Something went wrong."}</p>;
}
