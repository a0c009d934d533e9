/** Reading the wasm that the inline entries contain. */

/**
 * Returns a loader for embedded wasm. Cloudflare Workers compile bytes only while the script starts, so there it is compiled at once; elsewhere
 * it is decoded when it is needed.
 */
export function embedded(base64: string): () => WebAssembly.Module | Uint8Array<ArrayBuffer> {
  let module: WebAssembly.Module | undefined;
  try {
    if ("WebSocketPair" in globalThis) module = new WebAssembly.Module(decode(base64));
  } catch {
    // Importing never fails; the first call reports that the runtime cannot compile.
  }
  return () => module ?? decode(base64);
}

/** Decodes base64 to bytes. */
function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
