// Selects the source of the data and the profile: the sandbox with its profiles, another server with keys entered by the user, the real account
// behind the local server, or a file. The fields have no `name`, so submitting the form cannot put a key into a URL.

import type { AccountConfig, Config, SandboxConfig, SandboxProfile } from "../config.js";
import { h } from "../dom.js";
import { type Fault, NO_FAULT } from "../faults.js";
import { initials } from "../format.js";
import type { Connection } from "../session.js";
import { texts } from "../texts.js";
import { faultMenu } from "./faults.js";
import { fileButton } from "./open-file.js";

export type Source = "sandbox" | "custom" | "account";
export type Connect = (connection: Connection, source: Source) => void;
export type SetFault = (fault: Fault) => Promise<void>;

export interface RailActions {
  readonly connect: Connect;
  readonly setFault: SetFault;
  /** The user wants to open a file, but has not chosen one yet. */
  readonly askForFile: () => void;
  readonly chosen: (files: readonly File[]) => void;
}

export interface Rail {
  readonly element: HTMLElement;
  /** A file was opened somewhere on the page. */
  readonly showFile: () => void;
}

/** A choice of the source: what to do when it is chosen, and what the rail shows for it. */
interface Choice {
  readonly id: string;
  readonly name: string;
  readonly chosen: () => void;
  readonly parts: readonly HTMLElement[];
}

interface FileChoice extends Choice {
  readonly opened: () => void;
}

export function rail(config: Config, actions: RailActions): Rail {
  const file = fileChoice(config, actions);
  const choices = [...(config.mode === "sandbox" ? sandboxChoices(config, actions) : [accountChoice(config, actions)]), file];
  const reveal = (shown: Choice): void => { for (const choice of choices) for (const part of choice.parts) part.hidden = choice !== shown; };
  const inputs = choices.map((choice, index) => choiceOf(choice, index === 0, () => {
    reveal(choice);
    choice.chosen();
  }));
  const [first] = choices;
  if (first) reveal(first);
  const fold = h("details", { class: "fold" }, h("summary", {}, texts.rail.summary), h("div", { class: "fold-inside" },
    h("fieldset", { class: "rail-part choice" }, h("legend", {}, texts.rail.source), ...inputs.map(({ element }) => element)),
    ...choices.flatMap(({ parts }) => parts)));
  const wide = matchMedia("(min-width: 62rem)");
  const unfold = (): void => { fold.open = wide.matches; };
  wide.addEventListener("change", unfold);
  unfold();
  const showFile = (): void => {
    const shown = inputs[choices.indexOf(file)];
    if (shown) shown.input.checked = true;
    reveal(file);
    file.opened();
  };
  return { element: fold, showFile };
}

function accountChoice(config: AccountConfig, { connect }: RailActions): Choice {
  const part = h("section", { class: "rail-part" },
    h("p", {}, texts.mode.accountHint),
    h("p", {}, config.hasProfileKey ? texts.rail.profileKeyFromServer : texts.rail.primaryFromServer),
    h("p", { class: "quiet" }, texts.rail.upstream(config.upstream)));
  return { id: "account", name: texts.mode.account, chosen: () => { connect({ baseUrl: config.baseUrl, viaGateway: true }, "account"); }, parts: [part] };
}

function sandboxChoices(config: SandboxConfig, { connect, setFault }: RailActions): Choice[] {
  let fault = NO_FAULT;
  const list = profileList(config, connect, () => fault);
  const faults = faultMenu((chosen) => {
    fault = chosen;
    void setFault(chosen).then(list.again);
  });
  const hint = h("p", { class: "quiet" }, texts.mode.sandboxHint);
  const first = (): void => { list.choose(0); };
  return [
    { id: "sandbox", name: texts.mode.sandbox, chosen: first, parts: [hint, list.element, faults] },
    // Until another server is entered, the sandbox's first profile is shown.
    { id: "custom", name: texts.mode.custom, chosen: first, parts: [customForm(config, connect)] },
  ];
}

function fileChoice(config: Config, { askForFile, chosen }: RailActions): FileChoice {
  const isStatic = config.mode === "sandbox" && config.serviceWorker !== undefined;
  const another = h("p", { hidden: true }, ...fileButton("open", texts.file.anotherToOpen, chosen, "button", "file-another"));
  const part = h("section", { class: "rail-part", "data-testid": "file-rail" },
    h("p", { class: "quiet" }, texts.mode.fileHint),
    isStatic && h("p", { class: "quiet" }, texts.mode.filePolicy),
    another);
  const ask = (): void => {
    another.hidden = true;
    askForFile();
  };
  return { id: "file", name: texts.mode.file, chosen: ask, parts: [part], opened: () => { another.hidden = false; } };
}

function choiceOf({ id, name }: Choice, checked: boolean, chosen: () => void): { element: HTMLElement; input: HTMLInputElement } {
  const input = h("input", { type: "radio", name: "source", id: `source-${id}`, checked, on: { change: chosen } });
  return { input, element: h("div", { class: "choice-item" }, input, h("label", { for: input.id }, name)) };
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
  return h("form", { class: "rail-part", novalidate: true, autocomplete: "off", on: { submit } },
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
