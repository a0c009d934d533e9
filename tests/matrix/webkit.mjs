// WebKitGTK through its own WebDriver, on a virtual display. Without a display, a new session would hang.
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { start } from "../../scripts/lib/run.mjs";
import { webkitDriver, xvfb } from "../../scripts/lib/tools.mjs";
import { freePort, listens } from "../../scripts/lib/ports.mjs";

const PATIENCE_MS = 60_000;

/** Starts Xvfb, which uses a free display and prints its number. */
function display() {
  let text = "";
  return new Promise((resolve, reject) => {
    const running = start(xvfb(), ["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"], {
      onText: (more) => {
        text += more;
        const number = /^(\d+)$/m.exec(text)?.[1];
        if (number) resolve({ name: `:${number}`, stop: running.stop });
      },
    });
    running.closed.then(() => reject(new Error(`Xvfb ended:\n${text}`)));
  });
}

/**
 * A session with a new browser. `call` sends a WebDriver command for it, and `script` runs a function body, given as text,
 * in the page.
 *
 * @param {{ env?: Record<string, string>, args?: string[] }} options environment variables and arguments of the browser
 */
export async function openWebKit({ env = {}, args = [] } = {}) {
  for (const [what, path] of Object.entries({ WebKitWebDriver: webkitDriver(), Xvfb: xvfb() })) {
    if (!path || !existsSync(path)) throw new Error(`${what} is not on this machine: run \`npm run setup -- --for test\``);
  }
  const screen = await display();
  const port = await freePort();
  const driver = start(webkitDriver(), [`--port=${port}`], { env: { ...process.env, ...env, DISPLAY: screen.name } });
  const stop = () => {
    driver.stop();
    screen.stop();
  };
  const call = async (method, path, body) => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(`http://127.0.0.1:${port}/session${path}`, { method, signal, ...(body && { body: JSON.stringify(body) }) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`WebKitWebDriver: ${value.error}: ${value.message}`);
    return value;
  };
  try {
    for (let attempts = 0; !(await listens(port)); attempts += 1) {
      if (attempts > 300) throw new Error("WebKitWebDriver does not listen");
      await pause(100);
    }
    const browser = { browserName: "MiniBrowser", "webkitgtk:browserOptions": { args: ["--automation", ...args] } };
    const { sessionId, capabilities } = await call("POST", "", { capabilities: { alwaysMatch: browser } });
    const here = (method, path, body) => call(method, `/${sessionId}${path}`, body);
    return {
      version: () => capabilities.browserVersion,
      call: here,
      script: (text) => here("POST", "/execute/sync", { script: text, args: [] }),
      close: () => here("DELETE", "").finally(stop),
    };
  } catch (error) {
    stop();
    throw error;
  }
}

/** A browser with the interface of tests/matrix/browsers.mjs. */
export async function launchWebKit() {
  const { call, script, version, close } = await openWebKit();
  return {
    version,
    close,
    async report(url) {
      await call("POST", "/url", { url });
      for (let waited = 0; waited < PATIENCE_MS; waited += 50) {
        const report = await script("return globalThis.report ?? null");
        if (report !== null) return report;
        await pause(50);
      }
      throw new Error(`${url} reported nothing; the page says: ${await script("return document.body.innerText")}`);
    },
  };
}
