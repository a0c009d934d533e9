/**
 * The entry for Cloudflare Workers. Workers cannot compile WebAssembly at run time; importing the file returns a
 * module that was compiled at deployment.
 *
 * @packageDocumentation
 */
import client from "./ayrshare_user.wasm";
import batch from "./ayrshare_user_batch.wasm";
import insight from "./ayrshare_user_insight.wasm";

import { setLoaders } from "./wasm/parts.js";

setLoaders({ client: () => client, batch: () => batch, insight: () => insight });

export * from "./exports.js";
