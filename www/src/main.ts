// The page's entry: load the configuration, connect, make the three calls in parallel, and show each result as it arrives.

import icon from "./icon.svg";
import "./style/page.css";
import { Background } from "./all/background.js";
import { loadConfig } from "./config.js";
import { h, show, slot } from "./dom.js";
import { type Fault, tellSandbox } from "./faults.js";
import type { FilePanels } from "./file-panels.js";
import { hostSandbox } from "./host.js";
import { Panels } from "./panels.js";
import { type Connection, Session } from "./session.js";
import { texts } from "./texts.js";
import { acceptDrops } from "./view/drop.js";
import { rail, sandboxConnection, type Source } from "./view/rail.js";
import { emptyNote } from "./view/parts.js";

const WARM_AFTER_MS = 2000;

async function start(): Promise<void> {
  const config = await loadConfig();
  if (config.mode === "sandbox" && config.serviceWorker !== undefined) await hostSandbox(config.serviceWorker);
  const chip = h("p", { class: "chip", "data-testid": "mode" });
  showFrame(chip);
  const background = new Background();
  const panels = new Panels(config, background, (files) => { openFiles(files); });
  let session: Session | undefined;
  const connect = (connection: Connection, source: Source): void => {
    session?.dispose();
    session = new Session(connection);
    show(chip, texts.mode[source]);
    panels.load(session);
  };
  const setFault = async ({ faults }: Fault): Promise<void> => {
    if (config.mode === "sandbox") await tellSandbox(config.control, { faults });
  };
  const showFiles = (): FilePanels => {
    session?.dispose();
    session = undefined;
    show(chip, texts.mode.file);
    return panels.showFiles();
  };
  const { element, showFile } = rail(config, { connect, setFault, askForFile: showFiles, chosen: (files) => { openFiles(files); } });
  const filePanels = (): FilePanels => {
    showFile();
    return showFiles();
  };
  const openFiles = (files: readonly File[]): void => { filePanels().open(files); };
  acceptDrops({
    dropped: (files, zone) => {
      const [first, second] = files;
      if (zone === "compare" && first && !second) filePanels().compare(first);
      else openFiles(files);
    },
    folder: () => { filePanels().refuse(texts.file.folder); },
  });
  show(slot("rail"), element);
  if (config.mode === "sandbox") connect(sandboxConnection(config, 0), "sandbox");
  else connect({ baseUrl: config.baseUrl, viaGateway: true }, "account");
  whenIdle(() => {
    panels.warm();
    void background.warm().then(() => { document.documentElement.dataset["warm"] = ""; });
  });
}

/** Calls `work` when the page has nothing else to do. Safari cannot tell when that is. */
function whenIdle(work: () => void): void {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(work, { timeout: WARM_AFTER_MS });
  else setTimeout(work, WARM_AFTER_MS);
}

function showFrame(chip: HTMLElement): void {
  show(slot("skip"), texts.skip);
  slot("rail").setAttribute("aria-label", texts.rail.summary);
  slot("health").setAttribute("aria-label", texts.health.title);
  show(slot("bar"),
    h("p", { class: "wordmark" }, h("img", { src: icon, alt: "", width: 24, height: 24 }), texts.product),
    h("nav", { class: "site-nav", "aria-label": texts.site.label },
      h("a", { href: "./", "aria-current": "page" }, texts.site.demo),
      h("a", { href: "./guides/index.html" }, texts.site.guides),
      h("a", { href: "./reference/index.html" }, texts.site.reference),
      h("a", { href: "./api/index.html" }, texts.site.api),
      h("a", { href: "./guides/index.html?search" }, texts.site.search)),
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
