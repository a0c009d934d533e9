/**
 * The inline entry for Cloudflare Workers. Workers can compile bytes only during script startup.
 *
 * @packageDocumentation
 */
import clientBytes from "inline:ayrshare_user.wasm";
import batchBytes from "inline:ayrshare_user_batch.wasm";
import insightBytes from "inline:ayrshare_user_insight.wasm";

import { decode } from "./wasm/base64.js";
import { setLoaders } from "./wasm/parts.js";

const client = new WebAssembly.Module(decode(clientBytes));
const batch = new WebAssembly.Module(decode(batchBytes));
const insight = new WebAssembly.Module(decode(insightBytes));
setLoaders({ client: () => client, batch: () => batch, insight: () => insight }, true);

export * from "./exports.js";
