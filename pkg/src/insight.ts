/** Health, changes and drift of single profiles, through their own wasm module. This file and the module are loaded when first needed. */
import { toAyrshareError } from "./wasm/to-error.js";
import { __wbg_reset_state, changes, drifts, health, initSync } from "./glue/ayrshare_user_insight.js";
import { tell } from "./glue/fetch.js";
import { WasmModule } from "./wasm/wasm-module.js";
import { mismatchesOf, type RawResult } from "./wasm/raw-result.js";
import type { Drift } from "./options/types.js";
import { lazyParts, loaders, sources } from "./wasm/parts.js";
import { insightTrap } from "./wasm/trap.js";

const glue = { __wbg_reset_state, changes, drifts, health, initSync };
/** @internal The generated functions of the wasm module. */
export type InsightGlue = typeof glue;
const insightModule = new WasmModule(glue, insightTrap, "ayrshare_user_insight.wasm", () => sources.insight ?? loaders.insight());

/** @internal Runs a task in the wasm module, and loads the module first if needed. */
export async function run<T>(task: (wasm: InsightGlue) => T): Promise<T> {
  try {
    return await insightModule.call<T>((wasm, resolve) => resolve(task(wasm)));
  } catch (error) {
    throw toAyrshareError(error);
  }
}

/** The drift already reported to each observer. */
const reportedTo = new WeakMap<object, Set<string>>();

/** Loads the wasm, and returns a function that reports the drift in uncached responses to an observer, once per kind of drift. */
export async function createDriftReporter(observer: (drift: Drift) => unknown): Promise<(endpoint: string, result: RawResult) => Promise<void>> {
  await run(() => undefined);
  const known = reportedTo.get(observer) ?? new Set();
  reportedTo.set(observer, known);
  return async (endpoint, [value, [, , , , , fromCache, mismatches = "0"]]) => {
    if (fromCache) return;
    const unknown = await run((wasm) => wasm.drifts(endpoint, JSON.stringify(value)) as Drift[]);
    const odd: Drift[] = mismatchesOf(mismatches).map(({ path, ...types }) => ({ what: "mismatch", path: path.replace(/\[\d+\]/g, "[]"), ...types }));
    for (const drift of [...odd, ...unknown]) {
      const key = `${drift.what} ${drift.path}=${drift.value}`;
      if (known.has(key)) continue;
      known.add(key);
      void tell(observer, drift);
    }
  };
}

// Service workers do not support dynamic `import()`. There, users import this file statically.
lazyParts.insight = async () => ({ run, createDriftReporter });
