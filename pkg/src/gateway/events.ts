/** Webhooks as Ayrshare documents them. Fields beyond these are handed over as they came. */

/** What all events share. */
export interface WebhookEnvelope {
  /** What it is about. */
  readonly action: string;
  /** The same when the event is sent again; older events have none. */
  readonly hookId?: string;
  /** Reference id of the profile. */
  readonly refId?: string;
  /** When it was made, RFC 3339. */
  readonly created?: string;
  /** A number like an HTTP status. */
  readonly code?: number;
  readonly status?: string;
  /** The address it was sent to. */
  readonly url?: string;
  /** Id of this delivery, from its headers, which Ayrshare does not sign: for your logs. To recognize an event again, take `hookId`. */
  readonly deliveryId?: string;
  /** Which attempt to deliver the event this is; from the headers too. */
  readonly deliveryAttempt?: number;
  readonly [field: string]: unknown;
}

/** An account was linked or unlinked, or its link renewed. */
export interface SocialEvent extends WebhookEnvelope {
  readonly action: "social";
  readonly type?: "link" | "unlink" | "refresh" | (string & {});
  /** Name of the network, as `instagram`. */
  readonly platform?: string;
  readonly source?: "system" | "user" | (string & {});
  readonly refreshBy?: string;
}

/** A profile was suspended. Its further fields are not public. */
export interface SuspendedEvent extends WebhookEnvelope {
  readonly action: "suspended";
}

/** A batch file is ready. Its further fields are not public. */
export interface BatchEvent extends WebhookEnvelope {
  readonly action: "batch";
}

/** Any other action, known to Ayrshare today or later. */
export interface OtherEvent extends WebhookEnvelope {
  readonly action: string & {};
}

/** An event. Tell known ones apart by `action`. */
export type WebhookEvent = SocialEvent | SuspendedEvent | BatchEvent | OtherEvent;
