// A function behind a function URL or an HTTP API. esbuild copies no .wasm files, so the entry is the one that contains them as JavaScript.
import { AyrshareUser, isAyrshareError } from "ayrshare-user/inline";

const { AYRSHARE_API_KEY: apiKey, AYRSHARE_BASE_URL: baseUrl, AYRSHARE_PROFILE_KEY } = process.env;

// Created once: while Lambda keeps the instance, later calls find the module compiled and the rate limit known.
const ayrshare = new AyrshareUser({ apiKey, baseUrl }); // no base URL: Ayrshare
const sessions = new Map([["session-of-a-visitor", AYRSHARE_PROFILE_KEY]]); // yours are in a database

export async function handler({ headers }) {
  const profileKey = sessions.get(headers["x-session"]);
  if (!profileKey) return json(401, { message: "log in first" });
  try {
    const { displayNames } = await ayrshare.getUser({}, { profileKey });
    return json(200, displayNames.map(({ platform, displayName }) => ({ platform, displayName })));
  } catch (error) {
    if (!isAyrshareError(error)) throw error;
    const { kind, code, message, retryAfterMs } = error; // contains no key
    const headers = retryAfterMs === undefined ? {} : { "retry-after": String(Math.ceil(retryAfterMs / 1000)) };
    return json(kind === "rate_limit" ? 503 : 502, { kind, code, message }, headers);
  }
}

const json = (statusCode, body, headers = {}) => ({ statusCode, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) });
