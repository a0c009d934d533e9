// Measures several contenders fairly: they alternate, so that other load on the machine affects all of them equally.
import { record } from "./record.mjs";

/** Median milliseconds per run of each contender, and the ratio of each to the first. */
export async function interleave(contenders, { rounds, runs, warmUp }) {
  const names = Object.keys(contenders);
  for (const name of names) for (let run = 0; run < warmUp; run++) await contenders[name]();
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // In a different order each time, because each contender must collect the garbage of the one before.
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

/** The median time of each contender, and the median of its ratios to the first one in the same round, so that slow moments affect both. */
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
