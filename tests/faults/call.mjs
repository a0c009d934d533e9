// Makes the calls of one row and reports what the caller saw, as plain data. It runs in Node and in pages, so it imports nothing.

export const PLANTED = {
  apiKey: "SENTINEL-API-KEY-7f3a9c",
  profileKey: "SENTINEL-PROFILE-KEY-51d0e2",
  headers: { "x-upstream-token": "SENTINEL-HEADER-88b1aa" },
};

/** The signature in the signed URL that the servers of some rows send. */
export const SIGNATURE = "SENTINEL-SIGNATURE-0c44de";

/** Deep equality by `Object.is`, which distinguishes -0 from 0. */
function isSame(a, b) {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Object.is(a, b);
  const [left, right] = [Object.keys(a), Object.keys(b)];
  return Array.isArray(a) === Array.isArray(b) && left.length === right.length && left.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]));
}

/** Everything that a log could show of a value and its causes. */
export function shownOf(value) {
  const parts = [];
  for (let at = value; at !== undefined && at !== null && parts.length < 40; at = at.cause) {
    parts.push(String(at), String(at.message), String(at.stack));
    try {
      parts.push(JSON.stringify(at) ?? "");
    } catch {
      parts.push("not JSON");
    }
  }
  return parts.join("\n");
}

/** Aborts at the stage that the row names, never after a time. Resolves to the signal to pass, if any. */
function abortable(row, place, events) {
  if (row.abort === undefined) return {};
  const controller = new AbortController();
  const reason = { why: "the caller's own reason" };
  const abort = () => controller.abort(reason);
  if (row.abort === "before") abort();
  else if (row.abort === "wait") events.onRetry = () => setTimeout(abort, 0);
  else fetch(`${place.origin}/stage/${place.run}/${row.index}/${row.abort}`).then(abort);
  return { signal: controller.signal, reason };
}

function reportOf(row, outcome, { value, error, reason }, place) {
  if (error === undefined) {
    const meta = place.metaOf(value);
    const expected = row.json === undefined ? undefined : JSON.parse(row.json);
    const isExpected = expected === undefined || isSame(value, { ...expected, ...row.added });
    return { kind: isExpected ? "ok" : "another value", status: meta.status, attempts: attemptsOf(meta.attempts), mismatches: meta.mismatches.map(textOf) };
  }
  if (!place.isAyrshareError(error)) return { kind: `not ours: ${error}`, attempts: [] };
  const { kind, status, code, path, retryable, retryAfterMs, message } = error;
  const cause = reason !== undefined && error.cause === reason ? "the reason" : undefined;
  const mismatches = (error.mismatches ?? []).map(textOf);
  return { kind, status, code, path, retryable, retryAfterMs, message, cause, attempts: attemptsOf(error.attempts), mismatches };
}

const textOf = ({ path, expected, found }) => `${path} ${expected} ${found}`;

const attemptsOf = (attempts) => attempts.map(({ status, reason }) => status ?? reason);

/**
 * Makes the row's calls. `place` has the package's exports, the server's `origin` and `refused`, and `run`.
 *
 * @returns `{ report, shown, outcome }`: the last call as plain data, the text of all errors and events, and the last call itself.
 */
export async function callRow(row, place) {
  const events = { seen: [], onRetry: () => {} };
  const onEvent = (event) => {
    events.seen.push(JSON.stringify(event));
    place.onEvent?.(event);
    if (event.type === "retry") events.onRetry();
  };
  const baseUrl = `${row.refused ? place.refused : place.origin}/rows/${place.run}/${row.index}`;
  const client = new place.AyrshareUser({ ...PLANTED, baseUrl, onEvent, ...row.options, ...place.options });
  const { signal, reason } = abortable(row, place, events);
  const shown = [];
  let outcome;
  for (let call = 0; call < (row.calls ?? 1); call += 1) {
    const options = { ...row.call, ...(signal && { signal }) };
    outcome = await client[row.method ?? "getUser"](...(row.method === "getUserDetails" ? ["pinterest"] : row.method ? [] : [{}]), options).then(
      (value) => ({ value }),
      (error) => ({ error, reason }),
    );
    if (outcome.error !== undefined) shown.push(shownOf(outcome.error));
  }
  client.free();
  return { report: reportOf(row, outcome, outcome, place), shown: [...shown, ...events.seen].join("\n"), outcome };
}

/** Runs all rows, a few at a time: a browser opens only six connections to one host. */
export async function callRows(rows, place, atOnce, onOutcome = () => {}) {
  const reports = [];
  const queue = [...rows];
  const worker = async () => {
    for (let row = queue.shift(); row !== undefined; row = queue.shift()) {
      const { report, shown, outcome } = await callRow(row, place);
      onOutcome(row, outcome, shown);
      reports[row.index] = { ...report, shown };
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return reports;
}
