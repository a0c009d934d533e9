// Small deterministic random functions. Everything that the sandbox generates depends on a seed and an index, never on global state.

/** A bijective mix of 32 bits (the finaliser of MurmurHash3): different inputs give different outputs. */
export function mix32(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Next 32 random bits from a counter-like state (mulberry32). Returns the bits; the caller adds {@link STEP} to its state. */
export function draw(state: number): number {
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return (t ^ (t >>> 14)) >>> 0;
}

export const STEP = 0x6d2b79f5;

/** Hashes a text to 32 bits, for fake signatures and stable colours. */
export function hashText(text: string, seed = 0): number {
  let h = seed ^ 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix32(h);
}

/** Derives `length` hexadecimal digits from a text. */
export function hexOf(text: string, length: number, seed = 0): string {
  let out = "";
  for (let i = 0; out.length < length; i += 1) out += hashText(text, mix32(seed + i)).toString(16).padStart(8, "0");
  return out.slice(0, length);
}

/** A random generator for building templates. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  next(): number {
    this.#state = (this.#state + STEP) | 0;
    return draw(this.#state) / 0x1_0000_0000;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }
}
