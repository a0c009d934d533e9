/** Reads the batch file through its own wasm module. This file and the module are loaded when first needed. */
import { byteReader, type ByteReader } from "./batch/source.js";
import type { FileOptions, InvalidProfile, ProfileSource, ReadOptions, SourceStreamOptions, SourceSweepOptions, StreamOptions, StreamProgress, SweepOptions, SweepReport } from "./batch/types.js";
import type { CompareOptions, ProfilesComparison } from "./batch/compare-types.js";
import { sidesOf } from "./batch/sides.js";
import { parseProfiles } from "./insight/parse-changes.js";
import { toAyrshareError } from "./wasm/to-error.js";
import { __wbg_reset_state, BatchFile, compare as compareFiles, initSync } from "./glue/ayrshare_user_batch.js";
import { AyrshareError, type Mismatch } from "./errors/ayrshare-error.js";
import { readList } from "./glue/fetch.js";
import { kindOf } from "./wasm/compile.js";
import { WasmModule } from "./wasm/wasm-module.js";
import type { User, UserBatch } from "./model.js";
import type { AbortSignal } from "./web-types.js";
import { read } from "./options/read.js";
import { lazyParts, loaders, sources } from "./wasm/parts.js";
import type { Source } from "./batch/profile-stream.js";
import { batchTrap } from "./wasm/trap.js";

const glue = { __wbg_reset_state, BatchFile, compareFiles, initSync };
const batchModule = new WasmModule(glue, batchTrap, "ayrshare_user_batch.wasm", () => sources.batch ?? loaders.batch());

/** What a download needs of its client. `requestTicket` resolves to a ticket and the `Date` header of its response. */
export interface Context extends SourceContext {
  fetch: unknown;
  requestTicket: (signal: AbortSignal | undefined) => Promise<[UserBatch, string | null | undefined]>;
}

/** What a source in hand needs of its client, if there is one. */
interface SourceContext {
  onEvent: unknown;
  /** The client's `onInvalid`, used unless the options of the stream or sweep set it. */
  onInvalid?: unknown;
}

/** Where the wasm gets bytes from: a download or a source. */
interface Origin {
  options: { onEvent: unknown; source: ByteReader } | (Omit<Context, "requestTicket" | "onInvalid"> & { waitMs: unknown; requestTicket: () => ReturnType<Context["requestTicket"]> });
  /** Releases what the wasm does not. */
  close: () => void;
}

const READ = "signal idleTimeoutMs maxRecordBytes";
const FILE = `source batch waitMs ${READ}`;
const SOURCE = `onEvent ${READ}`;
const STREAM = "select where check onInvalid";
const SWEEP = "refreshWithinDays quotaShare maxEntries onInvalid";
/** What the wasm reports about an invalid record. */
type Invalid = InvalidProfile & { readonly mismatches: readonly Mismatch[] };

/** Records, an invalid record, bytes read, total bytes, records read, invalid, filtered, resumes. */
type Pulled = [User[]?, Invalid?, number?, number?, number?, number?, number?, number?];

/** Opens the file to read its profiles. Sends no request. */
export async function open(context: Context, options: StreamOptions): Promise<Source<User>> {
  const { source, batch, waitMs, ...rest } = readWithSource(options, `${FILE} ${STREAM}`);
  return opened(context, rest, originOf(context, { source, batch, waitMs, signal: rest.signal }));
}

/** Opens a file in hand to read its profiles. */
export async function openSource(source: ProfileSource, options: SourceStreamOptions): Promise<Source<User>> {
  const { onEvent, ...rest } = read(options, `${SOURCE} ${STREAM}`);
  return opened({ onEvent }, rest, originOfSource({ onEvent }, source));
}

async function opened(context: SourceContext, { onInvalid, ...rest }: Omit<StreamOptions, keyof FileOptions> & ReadOptions, origin: Origin): Promise<Source<User>> {
  const hand = typeof onInvalid === "function" ? onInvalid : undefined;
  const select = (readList(rest.select) as string[] | undefined) ?? rest.select ?? undefined;
  const given = { ...rest, select, ...origin.options, onInvalid: onInvalid ?? context.onInvalid };
  let pulled: Pulled = [];
  let reread = 0;
  const file = await answer(async (wasm) => new wasm.BatchFile(given));
  const generation = batchModule.generation;
  const cancel = (): void => {
    if (batchModule.generation === generation) file.cancel();
    origin.close();
  };
  /** Calls the caller's function. */
  const handed = ({ mismatches, ...record }: Invalid): Promise<void> => untilAborted(hand?.(record, mismatches), rest.signal);
  const next = async (): Promise<User[] | undefined> => {
    const next = await answer((wasm) => {
      // Not a WebAssembly.RuntimeError, which would count as a trap of the new instance and end its streams.
      if (batchModule.generation !== generation) throw lost();
      return file.next() as Promise<Pulled>;
    });
    if (next.length === 0) return undefined;
    pulled = next;
    const [records, invalid] = pulled;
    if (invalid !== undefined) await handed(invalid);
    else if (records === undefined) return undefined;
    return complete(records ?? [], select);
  };
  return {
    async next() {
      try {
        return await next();
      } catch (error) {
        cancel();
        throw error;
      }
    },
    progress: () => {
      if (batchModule.generation === generation) reread = file.bytesReread();
      return progressOf(pulled, reread);
    },
    cancel,
  };
}

const lost = (): AyrshareError =>
  new AyrshareError({ kind: "internal", message: "the wasm module failed while this stream was open: start the stream again", retryable: true });

/** Requests a ticket, until the stream is cancelled or the caller's signal aborts. `AbortSignal.any` is too new for some engines. */
function untilCancelled(request: Context["requestTicket"], controller: AbortController, signal: AbortSignal | undefined): ReturnType<Context["requestTicket"]> {
  return listening(signal, (reason) => controller.abort(reason), () => request(controller.signal));
}

/** Awaits what a caller's function returned, until the signal aborts. */
async function untilAborted(given: unknown, signal: AbortSignal | undefined): Promise<void> {
  let stop = (_reason: unknown): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = (cause) => reject(new AyrshareError({ kind: "aborted", message: "the read was aborted by its signal", cause }));
  });
  // `Promise.race` handles its rejection, but throws first if `given` is a promise whose members throw.
  aborted.catch(() => undefined);
  await listening(signal, stop, () => Promise.race([given, aborted]));
}

/** Runs a task, and calls `stop` if the signal aborts meanwhile or already has. The signal may be of any realm, and any of its members may throw. */
async function listening<T>(signal: AbortSignal | undefined, stop: (reason: unknown) => void, task: () => Promise<T>): Promise<T> {
  const onAbort = (): void => stop(tried(() => signal?.reason as unknown));
  tried(() => signal?.addEventListener("abort", onAbort));
  if (tried(() => signal?.aborted)) onAbort();
  try {
    return await task();
  } finally {
    tried(() => signal?.removeEventListener("abort", onAbort));
  }
}

function tried<T>(task: () => T): T | undefined {
  try {
    return task();
  } catch {
    return undefined;
  }
}

/** Sweeps the file. */
export async function sweep(context: Context, options: SweepOptions): Promise<SweepReport> {
  const { source, batch, waitMs, ...rest } = readWithSource(options, `${FILE} ${SWEEP}`);
  return swept(context, rest, originOf(context, { source, batch, waitMs, signal: rest.signal }));
}

/** Sweeps a file in hand. */
export async function sweepSource(source: ProfileSource, options: SourceSweepOptions): Promise<SweepReport> {
  const { onEvent, ...rest } = read(options, `${SOURCE} ${SWEEP}`);
  return swept({ onEvent }, rest, originOfSource({ onEvent }, source));
}

async function swept(context: SourceContext, options: Omit<SweepOptions, keyof FileOptions> & ReadOptions, origin: Origin): Promise<SweepReport> {
  const given = { ...options, ...origin.options, onInvalid: options.onInvalid ?? context.onInvalid };
  try {
    return await answer((wasm) => wasm.BatchFile.sweep(given) as Promise<SweepReport>);
  } finally {
    origin.close();
  }
}

/** A RegExp in place of options has a `source`, too. */
function readWithSource<T extends FileOptions>(options: T, list: string): T {
  const isRegExp = tried(() => kindOf(options)) === "RegExp";
  return read(isRegExp ? ([] as unknown as T) : options, list);
}

function originOf(context: Context, { source, batch, waitMs, signal }: FileOptions): Origin {
  if (source === undefined) return originOfHost(context, batch, waitMs, signal);
  if (batch === undefined && waitMs === undefined) return originOfSource(context, source);
  throw new AyrshareError({ kind: "config", message: "`batch` and `waitMs` are for downloads: leave them out, or leave out `source`" });
}

function originOfSource({ onEvent }: SourceContext, source: unknown): Origin {
  const reader = byteReader(source);
  return { options: { onEvent, source: reader }, close: () => reader.cancel() };
}

/** The caller's ticket is used first. Its age is unknown, so it comes without a `Date`. */
function originOfHost({ fetch, onEvent, requestTicket }: Context, batch: FileOptions["batch"], waitMs: unknown, signal: AbortSignal | undefined): Origin {
  const requesting = new AbortController();
  let inHand = batch;
  const nextTicket = async (): ReturnType<Context["requestTicket"]> => {
    const ticket = inHand;
    inHand = undefined;
    return ticket === undefined ? untilCancelled(requestTicket, requesting, signal) : [ticket, null];
  };
  return { options: { fetch, onEvent, waitMs, requestTicket: nextTicket }, close: () => requesting.abort() };
}

/** Compares two files in hand. */
export async function compare(before: ProfileSource, after: ProfileSource, options: CompareOptions): Promise<ProfilesComparison> {
  const { onEvent, ...rest } = read(options, `${SOURCE} maxEntries onInvalid`);
  const { named, close, ...sides } = sidesOf(before, after, onEvent);
  try {
    const found = await answer((wasm) => wasm.compareFiles({ ...rest, ...sides }) as Promise<ProfilesComparison>);
    return { ...found, changed: parseProfiles(found.changed) };
  } catch (error) {
    throw named(error);
  } finally {
    close();
  }
}

/** Runs a task in the wasm module, and loads the module first if needed. */
async function answer<T>(task: (wasm: typeof glue) => Promise<T>): Promise<T> {
  try {
    return await batchModule.run(task);
  } catch (error) {
    throw toAyrshareError(error);
  }
}

/** As in `getUser`, an absent list means that nothing is linked. */
function complete(records: User[], select: readonly string[] | undefined): User[] {
  for (const name of ["activeSocialAccounts", "displayNames"] as const) {
    if (select !== undefined && !select.includes(name)) continue;
    for (const record of records) record[name] ??= [];
  }
  return records;
}

function progressOf([, , bytesRead = 0, bytesTotal, profiles = 0, invalid = 0, filtered = 0, resumes = 0]: Pulled, bytesReread: number): StreamProgress {
  return { bytesRead, ...(bytesTotal !== undefined && { bytesTotal }), profiles, invalid, filtered, resumes, bytesReread };
}

// Service workers do not support dynamic `import()`. There, users import this file statically.
lazyParts.batch = async () => ({ compare, open, openSource, sweep, sweepSource });
