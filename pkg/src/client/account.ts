/** Looking up the linked account of one network. */
import { AyrshareError } from "../errors/ayrshare-error.js";
import type { AccountByNetwork, KnownNetwork, UnknownAccount, User } from "../model.js";

/** The type of a linked account, by the name of its network. */
export type AccountOf<N extends string> = N extends KnownNetwork ? AccountByNetwork[N] : UnknownAccount;

/**
 * The linked account of one network, or `undefined` when that network is not linked.
 *
 * @param user - What {@link AyrshareUser.getUser} resolved to; only its `displayNames` are read.
 * @param network - The network's name as Ayrshare spells it: X is `"twitter"`, Google Business Profile is `"gmb"`.
 */
export function accountOf<N extends string>(
  user: Pick<User, "displayNames">,
  network: N,
): AccountOf<N> | undefined {
  try {
    const accounts: readonly ({ platform: string } | null)[] = user.displayNames;
    return accounts.find((account) => account?.platform === network) as AccountOf<N> | undefined;
  } catch (cause) {
    throw new AyrshareError({ kind: "config", message: "`user` must be what `getUser` resolved to", cause });
  }
}
