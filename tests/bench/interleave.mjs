// Measuring several ways of doing one thing fairly: in turns, so that whatever else the machine does hits all of them alike.
import { record } from "./record.mjs";

/** Median milliseconds per run of each contender, and the ratio of each to the first. */
export async function interleave(contenders, { rounds, runs, warmUp }) {
  const names = Object.keys(contenders);
  for (const name of names) for (let run = 0; run < warmUp; run++) await contenders[name]();
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // In another order each time: what one leaves to be collected, the next has to collect.
    for (const name of shuffled(names)) {
      const began = performance.now();
      for (let run = 0; run < runs; run++) await contenders[name]();
      times[name].push((performance.now() - began) / runs);
    }
  }
  return summary(times);
}

function shuffled(names) {
  const places = new Map(names.map((name) => [name, Math.random()]));
  return [...names].sort((one, other) => places.get(one) - places.get(other));
}

/** Of many times each, the median, and the median of its ratios to the first in the same round: slow moments of the machine count for both. */
export function summary(times) {
  const [base] = Object.values(times);
  return Object.entries(times).map(([name, all]) => ({ name, ms: median(all), ratio: median(all.map((ms, round) => ms / base[round])) }));
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
