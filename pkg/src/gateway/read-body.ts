/** Reads bodies up to a maximum size. */

/** Reads a body. If it exceeds `maxBytes`, reading stops, and the result is longer than `maxBytes`. */
export function readBody(source: Request | Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  return readAll(source.body?.getReader(), maxBytes);
}

/** Like {@link readBody}, but with a reader, which the caller can cancel. */
export async function readAll(reader: ReadableStreamDefaultReader<Uint8Array> | undefined, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    length += part.value.byteLength;
    parts.push(part.value);
    if (length <= maxBytes) continue;
    await reader?.cancel().catch(() => undefined);
    break;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
