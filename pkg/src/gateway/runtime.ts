/** Where this runtime finds the gateway's wasm, and its one instance. */
import * as glue from "../glue/ayrshare_user_gateway.js";
import { Instance } from "../instance.js";
import type { InitSource } from "../load.js";
import { gatewayTrap } from "./trap.js";

export type { InitSource } from "../load.js";
/** @internal */
export type Glue = typeof glue;

let load: () => InitSource;
let isFinal = false;

/**
 * Says where this runtime finds the wasm. Called once by each entry.
 *
 * @param final - Stays whatever other entries say: the inline entry is imported because files do not arrive.
 */
export function setLoader(given: () => InitSource, final = false): void {
  if (isFinal) return;
  load = given;
  isFinal = final;
}

/** @internal */
export const edge = new Instance(glue, gatewayTrap, "ayrshare_user_gateway.wasm", () => load());

/**
 * Loads the wasm ahead of the first request. Nobody has to: the first request does it.
 *
 * @param source - Where `ayrshare_user_gateway.wasm` is, if not beside the code.
 * @throws {@link AyrshareError} of kind `internal` when it cannot be loaded, `config` when `source` is something else.
 */
export function init(source?: InitSource): Promise<void> {
  return edge.init(source);
}
