// What bytes weigh on their way to a browser.
import { brotliCompressSync, constants } from "node:zlib";

/** After brotli at its highest quality, 11, which is also its default. */
export const brotli = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;
