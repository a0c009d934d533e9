// The progress bar on standard error. It is only drawn in a terminal, and nothing of it stays there.

import { count, cut, size, widthOf } from "./text.js";
import type { Style } from "./style.js";

/** The part of an event that the bar shows. Both the client and the functions for files emit such events. */
export interface Progressed {
  readonly type: string;
  readonly bytesRead?: number;
  readonly bytesTotal?: number;
  readonly profiles?: number;
  readonly waitMs?: number;
  /** Which of two files it is about. */
  readonly side?: string;
}

/** A stream such as `process.stderr`. */
export interface BarStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
}

const REDRAW_MS = 100;

const BAR_COLUMNS = 24;

/** Without a terminal, or with one that does not say how wide it is. */
const DEFAULT_COLUMNS = 80;

const CLEAR_LINE = "\x1b[2K";

const ONE_UP = "\x1b[1A";

/** Shows how far the reading of a batch file is. */
export class ProgressBar {
  readonly #stream: BarStream;
  readonly #style: Style;
  readonly #draws: boolean;
  readonly #resized = (): void => this.#draw();
  #timer: NodeJS.Timeout | undefined;
  #event: Progressed = { type: "progress" };
  /** The last event about the file before this one. */
  #earlier: Progressed | undefined;
  /** How much of local files was read, from 0 to 1: the events do not know the size of compressed ones. */
  #share: (() => number | undefined) | undefined;
  /** What is done before the first byte arrives. */
  #doing = "";
  #readyAt: number | undefined;
  #began = 0;
  /** Width of what is on the screen now; 0 if nothing is. */
  #drawn = 0;

  constructor(stream: BarStream, style: Style, isDumb: boolean) {
    this.#stream = stream;
    this.#style = style;
    this.#draws = stream.isTTY === true && !isDumb;
  }

  /** Starts to draw. `doing` is shown until the first byte arrives. */
  start(doing: string, share?: () => number | undefined): void {
    this.#doing = doing;
    this.#share = share;
    if (!this.#draws || this.#timer !== undefined) return;
    this.#began = performance.now();
    this.#stream.on("resize", this.#resized);
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
    this.#timer.unref();
    this.#draw();
  }

  /** Notes an event; the next drawing shows it. */
  readonly note = (event: Progressed): void => {
    if (event.type !== "progress") return;
    if (event.side !== this.#event.side && this.#event.side !== undefined) this.#earlier = this.#event;
    this.#event = event;
    this.#readyAt = event.waitMs === undefined ? undefined : performance.now() + event.waitMs;
    // The rate counts from the end of the last wait on.
    if (this.#readyAt !== undefined) this.#began = this.#readyAt;
  };

  /** Removes the bar. The next drawing shows it again, unless it was stopped. */
  clear(): void {
    if (this.#drawn === 0) return;
    // After the terminal was made narrower, what was one line may be several.
    const lines = Math.ceil(this.#drawn / this.#columns());
    this.#drawn = 0;
    this.#stream.write(`\r${CLEAR_LINE}${`${ONE_UP}${CLEAR_LINE}`.repeat(lines - 1)}`);
  }

  /** Removes the bar for good. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#stream.off("resize", this.#resized);
    this.clear();
  }

  /** What was read so far, as a sentence for when reading is stopped; `undefined` before the first byte. */
  sentence(): string | undefined {
    const { bytesRead, bytesTotal, profiles } = this.#read();
    if (bytesRead === 0) return undefined;
    return `${count(profiles)} profiles were read, from ${size(bytesRead)}${bytesTotal === undefined ? "" : ` of ${size(bytesTotal)}`}`;
  }

  /** What was read of all files. */
  #read(): { bytesRead: number; bytesTotal: number | undefined; profiles: number } {
    const [now, earlier] = [this.#event, this.#earlier];
    return {
      bytesRead: (earlier?.bytesRead ?? 0) + (now.bytesRead ?? 0),
      bytesTotal: now.side === undefined ? now.bytesTotal : undefined,
      profiles: (earlier?.profiles ?? 0) + (now.profiles ?? 0),
    };
  }

  #columns(): number {
    return this.#stream.columns || DEFAULT_COLUMNS;
  }

  #draw(): void {
    if (this.#timer === undefined) return;
    // The last column stays free, because some terminals would start a new line.
    const room = this.#columns() - 1;
    const line = this.#line(room);
    this.clear();
    this.#stream.write(this.#style.bold(line));
    this.#drawn = widthOf(line);
  }

  #line(room: number): string {
    const { bytesRead, bytesTotal, profiles } = this.#read();
    if (this.#readyAt !== undefined) {
      const left = this.#readyAt - performance.now();
      return cut(left > 0 ? `Waiting for the file, ready in ${clock(left)}` : "Waiting for the file", room);
    }
    if (bytesRead === 0) return cut(this.#doing, room);
    const seconds = Math.max(0.001, (performance.now() - this.#began) / 1_000);
    const share = this.#share === undefined ? bytesTotal && bytesRead / bytesTotal : this.#share();
    const parts = [bytesTotal === undefined ? size(bytesRead) : `${size(bytesRead)} of ${size(bytesTotal)}`, `${count(profiles)} profiles`, `${count(Math.round(profiles / seconds))}/s`];
    if (share === undefined) return fitting(parts, room);
    const done = Math.min(1, share);
    if (done > 0) parts.push(`${clock((seconds * 1_000 * (1 - done)) / done)} left`);
    const bar = `[${"#".repeat(Math.round(done * BAR_COLUMNS)).padEnd(BAR_COLUMNS, ".")}]`;
    return fitting([`${bar} ${String(Math.floor(done * 100)).padStart(3)} %`, ...parts], room);
  }
}

/** As many parts, from the first on, as there is room for. */
function fitting(parts: readonly string[], room: number): string {
  let line = parts[0] ?? "";
  for (const part of parts.slice(1)) {
    if (line.length + 2 + part.length > room) break;
    line += `  ${part}`;
  }
  return cut(line, room);
}

/** A duration as `4:05` or `1:04:05`. */
function clock(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
