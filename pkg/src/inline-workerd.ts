/**
 * The inline entry for Cloudflare Workers: bytes may be compiled there only while the script starts.
 *
 * @packageDocumentation
 */
import clientBytes from "inline:ayrshare_user.wasm";
import dataBytes from "inline:ayrshare_user_data.wasm";
import insightBytes from "inline:ayrshare_user_insight.wasm";

import { decode } from "./base64.js";
import { setLoaders } from "./runtime.js";

const client = new WebAssembly.Module(decode(clientBytes));
const data = new WebAssembly.Module(decode(dataBytes));
const insight = new WebAssembly.Module(decode(insightBytes));
setLoaders({ client: () => client, data: () => data, insight: () => insight }, true);

export * from "./core.js";
