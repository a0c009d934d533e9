// The drawer with the code behind a view. It is a modal dialog: the browser keeps the focus inside and restores it afterwards.

import { h, show } from "../dom.js";
import { texts } from "../texts.js";

const CONFIRM_MS = 2000;

export class Drawer {
  readonly #title = h("h2", { id: "drawer-title" });
  readonly #code = h("code");
  readonly #copy = h("button", { type: "button", class: "button primary", on: { click: () => { void this.#copyCode(); } } }, texts.code.copy);
  readonly element: HTMLDialogElement;

  constructor() {
    const close = h("button", { type: "button", class: "button", on: { click: () => { this.element.close(); } } }, texts.code.close);
    this.element = h("dialog", { class: "drawer", "aria-labelledby": "drawer-title", "data-testid": "drawer" },
      h("header", { class: "drawer-head" }, this.#title, close),
      h("p", { class: "quiet" }, texts.code.hint),
      h("pre", { tabindex: 0, role: "region", "aria-label": texts.code.region }, this.#code),
      this.#copy);
    // A click outside closes the drawer, as Escape does.
    this.element.addEventListener("click", (event) => { if (event.target === this.element) this.element.close(); });
  }

  open(title: string, code: string): void {
    this.#title.textContent = title;
    this.#code.textContent = code;
    this.#copy.textContent = texts.code.copy;
    this.element.showModal();
  }

  async #copyCode(): Promise<void> {
    const words = await navigator.clipboard.writeText(this.#code.textContent).then(() => texts.code.copied, () => texts.code.notCopied);
    show(this.#copy, words);
    setTimeout(() => { show(this.#copy, texts.code.copy); }, CONFIRM_MS);
  }
}

/** The button in a panel's header that opens the drawer. */
export function codeButton(view: string, open: () => void): HTMLElement {
  return h("button", { type: "button", class: "code-button", "aria-label": texts.code.open(view), "aria-haspopup": "dialog", on: { click: open } }, texts.code.button);
}
