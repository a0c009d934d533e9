// Helpers of the Node tests: a `fetch` without a network, and the search for planted secrets.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { AyrshareUser, isAyrshareError } from "ayrshare-user";
import { corrupt } from "../trapping.mjs";

export const fixture = (name) => readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), "utf8");

/** The method and arguments for each endpoint, by its name in events. */
export const CALLS = {
  user: ["getUser"],
  details: ["getUserDetails", "pinterest"],
  batch: ["getUserBatch"],
};

/** A `fetch` that returns the given responses in turn, repeating the last one, and records its requests. */
export function answering(...answers) {
  const seen = [];
  const fetch = async (url, init) => {
    seen.push({ url, init });
    const answer = answers[Math.min(seen.length, answers.length) - 1];
    if (answer instanceof Error) throw answer;
    return typeof answer === "function" ? answer(url, init) : answer.clone();
  };
  return { fetch, seen };
}

export const json = (body, init) =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), {
    headers: { "content-type": "application/json; charset=utf-8", ...init?.headers },
    status: init?.status ?? 200,
  });

/** Stops the clock that the client reads until the test ends; only `pass` advances it. Timers run as usual. */
export function stoppedClock(t) {
  const { now } = Date;
  let at = now();
  Date.now = () => at;
  t.after(() => (Date.now = now));
  return { now: () => at, pass: (ms) => (at += ms) };
}

/** The error that a promise rejects with, which must be an AyrshareError of this kind. */
export async function failure(promise, kind) {
  const error = await promise.then(
    (value) => assert.fail(`resolved to ${inspect(value)}`),
    (error) => error,
  );
  assert.ok(isAyrshareError(error), `not ours: ${inspect(error)}`);
  assert.equal(error.kind, kind, inspect(error));
  return error;
}

/** Makes the wasm of the calls trap, in the call of a client of its own. Returns the error of that call. Another call must have loaded the wasm. */
export function trapCalls() {
  corrupt("calls");
  return failure(new AyrshareUser({ apiKey: "KEY", fetch: () => assert.fail("sent") }).getUser(), "internal");
}

/** Everything that a person or a log could see of a value, including its cause chain and hidden fields. */
export function everythingShown(value) {
  const parts = [inspect(value, { depth: 12, showHidden: true, getters: true })];
  for (let at = value; at instanceof Error || (typeof at === "object" && at !== null); at = at.cause) {
    parts.push(String(at), String(at.message), String(at.stack), JSON.stringify(at));
    if (parts.length > 60) break;
  }
  return parts.join("\n");
}

export function assertNoSecret(value, ...secrets) {
  const shown = typeof value === "string" ? value : everythingShown(value);
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
      assert.ok(!shown.includes(form), `a secret shows in ${shown}`);
    }
  }
}
