// One browser of each kind for all test files that run in a process, because starting Firefox costs as much as a dozen tests. A page of its own
// context shares nothing with others.
import { BROWSERS } from "./helpers.mjs";

const shared = new Map();

/** A browser with the usual settings. Each call needs a `releaseBrowser`; the last one ends it. */
export async function useBrowser(name) {
  const last = shared.get(name);
  const lives = (await last?.started.catch(() => undefined))?.isConnected();
  const entry = lives ? last : { started: BROWSERS.find((browser) => browser.name === name).launch(), users: last?.users ?? 0 };
  shared.set(name, entry);
  entry.users += 1;
  return entry.started;
}

export async function releaseBrowser(name) {
  const entry = shared.get(name);
  entry.users -= 1;
  if (entry.users > 0) return;
  shared.delete(name);
  await (await entry.started).close();
}
