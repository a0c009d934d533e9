import { useQuery } from "@tanstack/react-query";
import { AyrshareUser, isAyrshareError } from "ayrshare-user";

const ayrshare = new AyrshareUser({ baseUrl: "/ayrshare" });

export function Accounts() {
  const { data: user, error } = useQuery({
    queryKey: ["ayrshare", "user"],
    // Without the signal, the request goes on after the component is gone.
    queryFn: ({ signal }) => ayrshare.getUser({}, { signal }),
  });
  if (error) return <p role="alert">{isAyrshareError(error) ? `${error.kind}: ${error.message}` : "Something went wrong."}</p>;
  if (!user) return <p>Loading …</p>;
  return (
    <ul>
      {user.displayNames.map(({ platform, displayName }) => (
        <li key={platform}>{platform}: {displayName ?? "no name"}</li>
      ))}
    </ul>
  );
}
