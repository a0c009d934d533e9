/** What looks into single profiles, through a wasm module of its own. Nothing of this is downloaded before it is needed. */
import { toAyrshareError } from "./failure.js";
import { __wbg_reset_state, changes, drifts, health, initSync } from "./glue/ayrshare_user_insight.js";
import { tell } from "./glue/wire.js";
import { Instance } from "./instance.js";
import { mismatchesOf, type RawAnswer } from "./meta.js";
import type { Drift } from "./options.js";
import { late, loaders, sources } from "./runtime.js";
import { insightTrap } from "./trap.js";

const glue = { __wbg_reset_state, changes, drifts, health, initSync };
/** @internal The wasm's functions. */
export type InsightGlue = typeof glue;
const insightModule = new Instance(glue, insightTrap, "ayrshare_user_insight.wasm", () => sources.insight ?? loaders.insight());

/** @internal What a task finds in the wasm of this module, which is loaded first if need be. */
export async function answer<T>(task: (wasm: InsightGlue) => T): Promise<T> {
  try {
    return await insightModule.call<T>((wasm, resolve) => resolve(task(wasm)));
  } catch (error) {
    throw toAyrshareError(error);
  }
}

/** What each observer was told already. */
const told = new WeakMap<object, Set<string>>();

/** Loads the wasm, and gives what tells an observer, once each, what the types do not know in fresh answers. */
export async function driftTeller(observer: (drift: Drift) => unknown): Promise<(endpoint: string, answer: RawAnswer) => Promise<void>> {
  await answer(() => undefined);
  const known = told.get(observer) ?? new Set();
  told.set(observer, known);
  return async (endpoint, [value, [, , , , , fromCache, mismatches = "0"]]) => {
    if (fromCache) return;
    const unknown = await answer((wasm) => wasm.drifts(endpoint, JSON.stringify(value)) as Drift[]);
    const odd: Drift[] = mismatchesOf(mismatches).map(({ path, ...types }) => ({ what: "mismatch", path: path.replace(/\[\d+\]/g, "[]"), ...types }));
    for (const drift of [...odd, ...unknown]) {
      const key = `${drift.what} ${drift.path}=${drift.value}`;
      if (known.has(key)) continue;
      known.add(key);
      void tell(observer, drift);
    }
  };
}

// Service workers cannot import later what they did not import at first; there, people import this file by hand.
late.insight = async () => ({ answer, driftTeller });
