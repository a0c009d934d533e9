/**
 * The entry with the wasm embedded in the JavaScript, for tools that neither serve nor copy the .wasm files. The download is larger.
 *
 * @packageDocumentation
 */
import client from "inline:ayrshare_user.wasm";
import batch from "inline:ayrshare_user_batch.wasm";
import insight from "inline:ayrshare_user_insight.wasm";

import { setLoaders } from "./wasm/parts.js";
import { embedded } from "./wasm/base64.js";

setLoaders({ client: embedded(client), batch: embedded(batch), insight: embedded(insight) }, true);

export * from "./exports.js";
