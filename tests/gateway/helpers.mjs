// Helpers of the gateway tests: a gateway and a sandbox, both in this process, and the search for planted secrets.
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { createGateway } from "ayrshare-user/gateway";
import { createSandbox } from "ayrshare-user/sandbox";
import { corrupt } from "../trapping.mjs";

export const KEY = "SENTINEL-API-KEY-0NEVER00-0SHOWN00";
export const ALICE = "SENTINEL-ALICE-KEY-0NEVER00-SHOWN0";
export const BOB = "SENTINEL-BOB00-KEY-0NEVER00-SHOWN0";
export const SECRETS = [KEY, ALICE, BOB];
export const APP = "https://app.example.com";
export const HERE = "https://gateway.example";

export const profile = (profileKey, title, refId) => ({ profileKey, user: { title, refId, email: null, activeSocialAccounts: ["twitter"] } });

/** Session tokens of callers, and what the operator lets each of them read. */
export const GRANTS = {
  alice: { profileKey: ALICE },
  bob: { profileKey: BOB },
  primary: { scope: "primary-profile" },
  admin: { scope: "all-profiles" },
};
export const authorize = (request) => GRANTS[request.headers.get("x-session")] ?? null;

/**
 * A gateway, the errors that it reported, and a function that sends it requests. Every response is searched for the planted keys;
 * `clean` searches the errors and events at the end.
 */
export function open({ sandbox: sandboxOptions, fetch, ...options } = {}) {
  const sandbox = createSandbox({
    apiKey: KEY,
    userProfiles: [profile(ALICE, "Alice", "ref-alice"), profile(BOB, "Bob", "ref-bob")],
    freshForMs: 60_000,
    batchDelayMs: 0,
    ...sandboxOptions,
  });
  const [errors, events] = [[], []];
  const access = options.allowUnauthenticated ? {} : { authorize };
  const gateway = createGateway({
    apiKey: KEY,
    ...access,
    allowedOrigins: [APP],
    fetch: fetch?.(sandbox) ?? sandbox.fetch,
    onEvent: (event) => events.push(event),
    onError: (error) => errors.push(error),
    ...options,
  });
  async function ask(path, { as, headers, context, ...init } = {}) {
    const request = new Request(new URL(path, HERE), { headers: { ...(as && { "x-session": as }), ...headers }, ...init });
    const response = await gateway.fetch(request, context);
    const body = await response.text();
    const reply = { status: response.status, headers: Object.fromEntries(response.headers), body };
    without(JSON.stringify(reply), "a response");
    return reply;
  }
  const clean = () => without(inspect([errors, events], { depth: 9, showHidden: true }), "an error or event");
  return { gateway, sandbox, ask, errors, events, clean };
}

/** Makes the gateway's wasm trap, in a request that fails with a 500. Another request must have loaded the wasm. */
export async function trap(gateway) {
  corrupt("gateway");
  const { status } = await gateway.fetch(new Request(`${HERE}/ayrshare/user`, { headers: { "x-session": "alice" } }));
  assert.equal(status, 500);
}

export function without(text, what) {
  for (const secret of SECRETS) assert.ok(!text.includes(secret), `a key in ${what}: ${text}`);
}

export const titleOf = ({ body }) => JSON.parse(body).title;

/**
 * Stops the gateway's clock until the test ends: only `pass` advances it. It starts at the beginning of a minute, because the sandbox
 * renews its responses at multiples of their lifetime.
 */
export function stoppedClock(t) {
  const { now } = Date;
  let at = Math.floor(now() / 60_000) * 60_000;
  Date.now = () => at;
  t.after(() => (Date.now = now));
  return { now: () => at, pass: (ms) => (at += ms) };
}
