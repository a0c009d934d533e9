/** Where this runtime finds the wasm modules, and loading them at the first call or earlier. */
import { __wbg_reset_state, WasmClient, initSync } from "../glue/ayrshare_user.js";
import { WasmModule } from "./wasm-module.js";
import { failed, type InitSource } from "./compile.js";
import { clientTrap } from "./trap.js";

export type { InitSource } from "./compile.js";

/** Where each wasm module is. */
export interface Loaders {
  /** `ayrshare_user.wasm`, for the calls. */
  client: () => InitSource;
  /** `ayrshare_user_batch.wasm`, for the batch file; loaded when a batch file is first read. */
  batch: () => InitSource;
  /** `ayrshare_user_insight.wasm`, for health, changes and `onDrift`; loaded when the first of them is used. */
  insight: () => InitSource;
}

/** @internal */
export let loaders: Loaders;
let isFinal = false;

/**
 * Sets where this runtime finds the wasm modules. Each entry calls it once.
 *
 * @param final - Whether later calls are ignored. The inline entries set it: they are imported where files cannot be loaded.
 */
export function setLoaders(given: Loaders, final = false): void {
  if (isFinal) return;
  loaders = given;
  isFinal = final;
}

/** @internal The wasm module for API calls. */
export const client = new WasmModule({ __wbg_reset_state, WasmClient, initSync }, clientTrap, "ayrshare_user.wasm", () => loaders.client());

/** Parts of the package that are loaded when first needed, each with its own wasm module. */
interface LazyParts {
  batch: typeof import("../batch.js");
  insight: typeof import("../insight.js");
}

/** @internal How to load each part. If a part's file is imported statically, it replaces its dynamic import here. */
export const lazyParts: { [Name in keyof LazyParts]: () => Promise<LazyParts[Name]> } = {
  batch: () => import("../batch.js"),
  insight: () => import("../insight.js"),
};

/** @internal Loads a part when it is first needed. */
export async function load<Name extends keyof LazyParts>(name: Name): Promise<LazyParts[Name]> {
  try {
    return await lazyParts[name]();
  } catch (cause) {
    throw failed(
      `could not load ${name}.js`,
      `serve all files of the package; a service worker without a bundler must import dist/index.min.js and dist/${name}.min.js`,
      cause,
      true,
    );
  }
}

/** @internal Where the wasm of a part is, if `init` was given a source for it. */
export const sources: { [Name in keyof LazyParts]?: InitSource | undefined } = {};

/**
 * Loads the wasm before the first call. This is optional: otherwise the first call loads it.
 *
 * @param source - Where `ayrshare_user.wasm` is, if not beside the code: its URL, a `Response` or a promise of one, its
 *   bytes, or a compiled `WebAssembly.Module`. Objects of other realms are accepted.
 * @param batchWasm - The same for `ayrshare_user_batch.wasm`, which is loaded when a batch file is first read.
 * @param insightWasm - The same for `ayrshare_user_insight.wasm`, which is loaded when health, changes or `onDrift` are first used.
 * @throws {@link AyrshareError} of kind `internal` if the wasm cannot be loaded, of kind `config` if `source` is anything
 *   else. A failed load can be retried.
 */
export function init(source?: InitSource, batchWasm?: InitSource, insightWasm?: InitSource): Promise<void> {
  sources.batch = batchWasm ?? sources.batch;
  sources.insight = insightWasm ?? sources.insight;
  return client.init(source);
}
