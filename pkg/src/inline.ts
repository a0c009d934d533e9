/**
 * The entry with the wasm inside the JavaScript, for tools that neither serve nor copy a file. Larger to download.
 *
 * @packageDocumentation
 */
import client from "inline:ayrshare_user.wasm";
import batch from "inline:ayrshare_user_batch.wasm";
import insight from "inline:ayrshare_user_insight.wasm";

import { setLoaders } from "./runtime.js";
import { decode } from "./base64.js";

setLoaders({ client: () => decode(client), batch: () => decode(batch), insight: () => decode(insight) }, true);

export * from "./core.js";
