/**
 * The entry for browsers and every tool that understands `new URL("./file", import.meta.url)`.
 *
 * @packageDocumentation
 */
import { setLoader } from "./runtime.js";

setLoader(() => new URL("./ayrshare_user.wasm", import.meta.url));

export * from "./core.js";
