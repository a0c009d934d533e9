/** The exports that all entries of `ayrshare-user/gateway` share. */
export { AyrshareError, isAyrshareError } from "../errors.js";
export { createGateway } from "./create.js";
export type * from "./events.js";
export { AyrshareGuard } from "./guard.js";
export type * from "./options.js";
export { init } from "./runtime.js";
export type { InitSource } from "./runtime.js";
