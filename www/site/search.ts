// The search dialog. Its index is loaded when it is first opened.

import type MiniSearch from "minisearch";
import { INDEX_OPTIONS } from "./index-options.mjs";

const SHOWN = 20;

interface Found {
  readonly id: string;
  readonly title: string;
  readonly page: string;
  readonly part: string;
  readonly excerpt: string;
}

function part<E extends Element>(id: string): E {
  const element = document.querySelector<E>(`#${id}`);
  if (!element) throw new Error(`the page lacks #${id}`);
  return element;
}

const isTyping = (target: EventTarget | null): boolean => target instanceof Element && target.matches("input, textarea, select, [contenteditable]");

function element<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, ...children: readonly (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

export class Search {
  readonly #dialog = part<HTMLDialogElement>("search");
  readonly #input = part<HTMLInputElement>("search-words");
  readonly #list = part<HTMLOListElement>("search-found");
  readonly #status = part<HTMLElement>("search-status");
  #index: Promise<MiniSearch> | undefined;

  listen(): void {
    part("search-open").addEventListener("click", () => { this.#open(); });
    part("search-close").addEventListener("click", () => { this.#dialog.close(); });
    this.#input.addEventListener("input", () => { void this.#find(); });
    this.#dialog.addEventListener("keydown", (event) => { this.#move(event); });
    this.#dialog.addEventListener("click", ({ target }) => {
      // The dialog itself is only hit beside its content, on the backdrop; links close it, because they may lead to this same page.
      if (target === this.#dialog || (target instanceof Element && target.closest("a"))) this.#dialog.close();
    });
    addEventListener("keydown", (event) => {
      const isShortcut = (event.key === "/" && !isTyping(event.target)) || (event.key === "k" && (event.ctrlKey || event.metaKey));
      if (!isShortcut || this.#dialog.open) return;
      event.preventDefault();
      this.#open();
    });
    // The demo's link to the search.
    if (new URLSearchParams(location.search).has("search")) this.#open();
  }

  #open(): void {
    this.#dialog.showModal();
    this.#input.select();
    void this.#load().catch(() => {});
  }

  #load(): Promise<MiniSearch> {
    this.#index ??= this.#read().catch((error: unknown) => {
      this.#index = undefined;
      throw error;
    });
    return this.#index;
  }

  async #read(): Promise<MiniSearch> {
    const [{ default: Index }, response] = await Promise.all([import("minisearch"), fetch(this.#dialog.dataset["index"] ?? "")]);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return Index.loadJSONAsync(await response.text(), INDEX_OPTIONS);
  }

  async #find(): Promise<void> {
    const words = this.#input.value.trim();
    try {
      const index = await this.#load();
      // Another letter may have been typed while the index was loading.
      if (words === this.#input.value.trim()) this.#show(words, words ? (index.search(words) as unknown as Found[]) : []);
    } catch {
      this.#status.textContent = "The search index could not be loaded. Check the connection and type again.";
    }
  }

  #show(words: string, found: readonly Found[]): void {
    const root = this.#dialog.dataset["root"] ?? "";
    this.#list.replaceChildren(...found.slice(0, SHOWN).map(({ id, title, page, part: kind, excerpt }) => {
      const link = element("a", "", element("span", "found-title", title), element("span", "found-page", page ? `${kind} · ${page}` : kind));
      if (excerpt) link.append(element("span", "found-text", excerpt));
      link.href = root + id;
      return element("li", "", link);
    }));
    const more = found.length > SHOWN ? `, the first ${SHOWN} are shown` : "";
    this.#status.textContent = words ? `${found.length === 0 ? "Nothing" : found.length} found${more}` : "";
  }

  /** The arrow keys move between the field and the results; Enter in the field opens the first. */
  #move(event: KeyboardEvent): void {
    const stops = [this.#input, ...this.#list.querySelectorAll("a")];
    const now = stops.findIndex((stop) => stop === document.activeElement);
    if (event.key === "Enter" && now === 0) stops[1]?.click();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || now < 0) return;
    event.preventDefault();
    stops[Math.min(Math.max(now + step, 0), stops.length - 1)]?.focus();
  }
}
