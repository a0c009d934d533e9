/** Webhook events: reads them up to a maximum size, checks signatures with Web Crypto, and responds in time. */
import type { EdgeGateway, EncodedReply } from "../glue/ayrshare_user_gateway.js";
import { AyrshareError } from "../errors/ayrshare-error.js";
import { readAll } from "./read-body.js";
import type { WebhookEvent } from "./webhook-events.js";
import { isCallbackTimeout, within } from "./callback-timeout.js";
import type { GatewayContext, WebhookOptions } from "./options.js";
import type { Glue } from "./runtime.js";

const SIGNATURE_BYTES = 32;

/** @internal The body of a signed event, or the response that rejects it. */
export type Signed = { body: Uint8Array<ArrayBuffer> } | { body?: undefined; refused: EncodedReply };

/** How to read an event. */
export interface Reading {
  secret: WebhookOptions["secret"];
  bodyTimeoutMs: number;
  /** Calls the operator's function, with its time limit. */
  ask: <T>(task: () => T | PromiseLike<T>) => Promise<T>;
  tell: (error: unknown) => void;
}

/** @internal A header of an event, cut at a length beyond what the wasm reads, because wasm memory never shrinks. */
export const headerOf = (request: Request, name: string) => request.headers.get(name)?.slice(0, 2_000);

/** @internal Reads an event. The body is read only if the request has a signature and its timestamp is recent. */
export async function eventOf(wasm: Glue, gateway: EdgeGateway, request: Request, { secret, bodyTimeoutMs, ask, tell }: Reading): Promise<Signed> {
  const header = (name: string) => headerOf(request, `x-authorization-${name}`);
  const { refused, signatures } = gateway.signatures(header("timestamp"), header("content-sha256"), header("content-sha256-v2"));
  if (refused || !signatures) return { refused: refused ?? wasm.EdgeGateway.refuse_event(false) };
  const { maxBytes } = wasm.EdgeGateway.event_limits();
  if (request.bodyUsed) {
    throw new AyrshareError({ kind: "internal", message: "the body of a webhook was read before the gateway received it: pass the request unread" });
  }
  const reader = request.body?.getReader();
  const body = await within(bodyTimeoutMs, "the body of a webhook", "bodyTimeoutMs", () => readAll(reader, maxBytes)).catch(() => undefined);
  if (body === undefined) {
    reader?.cancel().catch(() => undefined);
    return { refused: wasm.EdgeGateway.incomplete_event() };
  }
  if (body.byteLength > maxBytes) return { refused: wasm.EdgeGateway.refuse_event(true) };
  let secrets: readonly string[];
  if (typeof secret === "function") {
    const { refused, refId } = wasm.EdgeGateway.event_profile(body);
    if (refused) return { refused };
    try {
      secrets = secretsOf(await ask(() => secret({ refId })));
    } catch (error) {
      tell(error);
      return { refused: wasm.EdgeGateway.unchecked_event(isCallbackTimeout(error)) };
    }
  } else {
    secrets = typeof secret === "string" ? [secret] : secret;
  }
  if (await isSigned(body, signatures, secrets)) return { body };
  return { refused: wasm.EdgeGateway.refuse_event(false) };
}

/** The secrets that the operator's function returned; none for a profile that it does not know. */
function secretsOf(found: unknown): readonly string[] {
  if (found === null || found === undefined) return [];
  const secrets: unknown[] = Array.isArray(found) ? Array.from(found) : [found];
  if (secrets.length > 0 && secrets.every((secret) => typeof secret === "string" && secret !== "")) return secrets as string[];
  const message = "`secret` of `webhooks` must return one or more non-empty secrets, or null for an unknown profile";
  throw new AyrshareError({ kind: "config", message });
}

/** @internal Adds the delivery's id and attempt to an event. Fields of the body win: the body is signed, and the headers are not. */
export function withDelivery(event: WebhookEvent, deliveryId: string | undefined, deliveryAttempt: number | undefined): WebhookEvent {
  return { ...(deliveryId !== undefined && { deliveryId }), ...(deliveryAttempt !== undefined && { deliveryAttempt }), ...event };
}

/** Web Crypto compares in constant time. Every pair is tried, so that the duration does not reveal which secret matches. */
async function isSigned(body: Uint8Array<ArrayBuffer>, signatures: Uint8Array<ArrayBuffer>, secrets: readonly string[]): Promise<boolean> {
  let fits = false;
  for (const secret of secrets) {
    const bytes = new TextEncoder().encode(secret);
    const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
    for (let at = 0; at < signatures.byteLength; at += SIGNATURE_BYTES) {
      const one = signatures.subarray(at, at + SIGNATURE_BYTES);
      if (await crypto.subtle.verify("HMAC", key, one, body)) fits = true;
    }
  }
  return fits;
}

/** @internal An event to handle. */
export interface Handling {
  /** Must complete before the response is sent; it has its own timeouts. */
  first: () => Promise<void>;
  run: () => Promise<void>;
  /** Records the outcome and returns the response. */
  settle: (isDone: boolean) => EncodedReply;
  tell: (error: unknown) => void;
  context: GatewayContext | undefined;
}

/** @internal Handles an event. If that takes longer than Ayrshare waits, the event is acknowledged, and the handler continues. */
export async function handleEvent({ first, run, settle, tell, context }: Handling, wasm: Glue): Promise<EncodedReply> {
  try {
    await first();
  } catch (error) {
    tell(error);
    return settle(false);
  }
  const { answerWithinMs } = wasm.EdgeGateway.event_limits();
  const running = run().then(
    () => true,
    (error: unknown) => {
      tell(error);
      return false;
    },
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), answerWithinMs);
  });
  const outcome = await Promise.race([running, late]);
  clearTimeout(timer);
  if (outcome === "late") {
    try {
      if (typeof context?.waitUntil === "function") context.waitUntil(running);
    } catch (error) {
      tell(error);
    }
  }
  return settle(outcome !== false);
}
