/**
 * The entry for Vercel's edge runtime, where the suffix `?module` asks for a module compiled at build time.
 *
 * @packageDocumentation
 */
import client from "./ayrshare_user.wasm?module";
import data from "./ayrshare_user_data.wasm?module";
import insight from "./ayrshare_user_insight.wasm?module";

import { setLoaders } from "./runtime.js";

setLoaders({ client: () => client, data: () => data, insight: () => insight });

export * from "./core.js";
