// Shows a failed call: what it means, the message, what to do next, and in small print the status and code for bug
// reports.

import type { AyrshareError } from "ayrshare-user";
import { glyph, h, type Child } from "../dom.js";
import { type Explanation, texts } from "../texts.js";
import { every } from "../ticker.js";

const WARNING = "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm-1.1 5h2.2v6.6h-2.2V7Zm0 8h2.2v2.2h-2.2V15Z";

/** `heading` depends on the heading above the note. */
export function failureNote(error: AyrshareError, { title, next }: Explanation, retry: () => void, heading: "h2" | "h3" = "h3"): HTMLElement {
  return h("div", { class: "note failure", role: "alert", "data-testid": "failure", "data-kind": error.kind },
    h(heading, {}, glyph(WARNING), title),
    h("p", { class: "said" }, error.message),
    h("p", {}, next),
    smallPrint(error),
    error.retryable && retryButton(error.retryAfterMs, retry));
}

function smallPrint(error: AyrshareError): HTMLElement {
  const attempts = error.attempts?.length ?? 0;
  const facts: (string | false)[] = [
    error.kind,
    error.status !== undefined && texts.failure.status(error.status),
    error.code !== undefined && texts.failure.code(error.code),
    error.path !== undefined && texts.failure.path(error.path),
    attempts > 1 && texts.failure.attempts(attempts),
  ];
  return h("p", { class: "small-print" }, ...spaced(facts.filter((fact) => fact !== false)));
}

const spaced = (facts: readonly string[]): Child[] => facts.map((fact) => h("code", {}, fact));

/** If the server asked to wait, the button is disabled until then. */
function retryButton(waitMs: number | undefined, retry: () => void): HTMLElement {
  const button = h("button", { type: "button", class: "button", on: { click: retry } }, texts.failure.retry);
  const openAt = Date.now() + (waitMs ?? 0);
  every(button, (now) => {
    const left = openAt - now;
    button.disabled = left > 0;
    button.textContent = left > 0 ? texts.failure.retryIn(left) : texts.failure.retry;
    return left > 0;
  });
  return button;
}
