// The menu of simulated failures, one at a time.

import { type Fault, FAULTS, NO_FAULT } from "../faults.js";
import { h } from "../dom.js";
import { texts } from "../texts.js";

export function faultMenu(choose: (fault: Fault) => void): HTMLFieldSetElement {
  return h("fieldset", { class: "rail-part faults", "data-testid": "faults" },
    h("legend", {}, texts.faults.title),
    ...FAULTS.map((fault) => item(fault, choose)));
}

function item(fault: Fault, choose: (fault: Fault) => void): HTMLElement {
  const { name, hint } = texts.faults[fault.id];
  const id = `fault-${fault.id}`;
  const input = h("input", { type: "radio", name: "fault", id, checked: fault === NO_FAULT, on: { change: () => { choose(fault); } } });
  return h("div", { class: "choice-item" }, input, h("label", { for: id }, name, hint && h("span", { class: "choice-hint" }, hint)));
}
