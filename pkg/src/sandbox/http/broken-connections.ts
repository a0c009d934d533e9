// Transport faults: latency; slow, stalled or truncated bodies; wrong lengths. A dropped connection is an error of the body stream, a
// refused one is a rejection. The in-process fetch reports both as `fetch` does; the Node server resets the socket for both.

import type { SandboxFault } from "../faults.js";

/** Faults of a response body. */
export interface Trouble extends Pick<SandboxFault, "cutAtByte" | "stallAtByte" | "bytesPerSecond" | "contentLengthOffset"> {
  /** Called when the cut happens. */
  onCut?: () => void;
}

/** Waits, or rejects with the signal's reason. */
export function pause(ms: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Never resolves; rejects with the signal's reason. */
export function forever(signal?: AbortSignal | null): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason), { once: true }));
}

export function isTroubled(trouble: Trouble): boolean {
  const { cutAtByte, stallAtByte, bytesPerSecond, contentLengthOffset } = trouble;
  return [cutAtByte, stallAtByte, bytesPerSecond, contentLengthOffset].some((value) => value !== undefined);
}

/** The same response with the faults applied to its body. */
export async function withTrouble(response: Response, trouble: Trouble): Promise<Response> {
  const headers = new Headers(response.headers);
  let body: ReadableStream<Uint8Array> | null = response.body;
  if (!headers.has("content-length")) {
    const bytes = new Uint8Array(await response.arrayBuffer());
    headers.set("content-length", String(bytes.length));
    body = new Response(bytes).body;
  }
  if (trouble.contentLengthOffset !== undefined) {
    headers.set("content-length", String(Math.max(0, Number(headers.get("content-length")) + trouble.contentLengthOffset)));
  }
  return new Response(body && troubled(body, trouble), { status: response.status, statusText: response.statusText, headers });
}

function troubled(body: ReadableStream<Uint8Array>, trouble: Trouble): ReadableStream<Uint8Array> {
  const { cutAtByte = Infinity, stallAtByte = Infinity, bytesPerSecond = Infinity } = trouble;
  const reader = body.getReader();
  const largest = Math.max(1, Math.floor(bytesPerSecond / 10));
  let held: Uint8Array = new Uint8Array(0);
  let sent = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        if (sent >= cutAtByte) {
          trouble.onCut?.();
          await reader.cancel();
          return controller.error(new TypeError("terminated"));
        }
        if (sent >= stallAtByte) return forever();
        while (held.length === 0) {
          const { done, value } = await reader.read();
          if (done) return controller.close();
          held = value;
        }
        const size = Math.min(held.length, largest, cutAtByte - sent, stallAtByte - sent);
        if (bytesPerSecond !== Infinity) await pause((size / bytesPerSecond) * 1000);
        controller.enqueue(held.slice(0, size));
        held = held.subarray(size);
        sent += size;
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** The same response with a body that fails with the signal's reason when the caller aborts. The listener is removed when the body ends. */
export function abortable(response: Response, signal: AbortSignal): Response {
  if (response.body === null) return response;
  const reader = response.body.getReader();
  let stop = (): void => {};
  const release = (): void => signal.removeEventListener("abort", stop);
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        stop = () => {
          controller.error(signal.reason);
          reader.cancel(signal.reason).catch(() => {});
        };
        signal.addEventListener("abort", stop, { once: true });
      },
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read();
          if (signal.aborted) return;
          if (!done) return controller.enqueue(value);
          release();
          controller.close();
        } catch (error) {
          release();
          controller.error(error);
        }
      },
      cancel: (reason) => {
        release();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers });
}
