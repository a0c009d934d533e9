/** The exports that all entries share. */
export { accountOf } from "./account.js";
export type { AccountOf } from "./account.js";
export { AyrshareUser, getUser, getUserBatch, getUserDetails } from "./client.js";
export { AyrshareError, isAyrshareError } from "./errors.js";
export type { AyrshareErrorInit, ErrorKind, Mismatch, Attempt } from "./errors.js";
export { accountHealth, diffProfiles, diffUsers } from "./insight-calls.js";
export { metaOf } from "./meta.js";
export type { RateLimit, ResponseMeta } from "./meta.js";
export { init } from "./runtime.js";
export type { InitSource } from "./runtime.js";
export { ProfileStream } from "./stream.js";
export type * from "./batch-options.js";
export type * from "./insight-results.js";
export type * from "./model.js";
export type * from "./options.js";
