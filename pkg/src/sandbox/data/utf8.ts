/** UTF-8 encoding and decoding. Importing the sandbox must not need any platform API, so both objects are created when first used. */
let encoder: TextEncoder | undefined;
let decoder: TextDecoder | undefined;

export function encode(text: string): Uint8Array<ArrayBuffer> {
  encoder ??= new TextEncoder();
  return encoder.encode(text) as Uint8Array<ArrayBuffer>;
}

export function decode(bytes: Uint8Array): string {
  decoder ??= new TextDecoder();
  return decoder.decode(bytes);
}
