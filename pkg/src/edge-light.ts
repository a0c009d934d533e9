/**
 * The entry for Vercel's edge runtime, where the suffix `?module` imports a module compiled at build time.
 *
 * @packageDocumentation
 */
import client from "./ayrshare_user.wasm?module";
import batch from "./ayrshare_user_batch.wasm?module";
import insight from "./ayrshare_user_insight.wasm?module";

import { setLoaders } from "./wasm/parts.js";

setLoaders({ client: () => client, batch: () => batch, insight: () => insight });

export * from "./exports.js";
