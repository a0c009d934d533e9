// Searches for planted secrets (an API key, a Profile Key, a secret header and the signature of a signed URL) in every row of the
// fault table, and with a `fetch` that puts its request into its errors in every form.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { inspect } from "node:util";
import * as ayrshareUser from "ayrshare-user";
import { PLANTED, SIGNATURE, callRows, shownOf } from "./call.mjs";
import { serveFaults } from "./server.mjs";
import { GOOD, ROWS } from "./table.mjs";

const { AyrshareUser, isAyrshareError } = ayrshareUser;
const SECRETS = [PLANTED.apiKey, PLANTED.profileKey, PLANTED.headers["x-upstream-token"], SIGNATURE];
const SIGNED = `https://files.example/batch/users.json?X-Goog-Signature=${SIGNATURE}`;

/** The secret in every form from which it could be recovered: unchanged, encoded, or truncated but still long. */
const spellings = (secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64"), Buffer.from(`Bearer ${secret}`).toString("base64"), secret.slice(0, -4), secret.slice(4)];

/** Everything that a person, a log or a debugger could see of a value. */
const everythingShown = (value) => [inspect(value, { depth: 12, showHidden: true, getters: true, maxStringLength: null, maxArrayLength: null }), shownOf(value)].join("\n");

function assertClean(shown, what) {
  for (const secret of SECRETS) {
    for (const spelling of spellings(secret)) {
      const at = shown.indexOf(spelling);
      assert.ok(at < 0, `${what} shows ${spelling}: …${shown.slice(Math.max(0, at - 200), at + 100)}…`);
    }
  }
}

/** What a task prints: to the console, to stderr, and as warnings. Standard output belongs to the test runner. */
async function printedDuring(task) {
  const printed = [];
  const { write } = process.stderr;
  const methods = Object.entries(console).filter(([, value]) => typeof value === "function");
  for (const [name] of methods) console[name] = (...values) => printed.push(inspect(values, { depth: 12, showHidden: true }));
  process.stderr.write = (text) => printed.push(String(text)) > 0;
  const onWarning = (warning) => printed.push(everythingShown(warning));
  process.on("warning", onWarning);
  try {
    await task();
  } finally {
    process.off("warning", onWarning);
    process.stderr.write = write;
    for (const [name, method] of methods) console[name] = method;
  }
  return printed.join("\n");
}

describe("every row of the fault table", () => {
  const seen = new Map();
  const events = [];
  let faults;
  let printed;
  before(async () => {
    faults = await serveFaults(ROWS);
    const onEvent = (event) => events.push(everythingShown(event));
    const place = { ...ayrshareUser, origin: faults.origin, refused: faults.refused, run: "secrets", onEvent };
    printed = await printedDuring(() => callRows(ROWS, place, 12, (row, { error }, shown) => seen.set(row.name, { error, shown })));
  });
  after(() => faults.close());

  for (const row of ROWS) {
    test(row.name, () => {
      const { error, shown } = seen.get(row.name);
      assertClean(shown, row.name);
      if (error !== undefined) assertClean(everythingShown(error), row.name);
    });
  }

  test("the secrets were sent where they belong, so the search can find something", () => {
    const sent = ROWS.flatMap((row) => faults.logOf("secrets", row.index).requests);
    const withKeys = sent.filter(({ headers }) => headers.authorization === `Bearer ${PLANTED.apiKey}` && headers["x-upstream-token"] === PLANTED.headers["x-upstream-token"]);
    assert.equal(withKeys.length, sent.length);
    assert.ok(sent.filter(({ headers }) => headers["profile-key"] === PLANTED.profileKey).length > 100);
    for (const { path } of sent) assertClean(path, "a URL");
  });

  test("no event shows one", () => {
    assert.ok(events.length > 200);
    for (const event of events) assertClean(event, "an event");
    const headers = events.find((event) => event.includes("authorization"));
    assert.match(headers, /authorization: '\[redacted\]'/);
  });

  test("nothing was printed", () => assert.equal(printed, ""));

  test("the other origin received nothing", () => assert.deepEqual(faults.elsewhere.seen, []));
});

/** An error such as HTTP libraries create, with the request, its headers, or the whole response in it. */
class HttpError extends Error {
  name = "HttpError";
  constructor(message, more) {
    super(message);
    Object.assign(this, more);
  }
}

const withCause = (message, cause) => new Error(message, { cause });

/** Everything that a `fetch` could throw that contains its arguments. */
const THROWN = {
  "message": ({ text }) => new TypeError(`could not send ${text}`),
  "stack alone": ({ text }) => Object.assign(new Error("failed"), { stack: `Error: failed\n    at ${text}` }),
  "name": ({ text }) => Object.assign(new Error("failed"), { name: text }),
  "code": ({ text }) => Object.assign(new Error("failed"), { code: text }),
  "cause": ({ text }) => withCause("failed", new Error(text)),
  "cause of a cause": ({ text }) => withCause("failed", withCause("deeper", withCause("deepest", text))),
  "string as cause": ({ text }) => withCause("failed", text),
  "plain object as cause": ({ init }) => withCause("failed", { request: { init } }),
  "20 causes deep": ({ text }) => Array.from({ length: 20 }).reduce((cause) => withCause("failed", cause), new Error(text)),
  "cause that is itself": ({ text }) => {
    const error = new Error(text);
    error.cause = error;
    return error;
  },
  "string": ({ text }) => text,
  "plain object": ({ init, url }) => ({ url, init }),
  "object with a message": ({ text }) => ({ message: text }),
  "array": ({ text }) => [text],
  "Map": ({ text }) => new Map([["headers", text]]),
  "Headers": ({ init }) => new Headers(init.headers),
  "Request": ({ init, url }) => new Request(url, { headers: init.headers }),
  "function": ({ text }) => Object.assign(() => text, { text }),
  "symbol": ({ text }) => Symbol(text),
  "null-prototype object": ({ text }) => Object.assign(Object.create(null), { text }),
  "own field": ({ text }) => new HttpError("failed", { detail: text }),
  "own field whose name it is": ({ text }) => new HttpError("failed", { [text]: 1 }),
  "config of the request": ({ init, url }) => new HttpError("failed", { config: { url, headers: init.headers } }),
  "Request in a field": ({ init, url }) => new HttpError("failed", { request: new Request(url, { headers: init.headers }) }),
  "Response in a field": ({ text }) => new HttpError("failed", { response: new Response(null, { headers: { "x-echo": text } }) }),
  "hidden field": ({ text }) => Object.defineProperty(new Error("failed"), "hidden", { value: { text } }),
  "symbol field": ({ text }) => Object.assign(new Error("failed"), { [Symbol("request")]: { text } }),
  "getter": ({ text }) => Object.defineProperty(new Error("failed"), "late", { enumerable: true, get: () => text }),
  "AggregateError": ({ text }) => new AggregateError([new Error(text)], "all failed"),
  "DOMException": ({ text }) => new DOMException(text, "NetworkError"),
  "Proxy": ({ text }) => new Proxy(new Error(text), {}),
  "signed address": () => new TypeError(`redirect to ${SIGNED}`),
  "signed address in JSON": () => new TypeError(JSON.stringify({ error: { url: SIGNED } })),
};

/** A text with every secret that the `fetch` received, in several forms. */
const textOf = (url, init) => `${url} ${JSON.stringify(init.headers)} ${encodeURIComponent(init.headers.authorization)} ${init.headers["profile-key"]}`;

/** The ways in which a `fetch` can fail. */
const WAYS = {
  "thrown": (reason) => () => {
    throw reason;
  },
  "rejected with": (reason) => () => Promise.reject(reason),
  "body that fails with": (reason) => () => Promise.resolve(new Response(new ReadableStream({ pull: (controller) => controller.error(reason) }))),
};

describe("a fetch that puts its request into its errors", () => {
  for (const [what, make] of Object.entries(THROWN)) {
    for (const [how, way] of Object.entries(WAYS)) {
      test(`${how} ${what}`, async () => {
        const fetch = (url, init) => way(make({ url, init, text: textOf(url, init) }))();
        const shown = [];
        const client = new AyrshareUser({ ...PLANTED, fetch, maxRetries: 0, onEvent: (event) => shown.push(everythingShown(event)) });
        let error;
        const printed = await printedDuring(async () => {
          error = await client.getUser().catch((error) => error);
        });
        assert.ok(isAyrshareError(error), inspect(error));
        assert.equal(error.kind, "network", inspect(error));
        assertClean([everythingShown(error), ...shown, printed].join("\n"), `${how} ${what}`);
      });
    }
  }

  test("a failure without a secret is passed on unchanged", async () => {
    const reasons = [new TypeError("failed", { cause: Object.assign(new Error("ECONNREFUSED"), { code: "ECONNREFUSED", errno: -111, port: 1 }) }), new DOMException("x", "NetworkError"), "text", 5, null];
    for (const reason of reasons) {
      const error = await new AyrshareUser({ ...PLANTED, fetch: () => Promise.reject(reason), maxRetries: 0 }).getUser().catch((error) => error);
      assert.equal(error.cause, reason);
    }
  });

  test("a replaced failure keeps what helps: name, code, message, stack", async () => {
    const reason = Object.assign(new TypeError("failed"), { code: "E_TLS", config: { headers: {} } });
    const error = await new AyrshareUser({ ...PLANTED, fetch: () => Promise.reject(reason), maxRetries: 0 }).getUser().catch((error) => error);
    assert.notEqual(error.cause, reason);
    assert.deepEqual([error.cause.name, error.cause.code, error.cause.message], ["TypeError", "E_TLS", "failed"]);
    assert.equal(error.cause.stack, reason.stack);
  });
});

describe("elsewhere", () => {
  test("an apiKey function that fails with another secret of the call", async () => {
    const apiKey = () => Promise.reject(new Error(`vault refused ${PLANTED.profileKey} at ${SIGNED}`));
    const error = await new AyrshareUser({ ...PLANTED, apiKey, fetch: () => assert.fail("sent") }).getUser().catch((error) => error);
    assert.equal(error.kind, "config");
    assertClean(everythingShown(error), "a failed apiKey function");
  });

  test("the key of an earlier attempt, in a later failure", async () => {
    const later = "SENTINEL-OF-A-LATER-KEY-0001";
    const echo = (status) => new Response(JSON.stringify({ status: "error", message: `no ${PLANTED.apiKey}` }), { status });
    const broken = () => Promise.reject(Object.assign(new Error("failed"), { hint: PLANTED.apiKey }));
    for (const [what, second, responses] of [
      ["in Ayrshare's words", () => later, [() => echo(500), () => echo(401)]],
      ["in the error of the apiKey function", () => { throw new Error(`${PLANTED.apiKey} has expired`); }, [() => echo(500)]],
      ["in the error of fetch", () => later, [broken, broken]],
    ]) {
      const keys = [() => PLANTED.apiKey, second];
      const client = new AyrshareUser({ apiKey: () => keys.shift()(), fetch: async () => responses.shift()(), maxRetries: 1 });
      const error = await client.getUser().catch((error) => error);
      assert.equal(error.attempts.length, 2, what);
      assertClean(everythingShown(error), what);
    }
  });

  test("the signatures of every URL that a download has used", async () => {
    const ticket = (url) => ({ status: "success", url, urlAvailable: "2020-01-01T00:00:00Z", urlExpires: "2099-01-01T00:00:00Z" });
    // As long as signatures are: a shorter value of a query is shown.
    const signature = SIGNATURE.padEnd(40, "0");
    const [signed, other] = [signature, "another".padEnd(40, "0")].map((value) => `https://files.example/batch/users.json?X-Goog-Signature=${value}`);
    const broken = () => Promise.reject(Object.assign(new Error("failed"), { hint: `signature ${signature}` }));
    const tickets = [signed, other];
    const refused = () => new Response("<Error><Code>SignatureDoesNotMatch</Code></Error>", { status: 403 });
    for (const [what, options, fetch] of [
      ["a redirect's target", { batch: ticket(other) }, async (url) => (url === other ? new Response(null, { status: 302, headers: { location: signed } }) : broken())],
      ["an earlier ticket", {}, async (url) => (url.endsWith("/user/batch") ? Response.json(ticket(tickets.shift())) : url === signed ? refused() : broken())],
    ]) {
      const stream = new AyrshareUser({ ...PLANTED, fetch }).streamProfiles(options);
      const error = await stream.batches()[Symbol.asyncIterator]().next().catch((error) => error);
      assert.equal(error.kind, "network", inspect(error));
      assertClean(everythingShown(error), what);
    }
  });

  test("a secret with a character that no key may have is named, not shown", async () => {
    for (const name of ["apiKey", "profileKey"]) {
      const error = await new AyrshareUser({ ...PLANTED, [name]: `${PLANTED[name]}\n` }).getUser().catch((error) => error);
      assert.equal(error.kind, "config");
      assertClean(everythingShown(error), name);
    }
    const headers = { "x-upstream-token": `${PLANTED.headers["x-upstream-token"]}\n` };
    const error = await new AyrshareUser({ ...PLANTED, headers }).getUser().catch((error) => error);
    assert.equal(error.kind, "config");
    assertClean(everythingShown(error), "headers");
  });

  test("a secret in the base URL is refused and not shown", async () => {
    for (const baseUrl of [`https://user:${PLANTED.apiKey}@example.com/api`, SIGNED, `https://example.com/#${PLANTED.apiKey}`]) {
      const error = await new AyrshareUser({ ...PLANTED, baseUrl }).getUser().catch((error) => error);
      assert.equal(error.kind, "config");
      assertClean(everythingShown(error), baseUrl);
    }
  });

  test("a client shows none of its secrets", async () => {
    const client = new AyrshareUser({ ...PLANTED, fetch: () => Promise.resolve(new Response(GOOD)) });
    await client.getUser();
    assertClean(everythingShown(client), "the client");
    assertClean(everythingShown(client.withProfile(PLANTED.profileKey)), "the client for a profile");
  });

  test("drift never contains a field's value", async () => {
    const drifts = [];
    const body = JSON.stringify({ newField: PLANTED.apiKey, displayNames: [{ platform: "newnet", token: PLANTED.profileKey }] });
    await new AyrshareUser({ ...PLANTED, fetch: () => Promise.resolve(new Response(body)), onDrift: (drift) => drifts.push(everythingShown(drift)) }).getUser();
    assert.ok(drifts.length >= 2);
    for (const drift of drifts) assertClean(drift, "a drift");
  });

  test("the search finds every form of a secret", () => {
    for (const secret of SECRETS) {
      for (const spelling of spellings(secret)) assert.throws(() => assertClean(`x${spelling}x`, "planted"), /planted shows/);
    }
    assert.throws(() => assertClean(everythingShown(new HttpError("failed", { request: new Request("https://a.example", { headers: { a: SECRETS[0] } }) })), "a field"), /a field shows/);
  });
});
