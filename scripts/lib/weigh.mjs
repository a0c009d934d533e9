// Measures download sizes.
import { brotliCompressSync, constants } from "node:zlib";

/** Size after brotli at its highest quality, 11, which is also the default. */
export const brotli = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;
