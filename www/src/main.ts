// The page's entry: load the configuration, connect, make the three calls in parallel, and show each result as it arrives.

import icon from "./icon.svg";
import "./style/page.css";
import { loadConfig } from "./config.js";
import { h, show, slot } from "./dom.js";
import { type Fault, tellSandbox } from "./faults.js";
import { hostSandbox } from "./host.js";
import { Panels } from "./panels.js";
import { type Connection, Session } from "./session.js";
import { texts } from "./texts.js";
import { rail, sandboxConnection, type Source } from "./view/rail.js";
import { emptyNote } from "./view/parts.js";

async function start(): Promise<void> {
  const config = await loadConfig();
  if (config.mode === "sandbox" && config.serviceWorker !== undefined) await hostSandbox(config.serviceWorker);
  const chip = h("p", { class: "chip", "data-testid": "mode" });
  showFrame(chip);
  const panels = new Panels(config);
  let session: Session | undefined;
  const connect = (connection: Connection, source: Source | "account"): void => {
    session?.dispose();
    session = new Session(connection);
    show(chip, texts.mode[source]);
    panels.load(session);
  };
  const setFault = async ({ faults }: Fault): Promise<void> => {
    if (config.mode === "sandbox") await tellSandbox(config.control, { faults });
  };
  show(slot("rail"), rail(config, connect, setFault));
  if (config.mode === "sandbox") connect(sandboxConnection(config, 0), "sandbox");
  else connect({ baseUrl: config.baseUrl, viaGateway: true }, "account");
}

function showFrame(chip: HTMLElement): void {
  show(slot("skip"), texts.skip);
  slot("rail").setAttribute("aria-label", texts.rail.summary);
  slot("health").setAttribute("aria-label", texts.health.title);
  show(slot("bar"),
    h("p", { class: "wordmark" }, h("img", { src: icon, alt: "", width: 24, height: 24 }), texts.product),
    chip,
    h("nav", { class: "jumps", "aria-label": texts.jumps.label },
      h("a", { href: "#main" }, texts.jumps.profile), h("a", { href: "#all" }, texts.jumps.all)),
    h("p", { class: "decoded", id: "decoded", "data-testid": "decoded" }, texts.decoded.waiting));
  show(slot("foot"), h("p", {}, texts.foot.about), h("p", {}, texts.foot.marks));
}

/** Failed calls are AyrshareErrors and shown by their panel; anything else is a bug in this page. */
function showUnexpected(error: unknown): void {
  const note = emptyNote(texts.failure.unexpected, texts.failure.unexpectedNext);
  note.append(h("p", { class: "small-print" }, h("code", {}, error instanceof Error ? error.message : String(error))));
  show(slot("profile"), note);
}

addEventListener("unhandledrejection", ({ reason }) => { showUnexpected(reason); });
void start();
