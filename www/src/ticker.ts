// One timer for all countdowns on the page. A countdown stops when its element is removed from the page.

type Tick = (nowMs: number) => boolean;

const running = new Map<Element, Tick>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Calls `tick` now and every second while it returns true and `element` is in the page. */
export function every(element: Element, tick: Tick): void {
  if (!tick(Date.now())) return;
  running.set(element, tick);
  timer ??= setInterval(beat, 1000);
}

function beat(): void {
  const now = Date.now();
  for (const [element, tick] of running) {
    if (!element.isConnected || !tick(now)) running.delete(element);
  }
  if (running.size === 0) {
    clearInterval(timer);
    timer = undefined;
  }
}
