// Measuring several ways of doing one thing fairly: in turns, so that whatever else the machine does hits all of them alike.
import { record } from "./record.mjs";

/** Median milliseconds per run of each contender, and the ratio of each to the first. */
export async function interleave(contenders, { rounds, runs, warmUp }) {
  const names = Object.keys(contenders);
  for (const name of names) for (let run = 0; run < warmUp; run++) await contenders[name]();
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // Each contender takes every place in the order equally often.
    const order = names.map((_, place) => names[(place + round) % names.length]);
    for (const name of order) {
      const began = performance.now();
      for (let run = 0; run < runs; run++) await contenders[name]();
      times[name].push((performance.now() - began) / runs);
    }
  }
  return summary(times);
}

/** Of many times each, the median, and its ratio to that of the first. */
export function summary(times) {
  const names = Object.keys(times);
  const base = median(times[names[0]]);
  return names.map((name) => ({ name, ms: median(times[name]), ratio: median(times[name]) / base }));
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function print(title, rows) {
  record(title, rows);
  console.log(`\n${title}`);
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, ms, ratio } of rows) {
    console.log(`${name.padEnd(width)}  ${ms.toFixed(3).padStart(9)} ms  ${ratio.toFixed(2).padStart(6)} ×`);
  }
}
