// The fault table: what a server does, and what the caller must see. Plain data, read by Node and by pages.
//
// A row:
//   serve     the server's steps, one per request, repeating the last one (executed by server.mjs):
//               status, headers, body (text) or bytes, gzip (true, "broken", "short"), repeat (this many blanks as the body)
//               framing: "chunked" or "close" instead of a Content-Length; length: a wrong Content-Length
//               cut, close, stall: after this many body bytes, reset, end, or stall; drip: ms per byte
//               act: "reset" or "hang" instead of a response; raw: bytes instead of a response; early: 1xx responses before it
//               cors: false, no CORS; expose: false, pages may not read the headers
//   options   of the client; call: options of the call; calls: how many, the last one is checked; method: if not getUser
//   abort     "before" the call, during the "wait", or when the request's "headers" or part of the response "body" has been sent
//   json      the body, if the caller must get the result of JSON.parse, plus `added`
//   expect    what the caller must see: kind ("ok" for a result), status, code, path, retryable, message (a pattern), cause,
//             attempts (each: HTTP status, or the kind of failure), retryAfterMs ([min, max]; undefined: must be absent),
//             mismatches (each: path, expected and found type),
//             requests (as counted by the server), mostSent (maximum bytes of the body that the server could send)
//   in        differences in a place: "chromium", "firefox", or both as "browsers"; with the reason as `why`. Differences in the Rust client
//             (tests/web.rs) are under "rust", where `json` is the body's JSON as Rust can represent it
//
// No row depends on speed. A timeout is short only if the server never responds.

const SHORT = 1_500;
const MIB = 1_048_576;

export const GOOD = JSON.stringify({
  activeSocialAccounts: ["telegram"],
  displayNames: [{ platform: "telegram", id: -1001234567890123, created: "2022-11-17T18:55:16.320Z", displayName: "T" }],
  email: null,
  refId: "160c8700bd6ade099b16ba7ff0ca3f9a1c4b0b8f",
  title: "Süß 😀",
});

const ok = { body: GOOD, json: GOOD };
const good = { status: 200, body: GOOD };
const said = (code, message = "no") => JSON.stringify({ action: "authorization", status: "error", code, message });
const nested = (levels) => `{"refId":"r","deep":${"[".repeat(levels)}${"]".repeat(levels)}}`;

/** Failures as callers see them. Everything that a row does not name must be absent. */
const is = (kind, attempts, requests, more = {}) => ({ kind, attempts, requests, retryable: false, ...more });
const value = (attempts, more = {}) => ({ kind: "ok", status: 200, attempts, requests: attempts.length, ...more });
const network = (times) => is("network", Array(times).fill("network"), times, { retryable: true });
const timeout = (times) => is("timeout", Array(times).fill("timeout"), times, { retryable: true });
const answered = (kind, status, more = {}) => is(kind, [status], 1, { status, ...more });
const decode = (path, more = {}) => answered("decode", 200, { path, ...more });

/** The step's body as a success, or as one that cannot be decoded. */
const parses = (name, json, added) => ({ name, serve: [{ body: json }], json, added, expect: value([200]) });
const fails = (name, body, path = "", more = {}) => ({ name, serve: [{ body }], expect: decode(path, more) });
const odd = (name, json, added, mismatches) => ({ name, serve: [{ body: json }], json, added, expect: value([200], { mismatches }) });
const none = { activeSocialAccounts: [], displayNames: [] };

const FIREFOX_REPEATS = "Firefox repeats a GET that was reset before a response by itself, up to 10 times for each attempt of ours";
const NODE_TAKES_RESET_FOR_END = "Node takes the end of a connection that is not kept alive for the end of the body";

const CONNECTION = [
  { name: "refused connection", refused: true, serve: [good], options: { maxRetries: 1 }, expect: { ...network(2), requests: 0 } },
  {
    name: "reset before headers",
    serve: [{ act: "reset" }],
    options: { maxRetries: 1 },
    expect: network(2),
    in: { firefox: { why: FIREFOX_REPEATS, requests: 20 } },
  },
  {
    name: "reset before headers, then good",
    serve: [{ act: "reset" }, good],
    ...ok,
    expect: value(["network", 200]),
    in: { firefox: { why: FIREFOX_REPEATS, attempts: [200] } },
  },
  { name: "reset mid-body", serve: [{ body: GOOD, cut: 20 }], options: { maxRetries: 1 }, expect: network(2) },
  { name: "reset mid-body, chunked", serve: [{ body: GOOD, cut: 20, framing: "chunked", headers: { connection: "keep-alive" } }], options: { maxRetries: 1 }, expect: network(2) },
  {
    name: "reset mid-body, chunked, connection: close",
    serve: [{ body: GOOD, cut: 20, framing: "chunked" }],
    options: { maxRetries: 1 },
    expect: network(2),
    in: { node: { why: NODE_TAKES_RESET_FOR_END, ...decode("") } },
  },
  { name: "closed mid-body", serve: [{ body: GOOD, close: 20 }], options: { maxRetries: 1 }, expect: network(2) },
  { name: "closed mid-body, chunked", serve: [{ body: GOOD, close: 20, framing: "chunked", headers: { connection: "keep-alive" } }], options: { maxRetries: 1 }, expect: network(2) },
  {
    name: "closed mid-body, chunked, connection: close",
    serve: [{ body: GOOD, close: 20, framing: "chunked" }],
    options: { maxRetries: 1 },
    expect: network(2),
    in: { node: { why: NODE_TAKES_RESET_FOR_END, ...decode("") } },
  },
  { name: "body that ends with the connection", serve: [{ body: GOOD, framing: "close" }], ...ok, expect: value([200]) },
  { name: "stall before headers", serve: [{ act: "hang" }], options: { timeoutMs: SHORT, maxRetries: 1 }, expect: timeout(2) },
  { name: "stall mid-body", serve: [{ body: GOOD, stall: 20 }], options: { timeoutMs: SHORT, maxRetries: 1 }, expect: timeout(2) },
  { name: "1 byte per second", serve: [{ body: GOOD, drip: 1000 }], options: { timeoutMs: SHORT, maxRetries: 0 }, expect: timeout(1) },
  { name: "slow but complete", serve: [{ body: "{}", drip: 20 }], json: "{}", added: none, expect: value([200]) },
  { name: "stall, then good", serve: [{ act: "hang" }, good], options: { timeoutMs: 2 * SHORT }, ...ok, expect: value(["timeout", 200]) },
  { name: "not HTTP", serve: [{ raw: "SSH-2.0-OpenSSH_9.2\r\n\r\n" }], options: { maxRetries: 0 }, expect: network(1) },
  { name: "early hints before the response", serve: [{ ...good, early: [103] }], ...ok, expect: value([200]) },
  {
    name: "no CORS headers",
    serve: [{ ...good, cors: false }],
    options: { maxRetries: 0 },
    ...ok,
    expect: value([200]),
    in: { browsers: { why: "only browsers ask for permission", ...network(1), status: undefined } },
  },
];

const ENCODING = [
  { name: "gzip", serve: [{ ...good, gzip: true }], ...ok, expect: value([200]) },
  { name: "gzip that breaks", serve: [{ ...good, gzip: "broken" }], options: { maxRetries: 1 }, expect: network(2) },
  { name: "gzip cut short", serve: [{ ...good, gzip: "short" }], expect: decode("title") },
  { name: "good JSON as text/html", serve: [{ ...good, headers: { "content-type": "text/html" } }], ...ok, expect: value([200]) },
  { name: "good JSON without content type", serve: [{ ...good, headers: { "content-type": "" } }], ...ok, expect: value([200]) },
];

const BODIES = [
  fails("truncated JSON of the announced length", GOOD.slice(0, -30), "refId"),
  fails("empty 200", ""),
  { name: "204", serve: [{ status: 204 }], expect: is("decode", [204], 1, { status: 204, path: "" }) },
  fails("HTML 200", "<!doctype html><title>Welcome</title>"),
  { name: "200 with an error body", serve: [{ body: said(144) }], expect: answered("auth", 200, { code: 144 }) },
  { name: "200 with success: false", serve: [{ body: '{"success":false,"message":"no"}' }], expect: answered("api", 200) },
  fails("null", "null", "", { mismatches: [" object null"] }),
  fails("[]", "[]", "", { mismatches: [" object array"] }),
  fails('"text"', '"text"', "", { mismatches: [" object string"] }),
  fails("a number", "42", "", { mismatches: [" object number"] }),
  fails("two values", "{}{}"),
  fails("byte order mark", `\ufeff${GOOD}`),
  { name: "invalid UTF-8", serve: [{ bytes: [0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xc3, 0x28, 0x22, 0x7d] }], expect: decode("a") },
  { name: "UTF-16", serve: [{ bytes: [0x7b, 0x00, 0x7d, 0x00] }], expect: decode("") },
  fails("raw NUL in a string", '{"title":"a\0b"}', "title"),
  parses("escaped NUL in a string", '{"title":"a\\u0000b"}', none),
  {
    ...parses("lone surrogates, escaped", '{"title":"\\ud800","extra":["\\udfff","\\ud83d\\ude00"]}', none),
    in: { rust: { why: "a Rust string holds no lone surrogate", json: '{"title":"\\ufffd","extra":["\\ufffd","\\ud83d\\ude00"]}' } },
  },
  parses("duplicate keys", '{"title":"first","extra":1,"extra":2,"title":"last"}', none),
  parses("duplicate keys, the first of them wrong", '{"title":5,"title":"last"}', none),
  odd("duplicate keys, the last of them wrong", '{"title":"first","title":5}', none, ["title string number"]),
  odd("wrong types here and there", '{"email":[],"created":{"utc":7},"displayNames":[{"platform":"telegram","id":"7"},{"id":1}]}', { activeSocialAccounts: [] }, [
    "displayNames[0].id integer string",
    "displayNames[1].platform string missing",
    "created.utc string number",
    "email string array",
  ]),
  { ...odd("wrong types here and there, for a client that throws", '{"email":[],"title":7}'), options: { onInvalid: "throw" }, expect: decode("email", { mismatches: ["email string array", "title string number"] }) },
  { ...odd("wrong types here and there, for a call that throws", '{"email":[],"title":7}'), call: { onInvalid: "throw" }, expect: decode("email", { mismatches: ["email string array", "title string number"] }) },
  { ...odd("wrong types, for a call that does not throw", '{"title":7}', none, ["title string number"]), options: { onInvalid: "throw" }, call: { onInvalid: "report" } },
  { name: "null instead of lists", serve: [{ body: '{"activeSocialAccounts":null,"displayNames":null}' }], json: "{}", added: none, expect: value([200]) },
  fails("accounts that are not a list", '{"title":7,"displayNames":{}}', "displayNames", { mismatches: ["displayNames array object", "title string number"] }),
  fails("an account that is not an object", '{"displayNames":[{"platform":"gmb"},7]}', "displayNames[1]", { mismatches: ["displayNames[1] object number"] }),
  parses("key __proto__", '{"__proto__":{"polluted":true},"title":"t"}', none),
  parses("127 levels in an unknown field", nested(127), none),
  fails("200 levels in an unknown field", nested(200), `deep${"[0]".repeat(127)}`),
  parses("numbers at the edges in unknown fields", '{"n":[1e400,-1e400,-0,9007199254740993,5e-324,1e-400,123456789012345678901234567890]}', none),
  fails("number with a leading zero", '{"n":01}'),
  fails("NaN", '{"n":NaN}', "n"),
];

const SIZES = [
  // Browsers read ahead, more so on a busy machine; that half was never sent is proof enough.
  { name: "400 MB, announced", serve: [{ repeat: 400 * MIB }], expect: is("decode", ["decode"], 1, { mostSent: 200 * MIB, message: "maxBodyBytes" }) },
  { name: "400 MB, not announced", serve: [{ repeat: 400 * MIB, framing: "chunked" }], expect: is("decode", ["decode"], 1, { mostSent: 200 * MIB, message: "maxBodyBytes" }) },
  { name: "32 MB in 32 kB of gzip", serve: [{ repeat: 32 * MIB, gzip: true, expose: false }], expect: is("decode", ["decode"], 1, { message: "maxBodyBytes" }) },
  { name: "32 MB of gzip that stalls half-way", serve: [{ repeat: 32 * MIB, gzip: true, stall: 20_000, expose: false }], options: { maxRetries: 0 }, expect: is("decode", ["decode"], 1, { message: "maxBodyBytes" }) },
  { name: "exactly maxBodyBytes", serve: [{ body: "{}" }], options: { maxBodyBytes: 2 }, json: "{}", added: none, expect: value([200]) },
  { name: "exactly maxBodyBytes, chunked", serve: [{ body: "{}", framing: "chunked" }], options: { maxBodyBytes: 2 }, json: "{}", added: none, expect: value([200]) },
  { name: "one byte more", serve: [{ body: "{ }" }], options: { maxBodyBytes: 2 }, expect: is("decode", ["decode"], 1, { message: "maxBodyBytes" }) },
  { name: "one byte more, chunked", serve: [{ body: "{ }", framing: "chunked" }], options: { maxBodyBytes: 2 }, expect: is("decode", ["decode"], 1, { message: "maxBodyBytes" }) },
  { name: "error body larger than maxBodyBytes", serve: [{ status: 500, body: said(1, "x".repeat(200)) }], options: { maxBodyBytes: 100, maxRetries: 0 }, expect: is("decode", ["decode"], 1, { message: "maxBodyBytes" }) },
];

/** Browsers return redirects without their status and headers. */
const redirect = (status, to) => ({
  name: `${status} to ${to === "{here}" ? "the same origin" : "another origin"}`,
  serve: [{ status, headers: { location: `${to}/user?X-Goog-Signature=SENTINEL-SIGNATURE-0c44de` } }, good],
  expect: answered("api", status, { message: "redirect" }),
  in: { browsers: { why: "a browser hides the status of a redirect", ...is("api", ["api"], 1, { status: undefined, message: "redirect" }) } },
});

const STATUSES = [
  ...[301, 302, 307, 308].flatMap((status) => [redirect(status, "{here}"), redirect(status, "{elsewhere}")]),
  { name: "400", serve: [{ status: 400, body: said(156) }], expect: answered("api", 400, { code: 156 }) },
  { name: "401", serve: [{ status: 401, body: '{"message":"missing"}' }], expect: answered("auth", 401) },
  { name: "402", serve: [{ status: 402 }], expect: answered("auth", 402) },
  ...[102, 144, 169, 276].map((code) => ({ name: `403 with code ${code}`, serve: [{ status: 403, body: said(code) }], expect: answered("auth", 403, { code }) })),
  { name: "403 without code", serve: [{ status: 403, body: "Forbidden" }], expect: answered("auth", 403, { message: "Forbidden" }) },
  { name: "404", serve: [{ status: 404, body: "<html>" }], expect: answered("api", 404) },
  { name: "405", serve: [{ status: 405 }], expect: answered("api", 405) },
  { name: "419", serve: [{ status: 419, body: '{"action":"x_credentials_required","status":"error","code":419,"message":"keys"}' }], expect: answered("api", 419, { code: 419 }) },
  { name: "425", serve: [{ status: 425 }], expect: answered("api", 425) },
  { name: "HTML 502", serve: [{ status: 502, body: "<html>Bad Gateway</html>", headers: { "content-type": "text/html" } }], options: { maxRetries: 1 }, expect: is("api", [502, 502], 2, { status: 502, retryable: true, message: "HTML instead of JSON" }) },
  { name: "500, then good", serve: [{ status: 500 }, good], ...ok, expect: value([500, 200]) },
  {
    name: "500, reset, then good",
    serve: [{ status: 500 }, { act: "reset" }, good],
    ...ok,
    expect: value([500, "network", 200]),
    in: { firefox: { why: FIREFOX_REPEATS, attempts: [500, 200] } },
  },
  { name: "500 for ever", serve: [{ status: 500 }], expect: is("api", [500, 500, 500], 3, { status: 500, retryable: true }) },
  { name: "500 for ever, maxRetries 0", serve: [{ status: 500 }], options: { maxRetries: 0 }, expect: is("api", [500], 1, { status: 500, retryable: true }) },
  { name: "500 for ever, maxRetries 0 for the call", serve: [{ status: 500 }], call: { maxRetries: 0 }, expect: is("api", [500], 1, { status: 500, retryable: true }) },
  { name: "501", serve: [{ status: 501 }], expect: answered("api", 501) },
  { name: "500 with a final code", serve: [{ status: 500, body: said(102) }], expect: answered("auth", 500, { code: 102 }) },
  { name: "408, then good", serve: [{ status: 408 }, good], ...ok, expect: value([408, 200]) },
  { name: "408 for ever", serve: [{ status: 408 }], options: { maxRetries: 1 }, expect: is("api", [408, 408], 2, { status: 408, retryable: true }) },
  { name: "503 with Retry-After as a date", serve: [{ status: 503, headers: { date: "{date+0}", "retry-after": "{date+1}" } }, good], ...ok, expect: value([503, 200]) },
  { name: "503 with Retry-After above the cap", serve: [{ status: 503, headers: { "retry-after": "3600" } }, good], expect: answered("api", 503, { retryable: true, retryAfterMs: [3_600_000, 3_600_000] }) },
  { name: "503 with a Retry-After of nonsense", serve: [{ status: 503, headers: { "retry-after": "soon" } }, good], ...ok, expect: value([503, 200]) },
  { name: "details, 400 with code 156", method: "getUserDetails", serve: [{ status: 400, body: said(156) }], expect: answered("api", 400, { code: 156 }) },
  { name: "batch ticket of the wrong shape", method: "getUserBatch", serve: [{ body: '{"success":true,"url":5}' }], expect: decode("url", { mismatches: ["url string number", "urlAvailable string missing", "urlExpires string missing"] }) },
  { name: "batch ticket with odd times", method: "getUserBatch", serve: [{ body: '{"url":"https://files.example/a","success":true,"urlAvailable":5,"urlExpires":null}' }], json: '{"url":"https://files.example/a","success":true,"urlAvailable":5,"urlExpires":null}', in: { rust: { why: "null is absence there", json: '{"url":"https://files.example/a","success":true,"urlAvailable":5}' } }, expect: value([200], { mismatches: ["urlAvailable string number", "urlExpires string null"] }) },
];

const limited = (attempts, requests, retryAfterMs, more = {}) => is("rate_limit", attempts, requests, { status: 429, retryable: true, retryAfterMs, ...more });
const WINDOW = [300_000, 300_000];
const held = (requests) => is("rate_limit", [], requests, { retryable: true, retryAfterMs: [200_000, 300_000] });

const LIMITS = [
  { name: "429 with Retry-After 1, then good", serve: [{ status: 429, headers: { "retry-after": "1" } }, good], ...ok, expect: value([429, 200]) },
  { name: "429 with Retry-After 0, then good", serve: [{ status: 429, headers: { "retry-after": "0" } }, good], ...ok, expect: value([429, 200]) },
  { name: "429 twice", serve: [{ status: 429, headers: { "retry-after": "1" } }], options: { maxRetries: 5 }, expect: limited([429, 429], 2, [1_000, 1_000]) },
  { name: "429 twice, guard off", serve: [{ status: 429, headers: { "retry-after": "1" } }], options: { maxRetries: 5, rateLimitGuard: false }, expect: limited([429, 429], 2, [1_000, 1_000]) },
  { name: "429 without headers", serve: [{ status: 429 }], expect: limited([429], 1, WINDOW) },
  { name: "429 without headers, guard off", serve: [{ status: 429 }], options: { rateLimitGuard: false }, expect: limited([429], 1, WINDOW) },
  {
    name: "429 whose headers CORS hides",
    serve: [{ status: 429, headers: { "retry-after": "1" }, expose: false }, good],
    ...ok,
    expect: value([429, 200]),
    in: { browsers: { why: "a page cannot read how long to wait", ...limited([429], 1, WINDOW) } },
  },
  { name: "429 with Retry-After above the cap", serve: [{ status: 429, headers: { "retry-after": "61" } }, good], expect: limited([429], 1, [61_000, 61_000]) },
  { name: "429 with Retry-After beyond the budget", serve: [{ status: 429, headers: { "retry-after": "30" } }, good], options: { totalTimeoutMs: 20_000 }, expect: limited([429], 1, [30_000, 30_000]) },
  { name: "429, maxRetries 0", serve: [{ status: 429, headers: { "retry-after": "1" } }, good], options: { maxRetries: 0 }, expect: limited([429], 1, [1_000, 1_000]) },
  { name: "429 for the month's quota", serve: [{ status: 429, headers: { "retry-after": "1" }, body: said(106) }, good], expect: answered("rate_limit", 429, { code: 106 }) },
  { name: "call after a 429", calls: 2, serve: [{ status: 429 }, good], expect: held(1) },
  { name: "call after a used-up window", calls: 2, serve: [{ ...good, headers: { "x-ratelimit-max": "300", "x-ratelimit-count": "300" } }], expect: held(1) },
  {
    name: "call after a used-up window that CORS hides",
    calls: 2,
    serve: [{ ...good, expose: false, headers: { "x-ratelimit-max": "300", "x-ratelimit-count": "300" } }],
    ...ok,
    expect: held(1),
    in: { browsers: { why: "a page cannot read the count", ...value([200], { requests: 2 }), retryable: undefined, retryAfterMs: undefined } },
  },
  { name: "call after a used-up window, guard off", calls: 2, options: { rateLimitGuard: false }, serve: [{ ...good, headers: { "x-ratelimit-max": "300", "x-ratelimit-count": "300" } }], ...ok, expect: value([200], { requests: 2 }) },
];

const TIME = [
  { name: "budget cuts an attempt", serve: [{ act: "hang" }], options: { totalTimeoutMs: SHORT, maxRetries: 5 }, expect: { ...timeout(1), message: "totalTimeoutMs" } },
  { name: "budget has no room for a wait", serve: [{ status: 503, headers: { "retry-after": "30" } }, good], options: { totalTimeoutMs: 10_000 }, expect: answered("api", 503, { retryable: true, retryAfterMs: [30_000, 30_000] }) },
];

const aborted = (attempts, requests) => is("aborted", attempts, requests, { cause: "the reason" });

const ABORTS = [
  { name: "abort before the call", abort: "before", serve: [good], expect: aborted([], 0) },
  { name: "abort before headers", abort: "headers", serve: [{ act: "hang" }], expect: aborted(["aborted"], 1) },
  { name: "abort mid-body", abort: "body", serve: [{ body: GOOD, stall: 20 }], expect: aborted(["aborted"], 1) },
  { name: "abort mid-body, chunked", abort: "body", serve: [{ body: GOOD, stall: 20, framing: "chunked" }], expect: aborted(["aborted"], 1) },
  { name: "abort during the wait", abort: "wait", serve: [{ status: 503, headers: { "retry-after": "20" } }, good], expect: aborted([503], 1) },
];

const ECHO = '{authorization} {profile-key} {x-upstream-token} https://files.example/batch/users.json?X-Goog-Signature=SENTINEL-SIGNATURE-0c44de';

/** Servers that echo the request. */
const ECHOES = [
  { name: "error that repeats every secret", serve: [{ status: 400, body: `{"status":"error","code":156,"action":"${ECHO}","message":"${ECHO}","details":{"${ECHO}":"${ECHO}"},"${ECHO}":1}` }], expect: answered("api", 400, { code: 156 }) },
  { name: "error page that repeats every secret", serve: [{ status: 400, body: ECHO }], expect: answered("api", 400) },
  { name: "wrong type under a key that is a secret", serve: [{ body: `{"displayNames":[{"platform":"telegram","{profile-key}":nul}]}` }], expect: decode('displayNames[0]["[redacted]"]') },
];

/** All rows with their index. */
export const ROWS = [...CONNECTION, ...ENCODING, ...BODIES, ...SIZES, ...STATUSES, ...LIMITS, ...TIME, ...ABORTS, ...ECHOES].map((row, index) => ({ ...row, index }));

/** What the caller must see in a place. */
export function expectedIn(row, place) {
  const { why, ...differs } = { ...(place !== "node" && row.in?.browsers), ...row.in?.[place] };
  return { ...row.expect, ...differs };
}

/** The row for the Rust client: without the server's steps, and with what that client must see in this browser. */
export function rowInRust(row, browser) {
  const { serve, body, in: places, expect, ...rest } = row;
  const { why, json = row.json, ...differs } = places?.rust ?? {};
  return { ...rest, json, expect: { ...expectedIn(row, browser), ...differs } };
}
