/** The exports that all entries share. */
export { accountOf } from "./client/account.js";
export type { AccountOf } from "./client/account.js";
export { AyrshareUser, getUser, getUserBatch, getUserDetails } from "./client/client.js";
export { decodePinterestDetails, decodeUser, decodeUserBatch } from "./client/decode.js";
export type { Body, DecodeOptions } from "./client/decode.js";
export { AyrshareError, isAyrshareError } from "./errors/ayrshare-error.js";
export type { AyrshareErrorInit, ErrorKind, Mismatch, Attempt } from "./errors/ayrshare-error.js";
export { accountHealth, diffProfiles, diffUsers } from "./insight/functions.js";
export { metaOf } from "./client/response-meta.js";
export type { RateLimit, ResponseMeta } from "./client/response-meta.js";
export { init } from "./wasm/client-module.js";
export type { InitSource, InitSources } from "./wasm/client-module.js";
export { streamProfiles, sweepProfiles } from "./batch/functions.js";
export { ProfileStream } from "./batch/profile-stream.js";
export type * from "./batch/types.js";
export type * from "./insight/types.js";
export type * from "./model.js";
export type * from "./options/types.js";
