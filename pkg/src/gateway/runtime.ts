/** Where this runtime finds the gateway's wasm, and the single instance of it. */
import * as glue from "../glue/ayrshare_user_gateway.js";
import { WasmModule } from "../wasm/wasm-module.js";
import type { InitSource } from "../wasm/compile.js";
import { gatewayTrap } from "./trap.js";

export type { InitSource } from "../wasm/compile.js";
/** @internal */
export type Glue = typeof glue;

let load: () => InitSource;
let isFinal = false;

/**
 * Sets where this runtime finds the wasm. Each entry calls it once.
 *
 * @param final - Whether later calls are ignored. The inline entries set it: they are imported where files cannot be loaded.
 */
export function setLoader(given: () => InitSource, final = false): void {
  if (isFinal) return;
  load = given;
  isFinal = final;
}

/** @internal */
export const edge = new WasmModule(glue, gatewayTrap, "ayrshare_user_gateway.wasm", () => load());

/**
 * Loads the wasm before the first request. This is optional: otherwise the first request loads it.
 *
 * @param source - Where `ayrshare_user_gateway.wasm` is, if not beside the code.
 * @throws {@link AyrshareError} of kind `internal` if the wasm cannot be loaded, `config` if `source` has an unsupported type.
 */
export function init(source?: InitSource): Promise<void> {
  return edge.init(source);
}
