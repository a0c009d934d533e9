// The file host, which behaves like Google Storage: signed URLs that reject a second credential, XML errors, ranges and entity tags;
// and the batch tickets with its URLs.

import { xml } from "../http/responses.js";
import { BatchFile, type FileContent } from "./batch-file.js";
import type { FaultPlan } from "../faults.js";
import type { Settings } from "../options.js";
import { hexOf, mix32 } from "../data/random.js";
import type { Trouble } from "../http/broken-connections.js";

const BUCKET = "/batch.ayrshare.com/users/";
const KEPT = 50;

/** Headers sent by browsers, Node, Cloudflare Workers and resumed downloads. Any other header was added by the caller. */
const PLAIN_HEADERS = new Set(
  (
    "accept accept-encoding accept-language cache-control connection cookie dnt host if-match if-modified-since if-none-match if-range " +
    "if-unmodified-since keep-alive origin pragma priority purpose range referer te upgrade-insecure-requests user-agent " +
    "cdn-loop cf-connecting-ip cf-ew-via cf-ray cf-visitor cf-worker x-forwarded-for x-forwarded-proto"
  ).split(" "),
);

const SIGNED_QUERY =
  /^(\?.*&X-Goog-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z&X-Goog-Expires=(\d+)&.*)&X-Goog-Signature=([0-9a-f]+)$/;

interface Ticket {
  createdMs: number;
  availableMs: number;
  content: FileContent;
  files: Map<number, BatchFile>;
}

/** Body of `GET /user/batch`. */
export interface TicketBody {
  success: true;
  url: string;
  urlAvailable: string;
  urlExpires: string;
  lastUpdated: string;
  nextUpdate: string;
}

/** Whether a path belongs to the file host. */
export function isFilePath(pathname: string): boolean {
  return pathname.includes(BUCKET);
}

/** Tickets and their files. */
export class Storage {
  readonly #settings: Settings;
  readonly #content: () => FileContent;
  readonly #tickets = new Map<string, Ticket>();
  #latest: { body: TicketBody; untilMs: number } | null = null;

  constructor(settings: Settings, content: () => FileContent) {
    this.#settings = settings;
    this.#content = content;
  }

  /** The current ticket, or a new one if the regeneration window has passed. */
  ticket(nowMs: number): TicketBody {
    if (this.#latest === null || nowMs >= this.#latest.untilMs) this.#latest = this.#issue(nowMs);
    return this.#latest.body;
  }

  #issue(nowMs: number): { body: TicketBody; untilMs: number } {
    const { batchDelayMs, batchWindowMs, urlLifetimeMs, seed, fileOrigin } = this.#settings;
    const second = Math.floor(nowMs / 1000) * 1000;
    const availableMs = batchDelayMs === 0 ? second : Math.ceil((nowMs + batchDelayMs) / 1000) * 1000;
    const expiresSeconds = Math.ceil(urlLifetimeMs / 1000);
    const minute = new Date(nowMs).toISOString().slice(0, 16).replace(/[T:]/g, "-");
    const path = `${BUCKET}${hexOf("account", 20, seed)}/users-batch-${minute}.json`;
    this.#tickets.delete(path);
    this.#tickets.set(path, { createdMs: nowMs, availableMs, content: this.#content(), files: new Map() });
    if (this.#tickets.size > KEPT) this.#tickets.delete(this.#tickets.keys().next().value as string);
    const body: TicketBody = {
      success: true,
      url: fileOrigin + path + this.#query(path, second, expiresSeconds),
      urlAvailable: withoutMs(availableMs),
      urlExpires: withoutMs(second + expiresSeconds * 1000),
      lastUpdated: new Date(nowMs).toISOString(),
      nextUpdate: new Date(nowMs + batchWindowMs).toISOString(),
    };
    return { body, untilMs: nowMs + batchWindowMs };
  }

  #query(path: string, dateMs: number, expiresSeconds: number): string {
    const date = withoutMs(dateMs).replace(/[-:]/g, "");
    const scope = `${date.slice(0, 8)}/auto/storage/goog4_request`;
    const unsigned =
      "?X-Goog-Algorithm=GOOG4-RSA-SHA256" +
      `&X-Goog-Credential=${encodeURIComponent(`sandbox@ayrshare-sandbox.iam.gserviceaccount.com/${scope}`)}` +
      `&X-Goog-Date=${date}&X-Goog-Expires=${expiresSeconds}&X-Goog-SignedHeaders=host`;
    return `${unsigned}&X-Goog-Signature=${this.#signature(path + unsigned)}`;
  }

  /** Looks like a signature and depends on every byte of the URL, but protects nothing. */
  #signature(text: string): string {
    return hexOf(text, 512, mix32(this.#settings.seed));
  }

  /** Handles a request to the file host. Also returns the faults for the response body. */
  serve(method: string, url: URL, headers: Headers, faults: FaultPlan): { response: Response; trouble: Trouble } {
    const refusal = this.#refusal(method, url, headers);
    if (refusal !== null) return { response: refusal, trouble: {} };
    const path = url.pathname.slice(url.pathname.indexOf(BUCKET));
    return this.#deliver(this.#tickets.get(path) as Ticket, method, headers, faults);
  }

  #refusal(method: string, url: URL, headers: Headers): Response | null {
    if (method !== "GET" && method !== "HEAD") {
      return xml(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
    }
    for (const [name] of headers) {
      if (PLAIN_HEADERS.has(name) || name.startsWith("sec-")) continue;
      return xml(400, "InvalidArgument", "Invalid argument.", `The header ${name} must not be sent with a signed URL.`);
    }
    const path = url.pathname.slice(url.pathname.indexOf(BUCKET));
    const signed = SIGNED_QUERY.exec(url.search);
    if (signed === null) return xml(403, "AccessDenied", "Access denied.", "The URL carries no complete signature.");
    if (signed[9] !== this.#signature(path + signed[1])) {
      return xml(403, "SignatureDoesNotMatch", "Access denied.", "The URL is not the one that was signed.");
    }
    const expiresMs = Date.parse(`${signed[2]}-${signed[3]}-${signed[4]}T${signed[5]}:${signed[6]}:${signed[7]}Z`) + Number(signed[8]) * 1000;
    const nowMs = this.#settings.now();
    if (nowMs >= expiresMs) {
      return xml(403, "ExpiredToken", "The provided token has expired.", `Request signature expired at: ${withoutMs(expiresMs)}`);
    }
    const ticket = this.#tickets.get(path);
    if (ticket === undefined || (nowMs < ticket.availableMs && this.#settings.notReadyStatus === 404)) {
      return xml(404, "NoSuchKey", "The specified key does not exist.");
    }
    return nowMs < ticket.availableMs ? xml(403, "AccessDenied", "Access denied.") : null;
  }

  #deliver(ticket: Ticket, method: string, headers: Headers, faults: FaultPlan): { response: Response; trouble: Trouble } {
    const revision = faults.revision();
    const file = fileOf(ticket, revision);
    const modified = new Date(ticket.createdMs + revision * 1000).toUTCString();
    const { noETag, noLastModified, ignoreRange, corrupt, bytesPerSecond, contentLengthOffset } = faults.file;
    const common = new Headers({ "accept-ranges": "bytes", "cache-control": "private, max-age=0" });
    if (!noETag) common.set("etag", file.etag);
    if (!noLastModified) common.set("last-modified", modified);
    const ifRange = headers.get("if-range");
    const same = ifRange === null || ifRange === file.etag || ifRange === modified;
    const range = method === "GET" && same && !ignoreRange ? rangeOf(headers.get("range"), file.size) : null;
    const other = withoutContent(headers, file, range, common);
    if (other !== null) return { response: other, trouble: {} };
    const [from, to] = Array.isArray(range) ? range : [0, file.size];
    common.set("content-type", "application/json");
    common.set("content-length", String(to - from));
    if (range !== null) common.set("content-range", `bytes ${from}-${to - 1}/${file.size}`);
    if (method === "HEAD") return { response: new Response(null, { headers: common }), trouble: {} };
    faults.countDelivery();
    const odd = faults.oddFields === 0 ? null : { share: faults.oddFields, seed: this.#settings.seed };
    const body = file.stream(from, to, this.#settings.chunkBytes, corrupt, odd);
    const cut = faults.cutWithin(from, to);
    const breaks = cut === undefined ? {} : { cutAtByte: cut - from, onCut: () => faults.spend(cut) };
    const response = new Response(body, { status: range === null ? 200 : 206, headers: common });
    return { response, trouble: { ...breaks, ...definedOnly({ bytesPerSecond, contentLengthOffset }) } };
  }

  /** The file in its current state, for reading it without a URL. */
  file(): BatchFile {
    return new BatchFile(this.#content());
  }
}

type RangeAsked = ReturnType<typeof rangeOf>;

/** The response to a failed precondition or an unsatisfiable range; `null` if content must be sent. */
function withoutContent(headers: Headers, file: BatchFile, range: RangeAsked, common: Headers): Response | null {
  const match = headers.get("if-match");
  if (match !== null && !lists(match, file.etag)) {
    return xml(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold.");
  }
  const noneMatch = headers.get("if-none-match");
  if (noneMatch !== null && lists(noneMatch, file.etag)) return new Response(null, { status: 304, headers: common });
  if (range !== "unsatisfiable") return null;
  const response = xml(416, "InvalidRange", "The requested range cannot be satisfied.");
  response.headers.set("content-range", `bytes */${file.size}`);
  return response;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function definedOnly<T extends object>(given: T): Defined<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Defined<T>;
}

function fileOf(ticket: Ticket, revision: number): BatchFile {
  const known = ticket.files.get(revision);
  if (known !== undefined) return known;
  const file = new BatchFile({ ...ticket.content, generator: ticket.content.generator.revised(revision) });
  ticket.files.set(revision, file);
  return file;
}

/** Whether a list of entity tags contains this one. */
function lists(header: string, etag: string): boolean {
  return header.trim() === "*" || header.split(",").some((tag) => tag.trim() === etag);
}

/** The range as `[from, to)`. A header that is not a single byte range is ignored, as HTTP allows. */
export function rangeOf(header: string | null, size: number): [from: number, to: number] | "unsatisfiable" | null {
  const parts = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (parts === null) return null;
  const [, first, last] = parts as unknown as [string, string, string];
  if (first === "" && last === "") return null;
  if (first === "") return Number(last) === 0 || size === 0 ? "unsatisfiable" : [Math.max(0, size - Number(last)), size];
  if (last !== "" && Number(last) < Number(first)) return null;
  if (Number(first) >= size) return "unsatisfiable";
  return [Number(first), last === "" ? size : Math.min(size, Number(last) + 1)];
}

function withoutMs(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
