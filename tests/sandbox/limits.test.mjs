// The rate limit: its window, its headers, its 429, and the suspension after too many of them.
import assert from "node:assert/strict";
import { clockAt, everywhere, verdict } from "./helpers.mjs";

const names = ["x-ratelimit-max", "x-ratelimit-count", "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after"];
const headersOf = (response) => Object.fromEntries(names.map((name) => [name, response.headers.get(name)]).filter(([, value]) => value !== null));

everywhere("300 requests per profile by default, counted in the headers", {}, async ({ get }) => {
  assert.deepEqual(headersOf(await get("/user")), { "x-ratelimit-max": "300", "x-ratelimit-count": "1" });
  assert.deepEqual(headersOf(await get("/user/details/pinterest")), { "x-ratelimit-max": "300", "x-ratelimit-count": "2" });
  assert.deepEqual(headersOf(await get("/user/batch")), { "x-ratelimit-max": "300", "x-ratelimit-count": "3" });
});

const clock = clockAt();
everywhere("429 beyond the limit, until the five minutes have passed", () => ({ rateLimit: { max: 2 }, now: clock.now }), async ({ get, sandbox }) => {
  assert.equal((await get("/user")).status, 200);
  clock.ms += 200_000;
  assert.equal((await get("/user")).status, 200);
  const refused = await get("/user");
  assert.deepEqual(headersOf(refused), { "x-ratelimit-max": "2", "x-ratelimit-count": "2" });
  assert.equal(await verdict(refused), "429/429");
  const other = await get("/user", { "profile-key": sandbox.profileKey(0) });
  assert.equal(other.status, 200, "another profile has its own window");
  clock.ms += 99_999;
  assert.equal((await get("/user")).status, 429);
  clock.ms += 1;
  assert.equal((await get("/user")).status, 200);
});

everywhere("Retry-After is an option, in whole seconds", () => ({ rateLimit: { max: 0, retryAfter: true, windowMs: 1_500 }, now: clockAt().now }), async ({ get }) => {
  assert.equal((await get("/user")).headers.get("retry-after"), "2");
});

const HEADERS = {
  current: { "x-ratelimit-max": "5", "x-ratelimit-count": "1" },
  old: { "x-ratelimit-remaining": "4", "x-ratelimit-reset": "300000" },
  both: { "x-ratelimit-max": "5", "x-ratelimit-count": "1", "x-ratelimit-remaining": "4", "x-ratelimit-reset": "300000" },
  none: {},
};
for (const [headers, expected] of Object.entries(HEADERS)) {
  everywhere(`headers: ${headers}`, () => ({ rateLimit: { max: 5, headers }, now: clockAt().now }), async ({ get }) => {
    assert.deepEqual(headersOf(await get("/user")), expected);
  });
}

everywhere("rateLimit: false neither counts nor sends headers", { rateLimit: false }, async ({ get }) => {
  assert.deepEqual(headersOf(await get("/user")), {});
});

everywhere("requests with a rejected key are not counted", { rateLimit: { max: 1 } }, async ({ get }) => {
  for (let i = 0; i < 3; i += 1) assert.equal(await verdict(await get("/user", { authorization: "Bearer no" })), "403/102");
  assert.equal((await get("/user")).status, 200);
});

everywhere("too many 429s within a day suspend the profile", { rateLimit: { max: 0, windowMs: 1, suspendAfter: 3 } }, async ({ get, sandbox }) => {
  for (let i = 0; i < 3; i += 1) assert.equal((await get("/user", { "profile-key": sandbox.profileKey(0) })).status, 429);
  assert.equal(sandbox.profile(sandbox.profileKey(0)).suspended, true);
});
