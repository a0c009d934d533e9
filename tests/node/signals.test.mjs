// Many calls at once with signals: each signal ends its own calls and no others, has one listener while calls wait for it, and none afterwards.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AyrshareUser } from "ayrshare-user";

const CALLS = 300;
const numbers = Array.from({ length: CALLS }, (_, index) => index);

/** A client whose requests are answered on command. */
function waiting() {
  const answers = [];
  const fetch = (_, { signal }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      answers.push(() => resolve(new Response('{"title":"A"}', { headers: { "content-type": "application/json" } })));
    });
  const client = new AyrshareUser({ apiKey: "K1K1K1K1", maxRetries: 0, fetch });
  return { client, answers };
}

/** A controller whose signal counts its listeners. */
function counted() {
  const controller = new AbortController();
  const { signal } = controller;
  const count = { now: 0, most: 0 };
  const [add, remove] = [signal.addEventListener, signal.removeEventListener];
  signal.addEventListener = (...words) => {
    count.now += 1;
    count.most = Math.max(count.most, count.now);
    return add.apply(signal, words);
  };
  signal.removeEventListener = (...words) => {
    count.now -= 1;
    return remove.apply(signal, words);
  };
  return { controller, count };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const until = async (isSo) => {
  while (!isSo()) await turn();
};

test("each of many signals ends its own call, in any order", async () => {
  const { client, answers } = waiting();
  const all = numbers.map(() => counted());
  const calls = numbers.map((index) => client.withProfile(`PROFILE-${index}`).getUser({}, { signal: all[index].controller.signal }));
  const settled = Promise.allSettled(calls);
  await until(() => answers.length === CALLS);
  // Every third is answered, the others are aborted, from both ends.
  for (const index of numbers) {
    const one = index % 2 === 0 ? index : CALLS - index;
    if (one % 3 === 0) continue;
    all[one].controller.abort(new Error(`enough of ${one}`));
  }
  answers.forEach((answer) => answer());
  const results = await settled;
  for (const index of numbers) {
    const { value, reason } = results[index];
    if (index % 3 === 0) assert.equal(value?.title, "A", `${index}: ${reason}`);
    else assert.deepEqual([reason?.kind, reason?.cause?.message], ["aborted", `enough of ${index}`]);
  }
  assert.deepEqual(all.map(({ count }) => [count.most, count.now]), all.map(() => [1, 0]));
});

test("a signal that many calls share has one listener, ends those that wait in the order in which they began, and can be used again", async () => {
  const { client, answers } = waiting();
  const { controller, count } = counted();
  const options = { signal: controller.signal };
  const ask = (index) => client.withProfile(`PROFILE-${index}`).getUser({}, options);
  const first = numbers.slice(0, 10).map(ask);
  await until(() => answers.length === 10);
  answers.splice(0).forEach((answer) => answer());
  await Promise.all(first);
  assert.deepEqual(count, { now: 0, most: 1 });
  const calls = numbers.map(ask);
  const ended = [];
  calls.forEach((call, index) => call.catch(({ cause }) => ended.push([index, cause])));
  await until(() => answers.length === CALLS);
  const isAnswered = (index) => index % 4 === 0;
  answers.forEach((answer, index) => isAnswered(index) && answer());
  await Promise.all(calls.filter((_, index) => isAnswered(index)));
  assert.deepEqual(count, { now: 1, most: 1 });
  const reason = new Error("enough");
  controller.abort(reason);
  await Promise.allSettled(calls);
  assert.deepEqual(ended, numbers.filter((index) => !isAnswered(index)).map((index) => [index, reason]));
  assert.deepEqual(count, { now: 0, most: 1 });
});
