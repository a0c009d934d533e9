// Errors sent to logs and other threads, and network errors with the runtime's details.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { MessageChannel } from "node:worker_threads";
import { describe, test } from "node:test";
import { AyrshareError, AyrshareUser, getUser, isAyrshareError } from "ayrshare-user";
import { answering, failure, json } from "./helpers.mjs";

async function refusal() {
  const body = JSON.stringify({ action: "authorization", status: "error", code: 144, message: "Profile Key not found", resolution: { a: [1] } });
  const { fetch } = answering(() => json(body, { status: 403 }));
  return failure(getUser({ apiKey: "KEY", fetch }), "auth");
}

describe("a serialized error", () => {
  const WAYS = {
    "as JSON": (error) => JSON.parse(JSON.stringify(error)),
    "by structuredClone": (error) => structuredClone(error.toJSON()),
    "by postMessage": async (error) => {
      const { port1, port2 } = new MessageChannel();
      port1.postMessage(error.toJSON());
      const [data] = await once(port2, "message");
      port1.close();
      return data;
    },
  };
  for (const [name, send] of Object.entries(WAYS)) {
    test(`${name} is restored completely`, async () => {
      const error = await refusal();
      const back = AyrshareError.from(await send(error));
      assert.ok(back instanceof AyrshareError && back instanceof Error && isAyrshareError(back));
      assert.deepEqual(back.toJSON(), error.toJSON());
      assert.deepEqual([back.name, back.kind, back.status, back.code, back.retryable], ["AyrshareError", "auth", 403, 144, false]);
      assert.match(back.stack, /^AyrshareError: /);
    });
  }

  test("an AyrshareError is returned unchanged", async () => {
    const error = await refusal();
    assert.equal(AyrshareError.from(error), error);
  });

  test("anything else is refused", async () => {
    const clone = structuredClone(await refusal());
    for (const value of [undefined, null, 5, "auth", {}, { kind: "auth" }, { message: "x" }, { kind: 1, message: "x" }, [], new Error("x"), clone]) {
      assert.throws(() => AyrshareError.from(value), { kind: "config", message: "`AyrshareError.from` takes what `toJSON()` returned" });
    }
  });
});

async function closedPort() {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

describe("a connection that fails", () => {
  test("names the runtime's code and address", async () => {
    const port = await closedPort();
    const error = await failure(getUser({ apiKey: "KEY", baseUrl: `http://127.0.0.1:${port}`, maxRetries: 0 }), "network");
    assert.equal(error.message, `could not reach the API: ECONNREFUSED 127.0.0.1:${port}`);
    assert.equal(error.retryable, true);
  });

  const failing = (cause) => new AyrshareUser({ apiKey: "SECRETSECRET", maxRetries: 0, fetch: async () => Promise.reject(cause) }).getUser();
  const because = (cause) => Object.assign(new TypeError("fetch failed"), { cause });
  const KNOWN = {
    "an unknown host": [because(Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND", hostname: "nope.invalid" })), "ENOTFOUND"],
    "several addresses": [because(new AggregateError([Object.assign(new Error("x"), { code: "ECONNREFUSED", address: "::1", port: 80 }), new Error("y")])), "ECONNREFUSED ::1:80"],
    "a code of its own": [Object.assign(new Error("Unable to connect"), { code: "ConnectionRefused" }), "ConnectionRefused"],
    "an expired certificate": [because(Object.assign(new Error("certificate has expired"), { code: "CERT_HAS_EXPIRED" })), "CERT_HAS_EXPIRED"],
  };
  for (const [name, [cause, text]] of Object.entries(KNOWN)) {
    test(`${name}: ${text}`, async () => assert.equal((await failure(failing(cause), "network")).message, `could not reach the API: ${text}`));
  }

  test("lists the possible causes if there is no valid code", async () => {
    for (const code of [undefined, 5, "", "a secret SECRETSECRET", "x".repeat(41), "E\n"]) {
      const { message } = await failure(failing(because(Object.assign(new Error("x"), { code, address: "SECRETSECRET", port: 1 }))), "network");
      assert.equal(message, "could not reach the API: offline, DNS, TLS, a refused connection or CORS; browsers do not say which");
    }
  });

  test("never uses a value as an address that is not one", async () => {
    for (const [address, port] of [["SECRETSECRET", 1], ["127.0.0.1", -1], ["127.0.0.1", "1"], ["1".repeat(46), 1], [undefined, 1]]) {
      const { message } = await failure(failing(because(Object.assign(new Error("x"), { code: "ECONNRESET", address, port }))), "network");
      assert.equal(message, "could not reach the API: ECONNRESET");
    }
  });

  for (const text of ["Failed to construct 'Request': member signal is not of type AbortSignal.", 'RequestInit: Expected signal ("AbortSignal {}") to be an instance of AbortSignal.']) {
    test(`a signal that \`fetch\` rejects is not a network error: ${text}`, async () => {
      let sent = 0;
      const fetch = async () => {
        sent += 1;
        throw new TypeError(text);
      };
      const error = await failure(getUser({ apiKey: "KEY", fetch }), "config");
      assert.match(error.message, /^`fetch` refused the signal of this environment's `AbortController`: pass a `fetch`/);
      assert.deepEqual([sent, error.retryable, error.cause.message], [1, false, text]);
    });
  }
});
