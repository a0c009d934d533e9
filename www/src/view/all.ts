// All profiles of an account or of a file: the controls, the countdown, live numbers, the chart, the links that need attention, for a file also its
// profiles, and the outcome. The elements are created once; only their texts change while profiles are read.

import { AyrshareError } from "ayrshare-user";
import type { Background, Run } from "../all/background.js";
import type { FromRun, LinkRow, OpenedProfile, ProfileRow, TableName, Tally, Work } from "../all/protocol.js";
import { h, show } from "../dom.js";
import type { Connection } from "../session.js";
import { type Explanation, texts } from "../texts.js";
import { every } from "../ticker.js";
import { NetworkChart } from "./chart.js";
import { failureNote } from "./failure.js";
import { LINK_COLUMNS } from "./links.js";
import { mismatchNote } from "./parts.js";
import { profileColumns } from "./profiles.js";
import { Table, type TableOptions } from "./table.js";

const WITHIN_DAYS = [7, 14, 30, 90, 365];
export const DEFAULT_DAYS = 14;

type Tile = keyof typeof texts.all.tiles;
type State = "idle" | "asking" | "waiting" | "broken" | "reading" | "ended" | "cancelled" | "failed";

/** Where the profiles come from. */
export type Input = { readonly connection: Connection } | { readonly file: File };

export interface AllActions {
  /** Shows a profile of the file; `undefined` if the file no longer has it. */
  readonly showProfile: (row: number, profile: OpenedProfile | undefined) => void;
  readonly announce: (words: string) => void;
  readonly explain: (error: AyrshareError, profilesRead: number) => Explanation;
}

export class AllProfiles {
  readonly #actions: AllActions;
  readonly #start = h("button", { type: "button", class: "button primary", on: { click: () => { this.#begin(); } } }, texts.all.start);
  readonly #stop = h("button", { type: "button", class: "button", hidden: true, on: { click: () => { this.#run?.ask({ type: "cancel" }); } } }, texts.all.cancel);
  readonly #within = h("select", { id: "within" }, ...WITHIN_DAYS.map((days) =>
    h("option", { value: days, selected: days === DEFAULT_DAYS }, texts.all.days(days))));
  readonly #status = h("p", { class: "run-status", "data-testid": "run-status" });
  readonly #resumed = h("p", { class: "run-resumed chip", hidden: true, "data-testid": "resumes" });
  readonly #bar = h("progress", { max: 1, value: 0, "aria-label": texts.all.progress });
  readonly #readLabel = h("dt", {}, texts.all.tiles.bytes);
  readonly #tiles = new Map<Tile, HTMLElement>();
  readonly #failure = h("div");
  readonly #numbers = h("div", { class: "run-numbers" });
  readonly #chart = new NetworkChart();
  readonly #links: Table<LinkRow>;
  readonly #profiles: Table<ProfileRow>;
  readonly #mismatches = h("div");
  readonly #background: Background;
  #run: Run | undefined;
  #input: Input | undefined;
  #resumes = 0;
  /** The tally that the chart and the table show next. */
  #latest: Tally | undefined;
  #drawing = false;

  readonly controls: HTMLElement;
  readonly run = h("div", { class: "run", "data-testid": "run", "data-state": "idle" });

  constructor(background: Background, actions: AllActions) {
    this.#background = background;
    this.#actions = actions;
    this.#links = new Table({
      id: "links", title: texts.all.links, columns: LINK_COLUMNS, sortedBy: "due", total: texts.all.linksOf, empty: texts.all.noLinks,
      byNetwork: true, fileName: "links.csv", ...this.#tableActions("links"),
    });
    this.#profiles = new Table({
      id: "profiles", title: texts.all.profiles, columns: profileColumns((index) => { this.#run?.ask({ type: "profile", index }); }), sortedBy: "",
      total: texts.all.profilesOf, empty: texts.all.noProfiles, byNetwork: false, fileName: "profiles.csv", ...this.#tableActions("profiles"),
    });
    this.controls = h("div", { class: "actions" },
      h("p", { class: "within" }, h("label", { for: "within" }, texts.all.within), this.#within), this.#start, this.#stop);
    show(this.#numbers, h("dl", { class: "tiles" }, ...(Object.keys(texts.all.tiles) as Tile[]).map((tile) => this.#tile(tile))));
    show(this.run, this.#status, this.#bar, this.#resumed, this.#failure, this.#numbers, this.#mismatches);
    this.#clear();
    this.#enter("idle", texts.all.idle);
  }

  get wide(): readonly HTMLElement[] {
    return [this.#chart.element, this.#links.element, this.#profiles.element];
  }

  get withinDays(): number {
    return Number(this.#within.value);
  }

  /** Loads what the chart needs later. */
  warm(): void {
    this.#chart.warm();
  }

  /** Sets a new connection and discards the results of the old one. */
  connect(connection: Connection): void {
    this.clear();
    this.#input = { connection };
  }

  /** Reads a file. */
  open(file: File): void {
    this.clear();
    this.#input = { file };
    this.#begin();
  }

  /** Stops reading and discards the results. */
  clear(): void {
    this.#run?.end();
    this.#run = undefined;
    this.#input = undefined;
    this.#clear();
    this.#enter("idle", texts.all.idle);
  }

  /** Moves the focus to the table of profiles. */
  focusProfile(): void {
    this.#profiles.focus();
  }

  #begin(): void {
    if (!this.#input) return;
    this.#run?.end();
    this.#clear();
    const fromFile = "file" in this.#input;
    this.#enter(fromFile ? "reading" : "asking", fromFile ? texts.all.reading : texts.all.asking);
    // A file that was dropped or chosen elsewhere is not a reason to move the focus.
    if (!fromFile || document.activeElement === this.#start) this.#stop.focus();
    const { withinDays } = this;
    const work: Work = "file" in this.#input ? { type: "file", file: this.#input.file, withinDays } : { type: "account", connection: this.#input.connection, withinDays };
    this.#run = this.#background.begin(work, (message) => { this.#onMessage(message); });
  }

  #onMessage(message: FromRun): void {
    if (message.type === "waiting" || message.type === "broken") this.#wait(message.type, message.untilMs);
    else if (message.type === "progress") this.#show("reading", message.tally);
    else if (message.type === "ended") this.#end(message.cancelled ? "cancelled" : "ended", message.tally);
    else if (message.type === "failed") this.#fail(message.tally, new AyrshareError(message.error));
    else if (message.type === "profile") this.#actions.showProfile(message.index, message.profile);
    else if (message.type === "rows") this.#table(message.table).show(message);
    else if (message.type === "csv") this.#table(message.table).download(message.file);
  }

  #table(name: TableName): Pick<Table<unknown>, "show" | "download"> {
    return name === "profiles" ? this.#profiles : this.#links;
  }

  #tableActions(table: TableName): Pick<TableOptions<never>, "announce" | "ask" | "save"> {
    return {
      announce: (words) => { this.#actions.announce(words); },
      ask: (from, to, query) => { this.#run?.ask({ type: "rows", table, from, to, query }); },
      save: (query) => { this.#run?.ask({ type: "csv", table, query }); },
    };
  }

  #clear(): void {
    this.#resumes = 0;
    this.#resumed.hidden = true;
    this.#latest = undefined;
    this.#chart.element.hidden = true;
    this.#links.clear();
    this.#profiles.clear();
    for (const value of this.#tiles.values()) {
      value.textContent = texts.all.nothing;
      delete value.dataset["value"];
    }
    show(this.#readLabel, texts.all.tiles.bytes);
    show(this.#failure);
    show(this.#mismatches);
  }

  #enter(state: State, words: string): void {
    const busy = ["asking", "waiting", "broken", "reading"].includes(state);
    const hadFocus = document.activeElement === this.#stop;
    this.run.dataset["state"] = state;
    this.#status.textContent = words;
    this.#bar.hidden = !busy;
    if (state === "asking" || state === "waiting") this.#bar.removeAttribute("value");
    this.#start.hidden = busy;
    this.#stop.hidden = !busy;
    this.#start.textContent = state === "idle" ? texts.all.start : texts.all.restart;
    // Hiding a focused button would move the focus to the top of the page.
    if (!busy && hadFocus) this.#start.focus();
  }

  #wait(state: "waiting" | "broken", untilMs: number): void {
    const words = (nowMs: number): string => texts.all[state](untilMs - nowMs);
    this.#enter(state, words(Date.now()));
    this.#actions.announce(words(Date.now()));
    every(this.#status, (now) => {
      if (this.run.dataset["state"] !== state) return false;
      this.#status.textContent = now < untilMs ? words(now) : state === "waiting" ? texts.all.asking : texts.all.reading;
      return now < untilMs;
    });
  }

  #show(state: State, tally: Tally): void {
    if (this.run.dataset["state"] !== state && state === "reading") this.#enter("reading", texts.all.reading);
    if (tally.bytesTotal) this.#bar.value = tally.bytesRead / tally.bytesTotal;
    else this.#bar.removeAttribute("value");
    show(this.#mismatches, mismatchNote(tally.mismatches, tally.mismatchesLeftOut));
    this.#count(tally);
    this.#draw(tally);
    if (tally.resumes === this.#resumes) return;
    this.#resumes = tally.resumes;
    this.#resumed.hidden = false;
    this.#resumed.textContent = texts.all.resumed(tally.resumes);
    this.#actions.announce(texts.all.resumed(tally.resumes));
  }

  /**
   * Draws the chart and the table in separate frames; together they would block scrolling and typing. Numbers that arrive between the
   * two may be the last ones, so they are drawn as well.
   */
  #draw(tally: Tally): void {
    this.#latest = tally;
    if (this.#drawing) return;
    this.#drawing = true;
    afterFrame(() => {
      const drawn = this.#latest;
      if (drawn) this.#chart.update(drawn.networks);
      afterFrame(() => {
        this.#drawing = false;
        if (!this.#latest) return;
        this.#links.refresh();
        if (this.#input && "file" in this.#input) this.#profiles.refresh();
        if (this.#latest !== drawn) this.#draw(this.#latest);
      });
    });
  }

  #count(tally: Tally): void {
    const { profiles, bytesRead, bytesTotal, readingMs, accounts, refreshSoon, expired, quotasHigh, nothingLinked, suspended, invalid } = tally;
    const perSecond = readingMs > 0 ? Math.round((profiles / readingMs) * 1000) : 0;
    const numbers = { profiles, perSecond, accounts, refreshSoon, expired, quotasHigh, nothingLinked, suspended, invalid };
    for (const [tile, value] of Object.entries(numbers)) this.#set(tile as Tile, value, texts.all.count(value));
    this.#set("bytes", bytesRead, texts.all.megabytes(bytesRead));
    if (bytesTotal !== undefined) show(this.#readLabel, texts.all.readOf(bytesTotal));
  }

  #end(state: "ended" | "cancelled", tally: Tally): void {
    if (tally.profiles > 0 || state === "ended") this.#show(state, tally);
    const words = state === "ended" ? texts.all.ended(tally.profiles, tally.readingMs) : texts.all.cancelled(tally.profiles);
    this.#enter(state, words);
    this.#actions.announce(words);
  }

  #fail(tally: Tally, error: AyrshareError): void {
    if (tally.profiles > 0) this.#show("failed", tally);
    this.#enter("failed", texts.all.failed(tally.profiles));
    show(this.#failure, failureNote(error, this.#actions.explain(error, tally.profiles), () => { this.#begin(); }));
  }

  #tile(tile: Tile): HTMLElement {
    const value = h("dd", { "data-testid": `tally-${tile}` });
    this.#tiles.set(tile, value);
    const label = tile === "bytes" ? this.#readLabel : h("dt", {}, texts.all.tiles[tile]);
    return h("div", { class: "tile", "data-tile": tile }, label, value);
  }

  #set(tile: Tile, value: number, words: string): void {
    const element = this.#tiles.get(tile);
    if (!element) return;
    element.textContent = words;
    element.dataset["value"] = String(value);
  }
}

function afterFrame(work: () => void): void {
  requestAnimationFrame(() => { setTimeout(work); });
}
