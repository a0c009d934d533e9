// Formats numbers, dates and durations in English, as the page's texts are; times are in the user's time zone.

const LOCALE = "en-GB";
const whole = new Intl.NumberFormat(LOCALE);
const day = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric" });
const utcDay = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const moment = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit",
});

export const count = (value: number): string => whole.format(value);

/** Milliseconds since the epoch, or `undefined` if the text is not a date. */
export function timeOf(iso: string | null | undefined): number | undefined {
  const time = iso ? Date.parse(iso) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** "14 Nov 2022". A bare `YYYY-MM-DD` is a calendar day, so it is not converted to the user's time zone. */
export function dayText(iso: string): string {
  const time = timeOf(iso);
  if (time === undefined) return iso;
  return (/^\d{4}-\d{2}-\d{2}$/.test(iso) ? utcDay : day).format(time);
}

/** "14 Nov 2022, 16:18:49" */
export function momentText(iso: string): string {
  const time = timeOf(iso);
  return time === undefined ? iso : moment.format(time);
}

/** The latest time that a `Date` can represent. */
const LAST_DATE_MS = 8.64e15;

/** "14 Nov 2022", the day in UTC, as in the messages of the package. */
export const dateText = (ms: number): string => (Math.abs(ms) <= LAST_DATE_MS ? utcDay.format(ms) : "–");

/** "14 Nov 2022, 16:18:49" */
export const momentOf = (ms: number): string => moment.format(ms);

const compact = new Intl.NumberFormat(LOCALE, { notation: "compact" });
const tenths = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** "128", "1.2k", "12k" */
export const compactCount = (value: number): string => compact.format(value);

/** "81.0 MB" */
export const megabytes = (bytes: number): string => `${tenths.format(bytes / 1e6)} MB`;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "6 d 23 h", "4 min 12 s", "8 s": the two largest units, rounded up to the second. */
export function durationText(ms: number): string {
  const left = Math.max(0, Math.ceil(ms / SECOND) * SECOND);
  if (left >= DAY) return pair(left, DAY, "d", HOUR, "h");
  if (left >= HOUR) return pair(left, HOUR, "h", MINUTE, "min");
  if (left >= MINUTE) return pair(left, MINUTE, "min", SECOND, "s");
  return `${left / SECOND} s`;
}

function pair(ms: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  return `${Math.floor(ms / big)} ${bigUnit} ${Math.floor((ms % big) / small)} ${smallUnit}`;
}

/** "0.8 ms", "42 ms", "1.3 s" */
export function tookText(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < SECOND ? `${Math.round(ms)} ms` : `${(ms / SECOND).toFixed(1)} s`;
}

export const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000)} KB`;

/** A URL that is safe to link to: http(s) only, because profile links are untrusted data. */
export function safeLink(url: string | undefined): URL | undefined {
  if (!url) return undefined;
  try {
    const parsed = new URL(url);
    return parsed.protocol === "https:" || parsed.protocol === "http:" ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** "facebook.com/ayrshare": the readable part of a URL. */
export function linkText(url: URL): string {
  return `${url.host.replace(/^www\./, "")}${decodePath(url.pathname.replace(/\/$/, ""))}`;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Up to two letters for an account without a picture. */
export function initials(name: string): string {
  const words = name.replace(/^@/, "").split(/[\s._-]+/u).filter(Boolean);
  const first = [...new Intl.Segmenter(LOCALE).segment(words[0] ?? "")][0]?.segment ?? "";
  const second = [...new Intl.Segmenter(LOCALE).segment(words[1] ?? "")][0]?.segment ?? "";
  return (first + second).toLocaleUpperCase(LOCALE);
}
