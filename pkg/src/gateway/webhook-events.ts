/** Types of webhook events, as Ayrshare documents them. Other fields are passed through unchanged. */

/** Fields that all events have. */
export interface WebhookEnvelope {
  /** What the event is about. */
  readonly action: string;
  /** Id of the event, the same if it is sent again. Older events do not have one. */
  readonly hookId?: string;
  /** Reference id of the profile. */
  readonly refId?: string;
  /** When the event was created, as an RFC 3339 timestamp. */
  readonly created?: string;
  /** A number like an HTTP status. */
  readonly code?: number;
  readonly status?: string;
  /** The URL that the event was sent to. */
  readonly url?: string;
  /** Id of this delivery, from its headers, which Ayrshare does not sign: for your logs. To recognize an event again, use `hookId`. */
  readonly deliveryId?: string;
  /** The number of this delivery attempt, also from the headers. */
  readonly deliveryAttempt?: number;
  readonly [field: string]: unknown;
}

/** An account was linked or unlinked, or its link renewed. */
export interface SocialEvent extends WebhookEnvelope {
  readonly action: "social";
  readonly type?: "link" | "unlink" | "refresh" | (string & {});
  /** Name of the network, for example `instagram`. */
  readonly platform?: string;
  readonly source?: "system" | "user" | (string & {});
  readonly refreshBy?: string;
}

/** A profile was suspended. Ayrshare does not document its other fields. */
export interface SuspendedEvent extends WebhookEnvelope {
  readonly action: "suspended";
}

/** A batch file is ready. Ayrshare does not document its other fields. */
export interface BatchEvent extends WebhookEnvelope {
  readonly action: "batch";
}

/** Any other action. */
export interface OtherEvent extends WebhookEnvelope {
  readonly action: string & {};
}

/** A webhook event. `action` discriminates the known types. */
export type WebhookEvent = SocialEvent | SuspendedEvent | BatchEvent | OtherEvent;
