import { AyrshareUser, isAyrshareError, type AyrshareError, type User } from "ayrshare-user";
import { onUnmounted, shallowRef } from "vue";

const ayrshare = new AyrshareUser({ baseUrl: "/ayrshare" });

export function useUser() {
  // Shallow: a deep ref would wrap every account in a proxy.
  const user = shallowRef<User>();
  const error = shallowRef<AyrshareError>();
  const leaving = new AbortController();
  onUnmounted(() => leaving.abort());

  async function read() {
    try {
      user.value = await ayrshare.getUser({}, { signal: leaving.signal });
    } catch (thrown) {
      if (leaving.signal.aborted) return;
      if (!isAyrshareError(thrown)) throw thrown;
      error.value = thrown;
    }
  }

  read();
  return { user, error };
}
