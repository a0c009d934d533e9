import { AyrshareUser, isAyrshareError } from "ayrshare-user";
import type { Route } from "./+types/client";

const ayrshare = new AyrshareUser({ baseUrl: "/ayrshare" });

export const clientLoader = ({ request }: Route.ClientLoaderArgs) => ayrshare.getUser({}, { signal: request.signal });

export const HydrateFallback = () => <p>Loading …</p>;

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
  return <p role="alert">{isAyrshareError(error) ? `${error.kind}: ${error.message}` : "Something went wrong."}</p>;
}
