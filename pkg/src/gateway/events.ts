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

/** A batch file is ready. Its further fields are not public. */
export interface BatchEvent extends WebhookEnvelope {
  readonly action: "batch";
}

/** Any other action, known to Ayrshare today or later. */
export interface OtherEvent extends WebhookEnvelope {
  readonly action: string & {};
}

/** An event. Tell known ones apart by `action`. */
export type WebhookEvent = SocialEvent | BatchEvent | OtherEvent;
