// The demo's sandbox in a service worker, so that the page only needs a static file host. Requests under `sandbox/` are
// handled here; all others go to the host.

/// <reference lib="webworker" />
import { createSandbox, documentedPrimary } from "ayrshare-user/sandbox";
import { demoProfiles, demoSandbox } from "../server/profiles.mjs";
import { sandboxControl } from "../server/sandbox-control.mjs";

declare const self: ServiceWorkerGlobalScope;

const base = new URL("sandbox", self.registration.scope).href;
/** Short, because an idle service worker is stopped after half a minute and loses its tickets. */
const BATCH_DELAY_MS = 5_000;

const profiles = demoProfiles();
const primary = structuredClone(documentedPrimary);
const sandbox = createSandbox({ ...demoSandbox(primary, profiles), batchDelayMs: BATCH_DELAY_MS, fileOrigin: base });
const control = sandboxControl({ sandbox, profiles: [primary, ...profiles.map(({ profile }) => profile)] });

self.addEventListener("install", () => { void self.skipWaiting(); });
self.addEventListener("activate", (event) => { event.waitUntil(self.clients.claim()); });
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.url.startsWith(`${base}/`)) event.respondWith(answer(request));
});

async function answer(request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (url.href === `${base}/control`) {
    const { status, body } = control(await request.json().catch(() => undefined));
    return Response.json(body, { status });
  }
  const { method, headers, signal } = request;
  return sandbox.handle({ method, url, headers, signal });
}
