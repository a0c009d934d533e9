// Any number of User Profiles from a seed: profile i follows from the seed and i alone, so none has to be made to make another.

import { BANK, person } from "./people.js";
import type { JsonObject, SandboxProfile } from "./profiles.js";
import { isLinked, mapAccounts } from "./profiles.js";
import { hexOf, mix32 } from "./random.js";
import { compile, fill, type Template } from "./template.js";
import { decode } from "./utf8.js";

/** The largest number of generated profiles. */
export const PROFILE_LIMIT = 100_000_000;

/** Profiles below this index are the hand-picked cases, in order. */
const CASES = 16;
const DAY_MS = 86_400_000;
const KEY = /^([0-9A-Z]{7})(?:-[0-9A-Z]{7}){3}$/;

/** Where generated dates and pictures come from. */
export interface GeneratorSettings {
  seed: number;
  /** Dates are relative to the UTC day of this time. */
  nowMs: number;
  imageOrigin: string;
}

/** A deterministic source of profiles. Templates are made when first needed. */
export class Generator {
  readonly #settings: GeneratorSettings;
  readonly #epochMs: number;
  readonly #templates: (Template | undefined)[] = new Array<Template | undefined>(BANK);
  readonly #lengths = new Int32Array(BANK);

  constructor(settings: GeneratorSettings) {
    this.#settings = { ...settings, seed: settings.seed | 0 };
    this.#epochMs = Math.floor(settings.nowMs / DAY_MS) * DAY_MS;
  }

  /** What all bytes depend on, for the file's ETag. */
  get identity(): string {
    return `${this.#settings.seed}/${this.#epochMs}/${this.#settings.imageOrigin}`;
  }

  /** The same generator with other content, for a file that changes. */
  revised(revision: number): Generator {
    const seed = mix32(this.#settings.seed + revision);
    return revision === 0 ? this : new Generator({ ...this.#settings, nowMs: this.#epochMs, seed });
  }

  /** Profile Key of generated profile `index`: the index in base 36, then digits that follow from the seed. */
  profileKey(index: number): string {
    const digits = hexOf(`key ${index}`, 21, this.#settings.seed).toUpperCase();
    return [index.toString(36).toUpperCase().padStart(7, "0"), digits.slice(0, 7), digits.slice(7, 14), digits.slice(14)].join("-");
  }

  /** Index of the generated profile with this key, if it is one. */
  indexOf(profileKey: string): number | undefined {
    const first = KEY.exec(profileKey)?.[1];
    if (first === undefined) return undefined;
    const index = Number.parseInt(first, 36);
    return this.profileKey(index) === profileKey ? index : undefined;
  }

  /** Length in bytes of the record of profile `index`. */
  length(index: number): number {
    const number = this.#templateOf(index);
    return (this.#lengths[number] as number) || this.#template(number).bytes.length;
  }

  /** Writes the record of profile `index` (its `/user` body without Instagram's details) at `offset` of `target`. */
  write(index: number, target: Uint8Array, offset: number): void {
    const unique = mix32(index ^ this.#settings.seed);
    fill(this.#template(this.#templateOf(index)), target, offset, mix32(unique ^ 0x51ed270b), unique);
  }

  /** Profile `index` as data: the record, its Instagram details, its boards. */
  profile(index: number): SandboxProfile {
    const bytes = new Uint8Array(this.length(index));
    this.write(index, bytes, 0);
    const record = JSON.parse(decode(bytes)) as JsonObject;
    const bits = mix32(index + this.#settings.seed);
    const user = mapAccounts(record, (account) =>
      account.platform === "instagram" ? { ...account, type: "business", usedQuota: bits % 61 } : account,
    );
    const profileKey = this.profileKey(index);
    return isLinked(user, "pinterest") ? { profileKey, user, boards: boardsOf(user, bits) } : { profileKey, user };
  }

  #templateOf(index: number): number {
    return index < CASES ? index : mix32(Math.imul(index, 0x9e3779b1) ^ this.#settings.seed) % BANK;
  }

  #template(number: number): Template {
    const known = this.#templates[number];
    if (known !== undefined) return known;
    const { seed, imageOrigin } = this.#settings;
    const made = compile(person(number, seed, this.#epochMs, imageOrigin));
    this.#templates[number] = made;
    this.#lengths[number] = made.bytes.length;
    return made;
  }
}

const BOARD_NAMES = ["Inspiration", "Spring 2026", "Rezepte für Gäste", "Behind the scenes", "DIY & Crafts", "旅行"];

function boardsOf(user: JsonObject, bits: number): JsonObject[] {
  const account = (user.displayNames as JsonObject[]).find(({ platform }) => platform === "pinterest");
  const username = account?.username ?? account?.displayName;
  return Array.from({ length: bits % 6 }, (_, i) => ({
    privacy: ["PUBLIC", "PUBLIC", "PROTECTED", "SECRET"][(bits + i) % 4],
    owner: { username },
    id: `71846${String(mix32(bits + i)).padStart(13, "0")}`,
    name: BOARD_NAMES[(bits + i) % BOARD_NAMES.length],
    description: i % 3 === 2 ? null : i % 3 === 1 ? "What we like at the moment" : "",
  }));
}
