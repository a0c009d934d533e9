/**
 * The inline entry for Cloudflare Workers: bytes may be compiled there only while the script starts.
 *
 * @packageDocumentation
 */
import clientBytes from "inline:ayrshare_user.wasm";
import dataBytes from "inline:ayrshare_user_data.wasm";

import { decode } from "./base64.js";
import { setLoaders } from "./runtime.js";

const client = new WebAssembly.Module(decode(clientBytes));
const data = new WebAssembly.Module(decode(dataBytes));
setLoaders({ client: () => client, data: () => data }, true);

export * from "./core.js";
