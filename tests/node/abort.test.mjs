// An aborted signal ends a call immediately at every stage, without waiting for time or timers.
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "node:test";
import { AyrshareUser } from "ayrshare-user";
import { failure, json } from "./helpers.mjs";

const never = () => new Promise(() => {});

/** The stages of a call, each with client options that make a call reach the stage and stay there. `there` is called on arrival. */
const PLACES = {
  "the key function": (there) => ({ apiKey: () => (there(), never()), fetch: never }),
  "the wait for headers": (there) => ({ fetch: () => (there(), never()) }),
  "the body": (there) => {
    const pull = () => (there(), never());
    return { fetch: async () => new Response(new ReadableStream({ pull }, { highWaterMark: 0 })) };
  },
  "the wait between two attempts": (there) => ({
    fetch: async () => json("{}", { status: 503, headers: { "retry-after": "20" } }),
    onEvent: ({ type }) => type === "retry" && there(),
  }),
};

for (const [place, optionsOf] of Object.entries(PLACES)) {
  test(`an abort ends ${place} in the same turn`, async () => {
    const controller = new AbortController();
    let ended = false;
    await new Promise((there) => {
      const client = new AyrshareUser({ apiKey: "KEY", ...optionsOf(there) });
      const call = client.getUser({}, { signal: controller.signal });
      failure(call, "aborted").then(({ cause }) => (ended = cause === controller.signal.reason));
    });
    await turn();
    assert.equal(ended, false);
    controller.abort(new Error("enough"));
    await turn();
    assert.equal(ended, true);
  });
}
