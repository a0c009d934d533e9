// Selects the source of the data and the profile: the sandbox with its profiles, another server with keys entered by the user, or
// the real account behind the local server. The fields have no `name`, so submitting the form cannot put a key into a URL.

import type { AccountConfig, Config, SandboxConfig, SandboxProfile } from "../config.js";
import { h, type Child } from "../dom.js";
import { type Fault, NO_FAULT } from "../faults.js";
import { initials } from "../format.js";
import type { Connection } from "../session.js";
import { texts } from "../texts.js";
import { faultMenu } from "./faults.js";

export type Source = "sandbox" | "custom";
export type Connect = (connection: Connection, source: Source) => void;
export type SetFault = (fault: Fault) => Promise<void>;

export function rail(config: Config, connect: Connect, setFault: SetFault): HTMLElement {
  const inside = config.mode === "sandbox" ? sandboxRail(config, connect, setFault) : accountRail(config);
  const fold = h("details", { class: "fold" }, h("summary", {}, texts.rail.summary), h("div", { class: "fold-inside" }, ...inside));
  const wide = matchMedia("(min-width: 62rem)");
  const unfold = (): void => { fold.open = wide.matches; };
  wide.addEventListener("change", unfold);
  unfold();
  return fold;
}

function accountRail(config: AccountConfig): Child[] {
  return [h("section", { class: "rail-part" },
    h("h2", {}, texts.mode.account),
    h("p", {}, texts.mode.accountHint),
    h("p", {}, config.hasProfileKey ? texts.rail.profileKeyFromServer : texts.rail.primaryFromServer),
    h("p", { class: "quiet" }, texts.rail.upstream(config.upstream)))];
}

function sandboxRail(config: SandboxConfig, connect: Connect, setFault: SetFault): Child[] {
  const form = customForm(config, connect);
  let fault = NO_FAULT;
  const list = profileList(config, connect, () => fault);
  const profiles = list.element;
  const faults = faultMenu((chosen) => {
    fault = chosen;
    void setFault(chosen).then(list.again);
  });
  const hint = h("p", { class: "quiet" }, texts.mode.sandboxHint);
  const choose = (custom: boolean): void => {
    form.hidden = !custom;
    hint.hidden = custom;
    profiles.hidden = custom;
    faults.hidden = custom;
    if (!custom) list.choose(0);
  };
  return [
    h("fieldset", { class: "rail-part choice" },
      h("legend", {}, texts.rail.source),
      choiceOf("sandbox", texts.mode.sandbox, true, () => { choose(false); }),
      choiceOf("custom", texts.mode.custom, false, () => { choose(true); }),
      hint),
    form,
    profiles,
    faults,
  ];
}

function choiceOf(id: string, words: string, checked: boolean, chosen: () => void): HTMLElement {
  const input = h("input", { type: "radio", name: "source", id: `source-${id}`, checked, on: { change: chosen } });
  return h("div", { class: "choice-item" }, input, h("label", { for: input.id }, words));
}

function customForm(config: SandboxConfig, connect: Connect): HTMLElement {
  const baseUrl = field("base-url", texts.rail.baseUrl, "url", config.baseUrl);
  const apiKey = field("api-key", texts.rail.apiKey, "password");
  const profileKey = field("profile-key", `${texts.rail.profileKey} (${texts.rail.optional})`, "password");
  const submit = (event: Event): void => {
    event.preventDefault();
    connect({
      baseUrl: baseUrl.input.value.trim(),
      ...filled("apiKey", apiKey.input.value),
      ...filled("profileKey", profileKey.input.value),
    }, "custom");
  };
  return h("form", { class: "rail-part", hidden: true, novalidate: true, autocomplete: "off", on: { submit } },
    baseUrl.element, apiKey.element, profileKey.element,
    h("p", { class: "quiet" }, texts.rail.memoryOnly),
    h("button", { class: "button primary", type: "submit" }, texts.rail.connect));
}

/** An empty field means "not given", because an empty key would be rejected. */
function filled(name: "apiKey" | "profileKey", typed: string): Partial<Connection> {
  const value = typed.trim();
  return value === "" ? {} : { [name]: value };
}

function field(id: string, words: string, type: "url" | "password", value = ""): { element: HTMLElement; input: HTMLInputElement } {
  const input = h("input", { id, type, value, autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
  return { input, element: h("div", { class: "field" }, h("label", { for: id }, words), input) };
}

interface ProfileList {
  readonly element: HTMLElement;
  readonly choose: (index: number) => void;
  /** Reconnects to the chosen profile. */
  readonly again: () => void;
}

function profileList(config: SandboxConfig, connect: Connect, fault: () => Fault): ProfileList {
  let chosen = 0;
  const buttons = config.profiles.map((profile, index) => profileButton(profile, index === 0, () => { choose(index); }));
  const choose = (index: number): void => {
    chosen = index;
    buttons.forEach((button, at) => {
      if (at === index) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
    connect({ ...sandboxConnection(config, index), ...fault().connection }, "sandbox");
  };
  const element = h("nav", { class: "rail-part", "aria-label": texts.rail.profiles },
    h("h2", {}, texts.rail.profiles),
    h("ul", { class: "profiles", role: "list" }, ...buttons.map((button) => h("li", {}, button))));
  return { element, choose, again: () => { choose(chosen); } };
}

function profileButton(profile: SandboxProfile, current: boolean, chosen: () => void): HTMLElement {
  return h("button", { type: "button", class: "profile-button", ...(current ? { "aria-current": "true" } : {}), on: { click: chosen } },
    h("span", { class: "profile-initials", "aria-hidden": "true" }, initials(profile.title)),
    h("span", { class: "profile-name" }, profile.title),
    profile.note && h("span", { class: "profile-note" }, profile.note));
}

export function sandboxConnection({ baseUrl, apiKey, profiles }: SandboxConfig, index: number): Connection {
  const profileKey = profiles[index]?.profileKey;
  return { baseUrl, apiKey, ...(profileKey === undefined ? {} : { profileKey }) };
}
