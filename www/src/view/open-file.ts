// Where the user opens a file: a button, and an area to drop files on. The button is there for the keyboard, and for those who cannot drag.

import { h } from "../dom.js";
import { texts } from "../texts.js";

/** What a dropped file is for: to be read, or to be compared with the one that is open. */
export type Zone = "open" | "compare";

/** A button that opens the browser's dialog. The field itself is hidden, because its look and its words differ from browser to browser. */
export function fileButton(zone: Zone, words: string, chosen: (files: readonly File[]) => void, className = "button", id = `file-${zone}`): HTMLElement[] {
  const input = h("input", { type: "file", hidden: true, accept: ".json,.ndjson,.jsonl,.gz,application/json", multiple: zone === "open", "data-testid": id });
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    // Otherwise, choosing the same file again would not be a change.
    input.value = "";
    if (files.length > 0) chosen(files);
  });
  return [h("button", { type: "button", class: className, on: { click: () => { input.click(); } } }, words), input];
}

/** An area to drop a file on, with a button. */
export function dropZone(zone: Zone, chosen: (files: readonly File[]) => void): HTMLElement {
  const { title, hint, button } = texts.file.zones[zone];
  return h("div", { class: "drop", "data-drop": zone },
    h("div", {}, h("p", { class: "drop-title" }, title), h("p", { class: "quiet" }, hint)),
    h("p", {}, ...fileButton(zone, button, chosen, "button primary")));
}
