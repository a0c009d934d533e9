import type { SocialAccount } from "ayrshare-user";

export function Accounts({ accounts }: { accounts: SocialAccount[] }) {
  return (
    <ul>
      {accounts.map(({ platform, displayName }) => (
        <li key={platform}>{platform}: {displayName ?? "no name"}</li>
      ))}
    </ul>
  );
}
