// Compares what a caller saw, and the server's log, with the expectations of a row.
import { expectedIn } from "./table.mjs";

const FIELDS = ["kind", "status", "code", "path", "retryable", "cause"];

/** A list of differences; empty if everything is as expected. */
export function faultsOf(row, place, report, log, basePath) {
  if (report === undefined) return ["the row did not run"];
  const expected = expectedIn(row, place);
  const faults = [];
  const must = (name, wanted, seen) => {
    if (JSON.stringify(wanted) !== JSON.stringify(seen)) faults.push(`${name}: expected ${JSON.stringify(wanted)}, saw ${JSON.stringify(seen)}`);
  };
  for (const name of FIELDS) if (name !== "retryable" || expected.kind !== "ok") must(name, expected[name], report[name]);
  must("attempts", expected.attempts, report.attempts);
  must("mismatches", expected.mismatches ?? [], report.mismatches);
  must("requests", expected.requests, log.requests.length);
  must("open requests", 0, log.open);
  const [least, most] = expected.retryAfterMs ?? [];
  if (least === undefined) must("retryAfterMs", undefined, report.retryAfterMs);
  else if (!(report.retryAfterMs >= least && report.retryAfterMs <= most)) must("retryAfterMs", [least, most], report.retryAfterMs);
  if (expected.message && !new RegExp(expected.message).test(report.message)) must("message", expected.message, report.message);
  if (expected.mostSent && log.bytesSent > expected.mostSent) must("bytes the server could send", expected.mostSent, log.bytesSent);
  for (const { method, path, headers } of log.requests) {
    must("request", ["GET", basePath, true], [method, path.slice(0, basePath.length), headers.authorization?.startsWith("Bearer SENTINEL")]);
  }
  return faults;
}

/** One cell of the printed table: a summary of the result, and how many requests the server counted. */
export function shortOf(report, log) {
  if (report === undefined) return "did not run";
  const times = report.attempts.length === 1 ? "1 attempt" : `${report.attempts.length} attempts`;
  return `${report.kind}, ${times}, ${log.requests.length} req`;
}
