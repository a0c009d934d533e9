/** Where this runtime finds the wasm, and loading it at the first call or ahead of it. */
import { __wbg_reset_state, Handle, initSync } from "./glue/ayrshare_user.js";
import { Instance } from "./instance.js";
import { failed, type InitSource } from "./load.js";
import { clientTrap } from "./trap.js";

export type { InitSource } from "./load.js";

/** Where each of the modules is. */
export interface Loaders {
  /** `ayrshare_user.wasm`, for the calls. */
  client: () => InitSource;
  /** `ayrshare_user_batch.wasm`, for the batch file; loaded when it is first read. */
  batch: () => InitSource;
  /** `ayrshare_user_insight.wasm`, for health, changes and `onDrift`; loaded when the first of them is used. */
  insight: () => InitSource;
}

/** @internal */
export let loaders: Loaders;
let isFinal = false;

/**
 * Says where this runtime finds the wasm. Called once by each entry.
 *
 * @param final - Stays whatever other entries say: who imports the inline entry does so because files do not arrive.
 */
export function setLoaders(given: Loaders, final = false): void {
  if (isFinal) return;
  loaders = given;
  isFinal = final;
}

/** @internal The module that makes the calls. */
export const client = new Instance({ __wbg_reset_state, Handle, initSync }, clientTrap, "ayrshare_user.wasm", () => loaders.client());

/** What of the package is loaded when it is first needed, each part with a wasm module of its own. */
interface Late {
  /** Reads the batch file. */
  batch: typeof import("./batch.js");
  /** Looks into single profiles. */
  insight: typeof import("./insight.js");
}

/** @internal How to get at a part. Somebody may import its file by hand; then it puts itself in place of the dynamic import. */
export const late: { [Name in keyof Late]: () => Promise<Late[Name]> } = {
  batch: () => import("./batch.js"),
  insight: () => import("./insight.js"),
};

/** @internal Loads a part when it is first needed. */
export async function load<Name extends keyof Late>(name: Name): Promise<Late[Name]> {
  try {
    return await late[name]();
  } catch (cause) {
    throw failed(
      `could not load ${name}.js`,
      `serve all files of the package; a service worker without a bundler must import dist/${name}.js beside dist/index.js`,
      cause,
      true,
    );
  }
}

/** @internal Where the wasm of a part is, if somebody has said so. */
export const sources: { [Name in keyof Late]?: InitSource | undefined } = {};

/**
 * Loads the wasm ahead of the first call. Nobody has to: the first call does it.
 *
 * @param source - Where `ayrshare_user.wasm` is, if not beside the code: its address, a `Response` or a promise of one, its
 *   bytes, or a compiled `WebAssembly.Module`; of any realm.
 * @param batchWasm - The same for `ayrshare_user_batch.wasm`, which is loaded when the first batch file is read.
 * @param insightWasm - The same for `ayrshare_user_insight.wasm`, which is loaded when health, changes or `onDrift` are first asked for.
 * @throws {@link AyrshareError} of kind `internal` when it cannot be loaded, of kind `config` when `source` is
 *   something else. A failed load can be tried again.
 */
export function init(source?: InitSource, batchWasm?: InitSource, insightWasm?: InitSource): Promise<void> {
  sources.batch = batchWasm ?? sources.batch;
  sources.insight = insightWasm ?? sources.insight;
  return client.init(source);
}
