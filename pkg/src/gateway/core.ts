/** The exports that all entries of `ayrshare-user/gateway` share. */
export { AyrshareError, isAyrshareError } from "../errors/ayrshare-error.js";
export { createGateway } from "./create-gateway.js";
export type * from "./webhook-events.js";
export { AyrshareGuard } from "./durable-guard.js";
export type * from "./options.js";
export { init } from "./runtime.js";
export type { InitSource } from "./runtime.js";
