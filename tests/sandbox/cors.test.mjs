// CORS headers, which are off by default.
import assert from "node:assert/strict";
import { everywhere } from "./helpers.mjs";

const corsOf = (response) => [...response.headers.keys()].filter((name) => name.startsWith("access-control"));
const PREFLIGHT = { method: "OPTIONS", headers: { origin: "https://page.example", "access-control-request-method": "GET", "access-control-request-headers": "authorization,profile-key" } };

everywhere("off: no header anywhere, and no preflight", { batchDelayMs: 0 }, async ({ fetch, base, get, ticket }) => {
  const { url } = await ticket();
  const responses = [await get("/user"), await fetch(url), await fetch(`${base}/user`, PREFLIGHT)];
  assert.deepEqual(responses.map(corsOf), [[], [], []]);
  assert.equal(responses[2].status, 405);
});

everywhere("on: preflights allow the two key headers, and every response can be read", { cors: true }, async ({ fetch, base, get }) => {
  const preflight = await fetch(`${base}/user/details/pinterest`, PREFLIGHT);
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
  assert.match(preflight.headers.get("access-control-allow-headers"), /authorization, profile-key/);
  for (const headers of [{}, { authorization: "Bearer no" }, { "profile-key": "no" }]) {
    const response = await get("/user", headers);
    assert.deepEqual(corsOf(response), ["access-control-allow-origin"]);
  }
});

everywhere("on: the file allows ranges and no credentials", { cors: true, batchDelayMs: 0 }, async ({ fetch, ticket }) => {
  const { url } = await ticket();
  const preflight = await fetch(url, PREFLIGHT);
  assert.equal(preflight.headers.get("access-control-allow-headers"), "range, if-range, if-match, if-none-match");
  assert.equal((await fetch(url)).headers.get("access-control-allow-origin"), "*");
});

everywhere("one origin, exposed headers, no file", { cors: { origin: "https://page.example", exposeHeaders: ["x-ratelimit-max", "date"], files: false }, batchDelayMs: 0 }, async ({ fetch, get, ticket }) => {
  const response = await get("/user");
  assert.equal(response.headers.get("access-control-allow-origin"), "https://page.example");
  assert.equal(response.headers.get("access-control-expose-headers"), "x-ratelimit-max, date");
  assert.equal(response.headers.get("vary"), "Origin");
  const { url } = await ticket();
  assert.deepEqual(corsOf(await fetch(url)), []);
});
