// The panels of the main part, and what each shows while loading, on success and on failure.

import { type AyrshareError, diffUsers, type Health, type PinterestBoard, type User, type UserBatch } from "ayrshare-user";
import type { Background } from "./all/background.js";
import type { Config } from "./config.js";
import { type Child, h, show, slot } from "./dom.js";
import { explain, explainFile } from "./explain.js";
import { tellSandbox } from "./faults.js";
import { FilePanels } from "./file-panels.js";
import { readableBatch, readableBoards, readableUser } from "./readable.js";
import { decoderBytes, type Outcome, type Session } from "./session.js";
import { fileSnippet, snippet, type View } from "./snippets.js";
import { texts } from "./texts.js";
import { accountsBody, linkedPlatforms } from "./view/accounts.js";
import { AllProfiles } from "./view/all.js";
import { ticket } from "./view/batch.js";
import { boardsBody } from "./view/boards.js";
import { changesBody } from "./view/changes.js";
import { codeButton, Drawer } from "./view/drawer.js";
import { failureNote } from "./view/failure.js";
import { healthStrip } from "./view/health.js";
import { emptyNote, oddNote, panelHead, receipt, type Receipt, skeleton } from "./view/parts.js";
import { profileHead, titleOf } from "./view/profile.js";

const REQUEST = {
  user: "GET /user?instagramQuota=true",
  boards: "GET /user/details/pinterest",
  batch: "GET /user/batch",
} as const;

/** Skeletons are shown only if a response takes longer than this. */
const SKELETON_AFTER_MS = 250;

const PINTEREST_NOT_LINKED = 156;

type Looked = Outcome<{ user: User; health: Health }>;

/** A profile as it was last loaded, and when. */
interface Snapshot {
  readonly user: User;
  readonly atMs: number;
}

export class Panels {
  readonly #config: Config;
  readonly #drawer = new Drawer();
  readonly #snapshots = new Map<string, Snapshot>();
  readonly #all: AllProfiles;
  readonly #files: FilePanels;
  /** Absent while a file is shown. */
  #session: Session | undefined;

  /** `chosen`: files were chosen in the main part of the page. */
  constructor(config: Config, background: Background, chosen: (files: readonly File[]) => void) {
    this.#config = config;
    this.#all = new AllProfiles(background, {
      announce: setStatus,
      explain: (error, profilesRead) => (this.#session ? explain(error, config.mode, aimsKeyAtAyrshare(this.#session)) : explainFile(error, profilesRead)),
      showProfile: (row, profile) => { this.#files.showProfile(row, profile); },
    });
    this.#files = new FilePanels(background, this.#all, { announce: setStatus, code: (view, title) => this.#code(view, title), chosen });
    document.body.append(this.#drawer.element);
    show(slot("all-head"), h("h2", { id: "all-title" }, texts.all.title, this.#code("all", texts.all.title)), this.#all.controls);
    show(slot("run"), this.#all.run);
    show(slot("all-wide"), ...this.#all.wide);
  }

  load(session: Session): void {
    if (session !== this.#session) {
      this.#files.close();
      this.#all.connect(session.connection);
      slot("all").hidden = false;
    }
    this.#session = session;
    setStatus(texts.status.loading);
    const user = this.#loadUser(session);
    void this.#loadBoards(session, user);
    void this.#loadBatch(session, user);
  }

  /** Shows the file that was open last, or asks for one. */
  showFiles(): FilePanels {
    if (this.#session) {
      this.#session = undefined;
      this.#files.ask();
    }
    return this.#files;
  }

  /** Loads what is needed later, so that opening a file sends no request. */
  warm(): void {
    this.#all.warm();
    // A profile of the file may be the first with letters of another part of the font.
    for (const face of document.fonts) face.load().catch(() => undefined);
  }

  async #loadUser(session: Session): Promise<Looked> {
    const [profile, accounts] = [slot("profile"), slot("accounts")];
    const outcome = await whileBusy(session, [profile, accounts], [profileSkeleton(), accountsSkeleton()], session.user());
    if (session.ended) return outcome;
    for (const section of [accounts, slot("health"), slot("changes")]) section.hidden = !outcome.ok;
    if (outcome.ok) {
      this.#showUser(readableUser(outcome.value.user), outcome.value.health, receiptOf(REQUEST.user, outcome));
      await this.#showChanges(session, outcome.value.user);
    }
    else {
      const note = this.#failure(session, outcome.error, () => { this.load(session); }, "h2");
      show(profile, h("h1", { id: "profile-title", class: "hidden" }, texts.profile.failed), note, receipt(receiptOf(REQUEST.user, outcome)));
      setStatus(texts.status.failed(explain(outcome.error, this.#config.mode).title));
    }
    return outcome;
  }

  #showUser(user: User, health: Health, line: Receipt): void {
    show(slot("profile"), ...profileHead(user, line));
    show(slot("health"), healthStrip(health));
    const title = h("h2", { id: "accounts-title" }, texts.accounts.title, this.#code("profile", texts.accounts.title));
    show(slot("accounts"), h("header", { class: "panel-head" }, title), ...accountsBody(user, health, this.#config.imageSources));
    const bytes = decoderBytes();
    show(slot("decoded"), bytes === undefined ? texts.decoded.waiting : texts.decoded.size(bytes));
    document.title = `${titleOf(user)} · ${texts.product}`;
    setStatus(texts.status.loaded(titleOf(user), linkedPlatforms(user).length));
  }

  /** Compares the profile with the snapshot of its previous load. */
  async #showChanges(session: Session, user: User): Promise<void> {
    // A simulated failure may answer with another profile, which is not a change of this one.
    const key = JSON.stringify([session.name, user.refId]);
    const last = this.#snapshots.get(key);
    this.#snapshots.set(key, { user, atMs: Date.now() });
    const changes = last && await diffUsers(last.user, user);
    if (session.ended) return;
    const { config, profileKey } = { config: this.#config, profileKey: session.connection.profileKey ?? null };
    const lookAgain = (): void => { this.load(session); };
    const letChange = (control: string) => (): void => {
      void tellSandbox(control, { change: profileKey }).then(lookAgain);
    };
    const ownSandbox = config.mode === "sandbox" && config.baseUrl === session.connection.baseUrl;
    const heldFocus = slot("changes").contains(document.activeElement) ? document.activeElement?.textContent : undefined;
    show(slot("changes"),
      h("header", { class: "panel-head" }, h("h2", { id: "changes-title" }, texts.changes.title, this.#code("changes", texts.changes.title))),
      ...changesBody(changes, last?.atMs ?? 0, { lookAgain, letChange: ownSandbox ? letChange(config.control) : undefined }));
    // The buttons were recreated; keep the focus on the one that was pressed.
    if (heldFocus) [...slot("changes").querySelectorAll("button")].find(({ textContent }) => textContent === heldFocus)?.focus();
  }

  #code(view: View, title: string): HTMLElement {
    return codeButton(title, () => {
      const days = this.#all.withinDays;
      const { file, isList } = this.#files;
      if (this.#session) this.#drawer.open(texts.code.title(title), snippet(view, this.#session, days));
      else if (file) this.#drawer.open(texts.code.title(title), fileSnippet(view, file.name, isList, days));
    });
  }

  async #loadBoards(session: Session, user: Promise<Looked>): Promise<void> {
    const body = (value: readonly PinterestBoard[]): Child => boardsBody(readableBoards(value));
    await this.#loadPanel("boards", session, user, session.boards(), body, () => { void this.#loadBoards(session, user); });
  }

  async #loadBatch(session: Session, user: Promise<Looked>): Promise<void> {
    const again = (): void => { void this.#loadBatch(session, user); };
    const body = (value: UserBatch): Child => ticket(readableBatch(value), { askAgain: again, announce: setStatus });
    await this.#loadPanel("batch", session, user, session.batch(), body, again);
  }

  /** If the panel's call failed for the same reason as the user call, the panel is hidden because it would repeat the message. */
  async #loadPanel<T>(id: "boards" | "batch", session: Session, user: Promise<Looked>, call: Promise<Outcome<T>>,
    body: (value: T) => Child, retry: () => void): Promise<void> {
    const section = slot(id);
    const grey = h("div", {}, h("h2", { id: `${id}-title` }, texts[id].title), skeleton(3, "lines"));
    const outcome = await whileBusy(session, [section], [grey], call);
    const first = await user;
    if (session.ended) return;
    section.hidden = !outcome.ok && !first.ok && sameReason(outcome.error, first.error);
    if (section.hidden) {
      show(section);
      return;
    }
    const inside = outcome.ok ? body(outcome.value) : this.#panelFailure(session, outcome.error, retry);
    const code = id === "boards" && this.#code("boards", texts.boards.title);
    const line = receiptOf(REQUEST[id], outcome);
    show(section, panelHead(id, texts[id].title, line, code), oddNote(line.odd), inside);
  }

  #panelFailure(session: Session, error: AyrshareError, retry: () => void): HTMLElement {
    if (error.code === PINTEREST_NOT_LINKED) return emptyNote(texts.boards.notLinked, texts.boards.notLinkedNext);
    return this.#failure(session, error, retry);
  }

  #failure(session: Session, error: AyrshareError, retry: () => void, heading?: "h2"): HTMLElement {
    return failureNote(error, explain(error, this.#config.mode, aimsKeyAtAyrshare(session)), retry, heading);
  }
}

/**
 * Marks sections as busy until the call ends. If the call is slow, skeletons replace their content. If the session was
 * replaced in the meantime, the sections are left to the new session.
 */
async function whileBusy<T>(session: Session, sections: HTMLElement[], shapes: HTMLElement[], call: Promise<T>): Promise<T> {
  for (const section of sections) section.setAttribute("aria-busy", "true");
  const greyOut = (): void => {
    sections.forEach((section, index) => {
      section.hidden = false;
      show(section, shapes[index]);
    });
  };
  const first = sections.some((section) => section.childElementCount === 0);
  const timer = setTimeout(greyOut, first ? 0 : SKELETON_AFTER_MS);
  try {
    return await call;
  } finally {
    clearTimeout(timer);
    if (!session.ended) for (const section of sections) section.removeAttribute("aria-busy");
  }
}

function profileSkeleton(): HTMLElement {
  return h("div", {}, h("h1", { id: "profile-title", class: "hidden" }, texts.profile.loading), skeleton(3, "lines tall"));
}

function accountsSkeleton(): HTMLElement {
  return h("div", {}, h("h2", { id: "accounts-title" }, texts.accounts.title), skeleton(6, "boxes"));
}

function receiptOf(request: string, outcome: Outcome<unknown>): Receipt {
  const status = outcome.ok ? outcome.status : outcome.error.status;
  return { request, status, tookMs: outcome.tookMs, odd: outcome.ok ? outcome.odd : undefined };
}

function sameReason(one: AyrshareError, other: AyrshareError): boolean {
  return one.kind === other.kind && one.code === other.code;
}

function aimsKeyAtAyrshare({ connection }: Session): boolean {
  if (connection.apiKey === undefined || !URL.canParse(connection.baseUrl)) return false;
  return new URL(connection.baseUrl).hostname.endsWith("ayrshare.com");
}

/** Announces a text to screen readers (`aria-live="polite"`). */
function setStatus(words: string): void {
  slot("status").textContent = words;
}
