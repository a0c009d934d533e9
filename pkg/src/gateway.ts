/**
 * The gateway's entry for Deno and every tool that supports `new URL("./file", import.meta.url)`.
 *
 * @packageDocumentation
 */
import { setLoader } from "./gateway/runtime.js";

setLoader(() => new URL("./ayrshare_user_gateway.wasm", import.meta.url));

export * from "./gateway/core.js";
