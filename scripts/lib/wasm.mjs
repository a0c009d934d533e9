// Reads the sections and LEB128 numbers of a wasm module.

export const [CUSTOM_SECTION, IMPORTS_SECTION, EXPORTS_SECTION, CODE_SECTION, DATA_SECTION] = [0, 2, 7, 10, 11];

/** The positions of the sections: `start`, `end`, and `body`, where the content starts. */
export function sections(wasm) {
  const found = [];
  for (let start = 8; start < wasm.length; ) {
    const [length, body] = readUnsigned(wasm, start + 1);
    found.push({ id: wasm[start], start, body, end: body + length });
    start = body + length;
  }
  return found;
}

/** Reads an unsigned LEB128 number. Returns it and the position after it. */
export function readUnsigned(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value, at];
  }
}

/** Encodes a number as LEB128. */
export function unsigned(value) {
  const bytes = [];
  for (; value > 0x7f; value >>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}
