// Measures a page while it works: long tasks of its main thread, and memory. Only Chromium provides both.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";

/** Minimum duration of a long task, as browsers define it. */
const LONG_MS = 50;

/**
 * The tasks of the page's main thread while `work` runs: wall time and CPU time of each.
 *
 * @returns {Promise<{ wallMs: number, cpuMs: number }[] | undefined>}
 */
export async function tasksDuring(name, browser, page, work) {
  if (name !== "Chromium") return void (await work());
  await browser.startTracing(page, { categories: ["toplevel"] });
  let trace;
  try {
    await work();
    // Includes the last frames.
    await page.waitForTimeout(500);
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace);
  const thread = ({ pid, tid }) => `${pid} ${tid}`;
  const mains = new Set(traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(thread));
  return traceEvents.filter((event) => event.name === "ThreadControllerImpl::RunTask" && event.ph === "X" && mains.has(thread(event)))
    // At the edges of a trace, the CPU time may be missing; it is at most the wall time.
    .map(({ dur, tdur = dur }) => ({ wallMs: dur / 1000, cpuMs: tdur / 1000 }));
}

/** Checks the CPU time of the tasks. The wall time is only printed, because it includes other work on the machine. */
export function judgeTasks(what, tasks) {
  if (!tasks) return void console.log(what);
  const longest = (key) => Math.max(...tasks.map((task) => task[key])).toFixed(0);
  const long = tasks.filter(({ wallMs }) => wallMs > LONG_MS).length;
  console.log(`${what}; ${tasks.length} tasks of the main thread, the longest ${longest("cpuMs")} ms of the processor; by the clock ${longest("wallMs")} ms, ${long} above ${LONG_MS} ms`);
  assert.ok(tasks.length > 50, `only ${tasks.length} tasks were seen`);
  assert.deepEqual(tasks.filter(({ cpuMs }) => !(cpuMs <= LONG_MS)), []);
}

/** Returns a function that measures the heaps of a page and its worker after a garbage collection, and the renderers' resident memory. */
export async function heapsOf(browser, page) {
  const [cdp, whole] = [await page.context().newCDPSession(page), await browser.newBrowserCDPSession()];
  const worker = await workerOf(cdp);
  const held = async (send) => {
    await send("HeapProfiler.collectGarbage");
    return (await send("Runtime.getHeapUsage")).usedSize;
  };
  return async () => ({
    page: await held((method) => cdp.send(method)),
    worker: worker.isThere() ? await held(worker.send) : 0,
    resident: await residentBytes(whole),
  });
}

/** The last worker that the page started. It can be reached only through the page. */
async function workerOf(cdp) {
  const answers = new Map();
  let session;
  cdp.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => { if (targetInfo.type === "worker") session = sessionId; });
  cdp.on("Target.receivedMessageFromTarget", ({ message }) => {
    const { id, result } = JSON.parse(message);
    answers.get(id)?.(result);
  });
  await cdp.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const send = (method) => new Promise((resolve, reject) => {
    const id = answers.size + 1;
    answers.set(id, resolve);
    cdp.send("Target.sendMessageToTarget", { sessionId: session, message: JSON.stringify({ id, method }) }).catch(reject);
  });
  return { isThere: () => session !== undefined, send };
}

async function residentBytes(whole) {
  const { processInfo } = await whole.send("SystemInfo.getProcessInfo");
  const files = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => `/proc/${id}/status`).filter(existsSync);
  return Math.max(...files.map((file) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(file, "utf8"))?.[1] ?? 0) * 1024));
}
