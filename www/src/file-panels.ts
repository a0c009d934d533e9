// The parts of the page for a file that the user opened: what it is, its profiles or its one profile, and the comparison with a second file.

import { AyrshareError } from "ayrshare-user";
import type { Background, Run } from "./all/background.js";
import type { FromRun, OpenedProfile } from "./all/protocol.js";
import { type Child, h, show, slot } from "./dom.js";
import { explainFile } from "./explain.js";
import { readableUser } from "./readable.js";
import { type Explanation, texts } from "./texts.js";
import { accountsBody, linkedPlatforms } from "./view/accounts.js";
import type { AllProfiles } from "./view/all.js";
import { Comparison } from "./view/compared.js";
import { failureNote } from "./view/failure.js";
import { healthStrip } from "./view/health.js";
import { dropZone } from "./view/open-file.js";
import { emptyNote, receipt, type Receipt } from "./view/parts.js";
import { factsOf, profileHead, titleOf } from "./view/profile.js";

export interface FileActions {
  readonly announce: (words: string) => void;
  /** The button that shows the code of a view. */
  readonly code: (view: "profile" | "changes", title: string) => HTMLElement;
  /** Files were chosen on the page: one to read, or two to compare. */
  readonly chosen: (files: readonly File[]) => void;
}

/** The parts for one profile, which a list fills only when one of its profiles is opened. */
const PROFILE_PARTS = ["health", "accounts"];

export class FilePanels {
  readonly #background: Background;
  readonly #all: AllProfiles;
  readonly #actions: FileActions;
  readonly #comparison: Comparison;
  #file: File | undefined;
  /** The file to compare with, until the first is known to be readable. */
  #second: File | undefined;
  #isList = false;
  #run: Run | undefined;

  constructor(background: Background, all: AllProfiles, actions: FileActions) {
    this.#background = background;
    this.#all = all;
    this.#actions = actions;
    this.#comparison = new Comparison(background, {
      announce: actions.announce,
      explain: (error) => explainFile(error, 0),
      chosen: ([file]) => { if (file) this.compare(file); },
    });
  }

  get file(): File | undefined {
    return this.#file;
  }

  /** Whether the file is a list of profiles, as far as is known. */
  get isList(): boolean {
    return this.#isList;
  }

  /** Leaves the page to a connection. */
  close(): void {
    this.#end();
  }

  /** Asks for a file. */
  ask(): void {
    this.#begin();
    show(slot("profile"), h("h1", { id: "profile-title" }, texts.file.title), dropZone("open", this.#actions.chosen));
    this.#actions.announce(texts.file.none);
  }

  /** Opens one file, or two to compare. */
  open(files: readonly File[]): void {
    const [file, second, third] = files;
    if (!file) return;
    if (third) {
      this.refuse(texts.file.tooMany);
      return;
    }
    this.#begin();
    this.#file = file;
    this.#second = second;
    this.#showHead(file, h("p", { class: "run-status" }, texts.file.reading(file.name)));
    this.#actions.announce(texts.file.reading(file.name));
    if (file.size === 0) this.#showNote(file, texts.file.empty);
    else this.#run = this.#background.begin({ type: "recognize", file }, (message) => { this.#onMessage(file, message); });
  }

  /** Compares the open file with a second one. Without an open file, the second becomes the first. */
  compare(second: File): void {
    if (this.#file) this.#comparison.compare(this.#file, second);
    else this.open([second]);
  }

  /** Says why nothing was opened. What is open stays open. */
  refuse({ title, next }: Explanation): void {
    const where = slot("profile");
    where.querySelector("[data-testid=refused]")?.remove();
    const note = emptyNote(title, next, "h2");
    note.dataset["testid"] = "refused";
    note.setAttribute("role", "alert");
    where.append(note);
  }

  /** Shows a profile of the list. */
  showProfile(row: number, profile: OpenedProfile | undefined): void {
    const file = this.#file;
    if (!file) return;
    if (!profile) {
      this.#actions.announce(texts.file.gone);
      this.#showHead(file, h("p", {}, texts.file.gone));
      return;
    }
    const back = h("button", { type: "button", class: "button", on: { click: () => { this.#showList(file, row); } } }, texts.file.back(file.name));
    this.#showUser(profile, { request: file.name }, back);
    const title = slot("profile-title");
    title.tabIndex = -1;
    title.focus();
    slot("profile").scrollIntoView({ block: "nearest" });
  }

  #begin(): void {
    this.#end();
    this.#all.clear();
    for (const id of ["health", "accounts", "boards", "changes", "batch", "all"]) slot(id).hidden = true;
    for (const section of document.querySelectorAll("[aria-busy]")) section.removeAttribute("aria-busy");
    slot("profile").hidden = false;
  }

  #end(): void {
    this.#run?.end();
    this.#run = undefined;
    this.#comparison.clear();
    this.#file = undefined;
    this.#second = undefined;
  }

  #onMessage(file: File, message: FromRun): void {
    if (message.type === "refused") this.#refused(file, new AyrshareError(message.error));
    if (message.type !== "recognized") return;
    const { profile, tookMs } = message;
    this.#isList = profile === undefined;
    if (profile) this.#showUser(profile, { request: file.name, tookMs });
    else {
      this.#showList(file);
      slot("all").hidden = false;
      this.#all.open(file);
    }
    this.#showComparison();
  }

  #showUser({ user, health, odd }: OpenedProfile, line: Receipt, back?: HTMLElement): void {
    const readable = readableUser(user);
    show(slot("profile"), back && h("p", { class: "file-back" }, back), ...profileHead(readable, { ...line, odd }));
    show(slot("health"), healthStrip(health));
    show(slot("accounts"),
      h("header", { class: "panel-head" }, h("h2", { id: "accounts-title" }, texts.accounts.title, this.#actions.code("profile", texts.accounts.title))),
      // Pictures are on other hosts, and reading a file sends no request.
      ...accountsBody(readable, health, []));
    for (const id of PROFILE_PARTS) slot(id).hidden = false;
    document.title = `${titleOf(readable)} · ${texts.product}`;
    this.#actions.announce(texts.status.loaded(titleOf(readable), linkedPlatforms(readable).length));
  }

  /** Shows what the list is, without one of its profiles. `row`: the profile that was open. */
  #showList(file: File, row?: number): void {
    this.#showHead(file, h("p", {}, texts.file.list));
    if (row !== undefined) this.#all.focusProfile();
  }

  #showHead(file: File, ...more: readonly Child[]): void {
    for (const id of PROFILE_PARTS) slot(id).hidden = true;
    show(slot("profile"),
      h("h1", { id: "profile-title" }, file.name),
      factsOf([
        [texts.file.size, texts.file.bytes(file.size)],
        [texts.file.modified, h("time", { datetime: new Date(file.lastModified).toISOString() }, texts.file.moment(file.lastModified))],
      ]),
      ...more);
    document.title = `${file.name} · ${texts.product}`;
  }

  #showComparison(): void {
    slot("changes").hidden = false;
    show(slot("changes"),
      h("header", { class: "panel-head" }, h("h2", { id: "changes-title" }, texts.changes.title, this.#actions.code("changes", texts.changes.title))),
      this.#comparison.element);
    this.#comparison.clear();
    if (this.#second) this.compare(this.#second);
  }

  #refused(file: File, error: AyrshareError): void {
    const note = failureNote(error, explainFile(error, 0), () => { this.open([file]); }, "h2");
    this.#showHead(file, note, receipt({ request: file.name }));
  }

  #showNote(file: File, { title, next }: Explanation): void {
    const note = emptyNote(title, next, "h2");
    note.setAttribute("role", "alert");
    this.#showHead(file, note);
  }
}
