// Downloading the batch file: waiting for it, dropped connections, changed files, and what its host receives.
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { AyrshareUser } from "ayrshare-user";
import { createSandbox } from "ayrshare-user/sandbox";
import { serveSandbox } from "ayrshare-user/sandbox/node";
import { assertNoSecret, failure } from "./helpers.mjs";

const MINUTE = 60_000;

async function ids(stream) {
  const found = [];
  for await (const { refId } of stream) found.push(refId);
  return found;
}

/** An in-process sandbox and a client that record requests and events. */
function sandboxed(options = {}, clientOptions = {}) {
  const sandbox = createSandbox({ batchDelayMs: 0, profiles: 300, chunkBytes: 8_192, ...options });
  const [seen, events] = [[], []];
  const fetch = async (url, init) => {
    seen.push({ url: String(url), init });
    return sandbox.fetch(url, init);
  };
  const client = new AyrshareUser({ apiKey: sandbox.apiKey, fetch, onEvent: (event) => events.push(event), ...clientOptions });
  const files = () => seen.filter(({ url }) => url.includes("batch.ayrshare.com"));
  return { sandbox, client, seen, events, files };
}

/** A clock that advances only when something waits, and then immediately. */
function fastClock(t, skewMs = 0) {
  mock.timers.enable({ apis: ["Date", "setTimeout"], now: Date.UTC(2026, 0, 1, 12, 0, 0, 400) });
  t.after(() => mock.timers.reset());
  const waits = [];
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (handler, ms, ...rest) => {
    const timer = setTimeout(handler, ms, ...rest);
    // Pauses of the download, not the timeouts of an attempt.
    if (ms !== 10_000 && ms !== 30_000) {
      waits.push(ms);
      setImmediate(() => mock.timers.tick(ms));
    }
    return timer;
  };
  return { waits, serverNow: () => Date.now() + skewMs };
}

for (const notReadyStatus of [403, 404]) {
  for (const skewMs of [0, 7 * MINUTE, -7 * MINUTE]) {
    test(`it waits until the file is there, by the server's clock, ${skewMs / MINUTE} minutes apart (${notReadyStatus})`, async (t) => {
      const { waits, serverNow } = fastClock(t, skewMs);
      const { client, files, events } = sandboxed({ batchDelayMs: 5 * MINUTE, now: serverNow, notReadyStatus });
      assert.equal((await ids(client.streamProfiles())).length, 300);
      assert.equal(files().length, 1, "asked when it was there, and not before");
      const waited = waits.reduce((sum, ms) => sum + ms, 0);
      assert.ok(waited >= 5 * MINUTE && waited <= 5 * MINUTE + 2_000, `${waited}`);
      const [first] = events.filter(({ type }) => type === "progress");
      assert.equal(first.waitMs, waits[0]);
      assert.equal(first.endpoint, "file");
    });
  }
}

test("a file that is late is requested again with growing pauses, as far as `waitMs` allows", async (t) => {
  const { waits } = fastClock(t);
  const late = { on: "file", status: 404, body: "<Error><Code>NoSuchKey</Code></Error>" };
  const { client, files, sandbox } = sandboxed({ faults: { failNext: [{ ...late, times: 3 }] } });
  assert.equal((await ids(client.streamProfiles())).length, 300);
  assert.deepEqual(waits, [2_000, 4_000, 8_000]);
  assert.equal(files().length, 4);

  sandbox.faults = { failNext: [{ ...late, times: 100 }] };
  const error = await failure(ids(client.streamProfiles({ waitMs: 20_000 })), "not_ready");
  assert.equal(error.retryable, true);
  assert.equal(error.status, 404);
  assert.ok(error.retryAfterMs > 0);
});

test("a wait longer than allowed does not begin; the error says how long it would be", async () => {
  const { client, files } = sandboxed({ batchDelayMs: 5 * MINUTE });
  const error = await failure(ids(client.streamProfiles({ waitMs: 1_000 })), "not_ready");
  assert.ok(error.retryAfterMs > 4.9 * MINUTE && error.retryAfterMs < 5.1 * MINUTE);
  assert.equal(files().length, 0);
});

test("an expired ticket is replaced once, because of its times or of the host's response", async (t) => {
  fastClock(t);
  const { client, sandbox, files, seen } = sandboxed({ urlLifetimeMs: 10 * MINUTE, batchWindowMs: MINUTE });
  const old = await client.getUserBatch();
  mock.timers.tick(11 * MINUTE);
  assert.equal((await ids(client.streamProfiles({ batch: old }))).length, 300);
  assert.equal(files().length, 1);

  const expired = { on: "file", status: 403, body: "<Error><Code>ExpiredToken</Code></Error>" };
  sandbox.faults = { failNext: [expired] };
  assert.equal((await ids(client.streamProfiles())).length, 300);
  sandbox.faults = { failNext: [{ ...expired, times: 2 }] };
  const before = seen.length;
  await failure(ids(client.streamProfiles()), "expired");
  assert.equal(seen.length - before, 4, "two tickets and two requests for the file");
});

const refusedWith = (code, status = 403) => ({ on: "file", status, body: `<?xml version='1.0'?><Error><Code>${code}</Code><Message>Access denied.</Message></Error>` });

for (const [status, code] of [[403, "AccessDenied"], [404, "NoSuchKey"]]) {
  test(`a few minutes after its due time, a missing file is no longer waited for: ${code}`, async (t) => {
    const { waits } = fastClock(t);
    const { client, sandbox, seen } = sandboxed({ batchWindowMs: MINUTE });
    const batch = await client.getUserBatch();
    mock.timers.tick(20 * MINUTE);
    sandbox.faults = { failNext: [refusedWith(code, status)] };
    assert.equal((await ids(client.streamProfiles({ batch }))).length, 300);
    assert.equal(seen.length, 4, "two tickets and two requests for the file");

    const old = await client.getUserBatch();
    mock.timers.tick(20 * MINUTE);
    sandbox.faults = { failNext: [{ ...refusedWith(code, status), times: 99 }] };
    // The new ticket's file is due now, so it is waited for: a few minutes, not an hour.
    const before = seen.length;
    const error = await failure(ids(client.streamProfiles({ batch: old, waitMs: 60 * MINUTE })), "api");
    assert.match(error.message, new RegExp(`^the host of the batch file refused it with \`${code}\`, and a new URL did not help`));
    assert.equal(error.status, status);
    assert.equal(error.retryable, false);
    const waited = waits.reduce((sum, ms) => sum + ms, 0);
    assert.ok(waited >= 5 * MINUTE && waited < 6 * MINUTE, `${waited}`);
    assert.equal(seen.slice(before).filter(({ url }) => url.includes("/user/batch")).length, 1);
  });
}

for (const [code, kind] of [["SignatureDoesNotMatch", "api"], ["NoSuchBucket", "api"], ["ExpiredToken", "expired"]]) {
  test(`an error that waiting cannot fix is not waited for: ${code}`, async (t) => {
    const { waits } = fastClock(t);
    const { client, sandbox, seen } = sandboxed();
    sandbox.faults = { failNext: [refusedWith(code)] };
    assert.equal((await ids(client.streamProfiles())).length, 300);
    sandbox.faults = { failNext: [{ ...refusedWith(code), times: 99 }] };
    const before = seen.length;
    const error = await failure(ids(client.streamProfiles()), kind);
    assert.ok(error.message.includes(`\`${code}\``), error.message);
    assert.equal(error.status, 403);
    assert.equal(seen.length - before, 4, "two tickets and two requests for the file");
    assert.deepEqual(waits, []);
  });
}

test("the error for a file that never arrives contains the host's last error", async (t) => {
  fastClock(t);
  const { client } = sandboxed({ faults: { failNext: [{ ...refusedWith("AccessDenied"), times: 99 }] } });
  const error = await failure(ids(client.streamProfiles({ waitMs: 10_000 })), "not_ready");
  assert.match(error.message, /; its host returned `AccessDenied`$/);
});

test("a rejection that repeats the signed URL is redacted", async (t) => {
  fastClock(t);
  const sandbox = createSandbox({ batchDelayMs: 0 });
  for (const codeOf of [() => "SignatureDoesNotMatch", (url) => url.searchParams.get("X-Goog-Signature"), () => "Kennwort"]) {
    const [events, secrets] = [[], []];
    const fetch = async (address, init) => {
      if (String(address).includes("/api/")) {
        const order = await (await sandbox.fetch(address, init)).json();
        return Response.json({ ...order, url: `${order.url}&secret=Kennwort` });
      }
      const url = new URL(address);
      secrets.push(url.searchParams.get("X-Goog-Signature"), "Kennwort", url.searchParams.get("X-Goog-Credential"));
      const toSign = `GOOG4-RSA-SHA256\n${url.search}`;
      return new Response(`<Error><Code>${codeOf(url)}</Code><StringToSign>${toSign}</StringToSign></Error>`, { status: 403 });
    };
    const client = new AyrshareUser({ apiKey: sandbox.apiKey, fetch, onEvent: (event) => events.push(event) });
    const error = await ids(client.streamProfiles({ waitMs: 5_000 })).catch((error) => error);
    assert.equal(error.status, 403);
    for (const shown of [error, events]) assertNoSecret(shown, ...secrets);
    assert.equal(error.message.includes("SignatureDoesNotMatch"), codeOf(new URL("https://x.example")) === "SignatureDoesNotMatch");
  }
});

test("a given ticket is used, and no other is requested", async () => {
  const { client, seen } = sandboxed();
  const batch = await client.getUserBatch();
  assert.equal((await ids(client.streamProfiles({ batch }))).length, 300);
  assert.equal(seen.length, 2);
  assert.equal(seen[1].url, batch.url, "byte for byte");
});

test("errors of the ticket request are passed on unchanged", async () => {
  const { client, sandbox, files } = sandboxed({ plan: "free" });
  assert.equal((await failure(ids(client.streamProfiles()), "auth")).code, 169);
  sandbox.faults = { failNext: [{ status: 500, times: 9 }] };
  assert.equal(files().length, 0);
});

for (const fileShape of ["array", "wrapped", "keyed", "ndjson"]) {
  test(`dropped connections lose and repeat no profile: ${fileShape}`, async (t) => {
    fastClock(t);
    const whole = sandboxed({ fileShape });
    const expected = await ids(whole.client.streamProfiles());
    const cuts = [1, 8_192, 50_000, 50_001, 300_017];
    for (const file of [{}, { ignoreRange: true }, { noETag: true }, { noLastModified: true }]) {
      const { client, files } = sandboxed({ fileShape, faults: { file: { cutAtBytes: cuts, ...file } } });
      const stream = client.streamProfiles();
      assert.deepEqual(await ids(stream), expected, JSON.stringify(file));
      assert.equal(stream.progress.resumes, cuts.length, JSON.stringify(file));
      assert.equal(files().length, cuts.length + 1);
      // Last-Modified is not used as a validator: within the same minute, two files could share it.
      assert.equal(files().at(-1).init.headers.range, file.noETag ? undefined : "bytes=300017-");
      assert.equal(stream.progress.bytesReread > 0, Boolean(file.noETag ?? file.ignoreRange), JSON.stringify(file));
    }
  });
}

test("a file that changed during the download is an error after the profiles received so far, never a mixture", async (t) => {
  fastClock(t);
  for (const file of [{ changeAfter: 1 }, { changeAfter: 1, ignoreRange: true }, { changeAfter: 1, noETag: true, noLastModified: true }]) {
    const { client, sandbox } = sandboxed();
    const expected = await ids(client.streamProfiles());
    sandbox.faults = { file: { cutAtBytes: [300_000], ...file } };
    const found = [];
    const error = await failure((async () => {
      for await (const { refId } of client.streamProfiles()) found.push(refId);
    })(), "network");
    assert.match(error.message, /because the file has changed: start again$/);
    assert.ok(found.length > 100 && found.length < 300);
    assert.deepEqual(found, expected.slice(0, found.length));
    assert.equal(error.retryable, true);
  }
});

test("a host that keeps failing ends the download after some attempts, with the host's last error", async (t) => {
  const { waits } = fastClock(t);
  const { client, files } = sandboxed({ faults: { failNext: [{ on: "file", status: 503, times: 99 }] } });
  const error = await failure(ids(client.streamProfiles()), "api");
  assert.equal(error.status, 503);
  assert.equal(files().length, 5);
  assert.equal(error.attempts.length, 5);
  assert.equal(waits.length, 4);
});

for (const [name, faults, kind] of [
  ["ends inside a record", { failNext: [{ on: "file", body: '[{"refId":"a"},{"refId":"b"' }] }, "decode"],
  ["ends without its closing bracket", { failNext: [{ on: "file", body: '[{"refId":"a"}' }] }, "decode"],
  ["goes on after its end", { failNext: [{ on: "file", body: '[{"refId":"a"}]{' }] }, "decode"],
  ["is compressed and arrives so", { failNext: [{ on: "file", body: new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0]) }] }, "decode"],
  ["is a page of HTML", { failNext: [{ on: "file", body: "<!doctype html><p>Hello" }] }, "decode"],
]) {
  test(`a file that ${name} is an error after its complete profiles`, async () => {
    const { client } = sandboxed({ faults });
    const found = [];
    const error = await failure((async () => {
      for await (const profile of client.streamProfiles()) found.push(profile.refId);
    })(), kind);
    assert.match(error.message, /^the batch file |^record 2 of the batch file /);
    assert.deepEqual(found, name.startsWith("is") ? [] : ["a"]);
  });
}

test("over HTTP: the download resumes after resets, stalls and a body shorter than Content-Length", async (t) => {
  const { baseUrl, sandbox, close } = await serveSandbox({ batchDelayMs: 0, profiles: 300 });
  t.after(close);
  const client = new AyrshareUser({ apiKey: sandbox.apiKey, baseUrl });
  const expected = await ids(client.streamProfiles());
  const faults = [
    { file: { cutAtBytes: [1_000, 200_000] } },
    { failNext: [{ on: "file", connection: "reset" }] },
    { failNext: [{ on: "file", stallAtByte: 100_000 }] },
    { failNext: [{ on: "file", connection: "hang" }] },
  ];
  for (const given of faults) {
    sandbox.faults = given;
    assert.deepEqual(await ids(client.streamProfiles({ idleTimeoutMs: 300 })), expected, JSON.stringify(given));
  }
  sandbox.faults = { failNext: [{ on: "file", connection: "hang", times: 9 }] };
  const error = await failure(ids(client.streamProfiles({ idleTimeoutMs: 30 })), "timeout");
  assert.match(error.message, /idleTimeoutMs/);
});

test("a body shorter than Content-Length does not count as the end", async (t) => {
  fastClock(t);
  const text = '{"refId":"a"}\n{"refId":"b"}\n{"refId":"c"}\n';
  const responses = [
    [200, text.slice(0, 28), { "content-length": String(text.length), etag: '"1"' }],
    [206, text.slice(28), { "content-length": String(text.length - 28), etag: '"1"', "content-range": `bytes 28-${text.length - 1}/${text.length}` }],
  ];
  const sandbox = createSandbox({ batchDelayMs: 0 });
  const fetch = async (url, init) => {
    if (!String(url).includes("batch.ayrshare.com")) return sandbox.fetch(url, init);
    const [status, body, headers] = responses.shift();
    return new Response(body, { status, headers });
  };
  const client = new AyrshareUser({ apiKey: sandbox.apiKey, fetch });
  assert.deepEqual(await ids(client.streamProfiles()), ["a", "b", "c"]);
});

const REDIRECTS = [
  ["to https", "https://other.example/file.json", 3],
  ["to a path", "/file.json", 3],
  ["to plain http", "http://other.example/file.json", "api"],
  ["to nowhere", "", "api"],
];
for (const [name, location, outcome] of REDIRECTS) {
  test(`a redirect ${name} is ${outcome === "api" ? "not followed" : "followed, without any header of ours"}`, async () => {
    const sandbox = createSandbox({ batchDelayMs: 0 });
    const asked = [];
    const fetch = async (url, init) => {
      if (String(url).includes("/api/")) return sandbox.fetch(url, init);
      asked.push(String(url));
      assert.deepEqual(Object.keys(init.headers), []);
      assert.equal(init.redirect, "manual");
      if (asked.length === 1) return new Response(null, { status: 302, headers: { location } });
      return new Response('[{"refId":"a"},{"refId":"b"},{"refId":"c"}]');
    };
    const client = new AyrshareUser({ apiKey: sandbox.apiKey, fetch });
    if (outcome === "api") {
      assert.equal(asked.length, 0);
      await failure(ids(client.streamProfiles()), "api");
      assert.equal(asked.length, 1);
    } else {
      assert.equal((await ids(client.streamProfiles())).length, outcome);
      assert.equal(asked[1], new URL(location, asked[0]).href);
    }
  });
}

test("an opaque redirect is checked by its final URL", async () => {
  const sandbox = createSandbox({ batchDelayMs: 0 });
  for (const [landed, kind] of [["https://other.example/file.json", undefined], ["http://other.example/file.json", "api"]]) {
    const fetch = async (url, init) => {
      if (String(url).includes("/api/")) return sandbox.fetch(url, init);
      const response = new Response('[{"refId":"a"}]');
      if (init.redirect === "manual") Object.defineProperty(response, "type", { value: "opaqueredirect" });
      else Object.defineProperty(response, "url", { value: landed });
      return response;
    };
    const read = ids(new AyrshareUser({ apiKey: sandbox.apiKey, fetch }).streamProfiles());
    if (kind) await failure(read, kind);
    else assert.deepEqual(await read, ["a"]);
  }
});

test("the file host gets no key and no header, and the signature is shown nowhere", async (t) => {
  fastClock(t);
  const KEY = "SENTINEL-APIKEY-4711-SENTINEL";
  const PROFILE = "SENTINEL-PROFILEKEY-4712-SENTINEL";
  const printed = [];
  for (const name of ["log", "warn", "error", "info", "debug"]) t.mock.method(console, name, (...args) => printed.push(args));
  const failing = [{ on: "file", status: 503 }, { on: "file", connection: "reset" }, { on: "file", status: 400, body: "<Error/>" }];
  const { client, files, events } = sandboxed(
    { apiKey: KEY, faults: { failNext: failing, file: { cutAtBytes: [50_000] } } },
    { apiKey: KEY, profileKey: PROFILE, headers: { "x-extra-token": "SENTINEL-EXTRA" } },
  );
  const error = await failure(ids(client.streamProfiles()), "api");
  assert.equal((await ids(client.streamProfiles())).length, 300);
  for (const { init } of files()) {
    assert.deepEqual(Object.keys(init).sort(), ["headers", "method", "redirect", "signal"]);
    assert.ok(Object.keys(init.headers).every((name) => name === "range"), Object.keys(init.headers).join());
  }
  const signature = /X-Goog-Signature=([0-9a-f]{40})/.exec(files()[0].url)[1];
  for (const shown of [error, events, printed]) assertNoSecret(shown, KEY, PROFILE, "SENTINEL-EXTRA", signature, "X-Goog-Signature");
  assert.match(error.url, /^https:\/\/storage\.ayrshare-sandbox\.invalid\/…\/users-batch-[\d-]+\.json$/);
});

test("the signature is removed from a cause that contains the signed URL", async () => {
  const sandbox = createSandbox({ batchDelayMs: 0 });
  let signed;
  const fetch = async (url, init) => {
    if (String(url).includes("/api/")) return sandbox.fetch(url, init);
    signed = String(url);
    throw new TypeError(`could not reach ${url}`);
  };
  const client = new AyrshareUser({ apiKey: sandbox.apiKey, fetch });
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (handler, ms, ...rest) => setTimeout(handler, Math.min(ms, 5), ...rest);
  const error = await failure(ids(client.streamProfiles()), "network").finally(() => (globalThis.setTimeout = setTimeout));
  assertNoSecret(error, new URL(signed).search.slice(1), /Signature=(\w+)/.exec(signed)[1]);
  assert.match(error.cause.message, /could not reach/);
});

test("a signed URL is used byte for byte, except for line breaks, which URLs cannot contain", async () => {
  for (const [end, used] of [["?X-Amz-Signature=a%2fB%2F%20~'()", "?X-Amz-Signature=a%2fB%2F%20~'()"], ["?a=1\n&b=2\n", "?a=1&b=2"]]) {
    const { sandbox, seen } = sandboxed();
    const fetch = async (url, init) => {
      seen.push({ url: String(url), init });
      if (url.includes("/file/")) return new Response("[]");
      const order = await (await sandbox.fetch(url, init)).json();
      return Response.json({ ...order, url: `https://files.example/file/users.json${end}` });
    };
    const client = new AyrshareUser({ apiKey: sandbox.apiKey, fetch });
    assert.deepEqual(await ids(client.streamProfiles()), []);
    assert.deepEqual(seen.at(-1), { url: `https://files.example/file/users.json${used}`, init: { ...seen.at(-1).init, headers: {} } });
  }
});
