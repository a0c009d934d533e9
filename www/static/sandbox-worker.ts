// The demo's sandbox inside a service worker: the page then needs nothing but a host for files. Everything below `sandbox/` is
// answered here; all else is left to the host.

/// <reference lib="webworker" />
import { createSandbox, documentedPrimary } from "ayrshare-user/sandbox";
import { demoProfiles, demoSandbox } from "../server/profiles.mjs";
import { sandboxControl } from "../server/sandbox-control.mjs";

declare const self: ServiceWorkerGlobalScope;

const base = new URL("sandbox", self.registration.scope).href;
/** An idle service worker is stopped after half a minute, and forgets its tickets. */
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
