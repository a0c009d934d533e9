/** The parts of the package, each with a wasm module of its own: where each is found, and what has loaded already. */
import { failed, type InitSource, type InitSources } from "./compile.js";

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

/** @internal Where the wasm of the lazy parts is, if `init` was given a source for it. */
export const sources: InitSources = {};

/**
 * @internal Parts that the user has imported statically. They register themselves here, so that the dynamic import is not needed:
 * service workers do not support it.
 */
export const lazyParts: { batch?: () => Promise<unknown>; insight?: () => Promise<unknown> } = {};

/** @internal Loads a part: what registered itself, or else the file that `importPart` imports. */
export async function loadPart<T>(name: keyof typeof lazyParts, importPart: () => Promise<T>): Promise<T> {
  try {
    return (await (lazyParts[name] ?? importPart)()) as T;
  } catch (cause) {
    throw failed(
      `could not load ${name}.js`,
      `serve all files of the package; a service worker without a bundler must import dist/index.min.js and dist/${name}.min.js`,
      cause,
      true,
    );
  }
}
