/** How urgent several things are together. */
import type { HealthLevel } from "../insight/types.js";

const RANK: Readonly<Record<HealthLevel, number>> = { ok: 0, soon: 1, now: 2 };

/** The highest of these levels. */
export function highest(levels: readonly HealthLevel[]): HealthLevel {
  return levels.reduce<HealthLevel>((high, level) => (RANK[level] > RANK[high] ? level : high), "ok");
}

/** Whether a level is at least as high as another. */
export function reaches(level: HealthLevel, threshold: HealthLevel): boolean {
  return RANK[level] >= RANK[threshold];
}
