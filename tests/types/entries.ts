// Every entry of the package has its types, whichever way a compiler looks for them.
import { type User } from "ayrshare-user";
import * as inline from "ayrshare-user/inline";
import { createGateway, type Gateway, type WebhookProfile } from "ayrshare-user/gateway";
import * as gatewayInline from "ayrshare-user/gateway/inline";
import { createSandbox } from "ayrshare-user/sandbox";
import { serveSandbox, type ServedSandbox } from "ayrshare-user/sandbox/node";

const { apiKey, fetch } = createSandbox();
export const user: Promise<User> = new inline.AyrshareUser({ apiKey, fetch }).getUser();
export const gateways: Gateway[] = [createGateway, gatewayInline.createGateway].map((create) => create({ apiKey, allowUnauthenticated: true }));
const webhooks = { secret: async ({ refId }: WebhookProfile) => (refId === undefined ? null : [refId]), toleranceMs: 0 };
export const listening: Gateway = createGateway({
  apiKey,
  allowUnauthenticated: true,
  webhooks: { ...webhooks, onEvent: ({ action, deliveryId, deliveryAttempt = 1 }) => [action === "suspended", deliveryId?.length, deliveryAttempt.toFixed()] },
});
export const served: Promise<ServedSandbox> = serveSandbox();
// @ts-expect-error: the options must be an object
gatewayInline.createGateway("KEY");
// @ts-expect-error: a secret must be a string
createGateway({ apiKey, allowUnauthenticated: true, webhooks: { secret: () => 5 } });
