// Every test runs twice: with the in-process fetch and over real HTTP.
import { test } from "node:test";
import { createSandbox } from "ayrshare-user/sandbox";
import { serveSandbox } from "ayrshare-user/sandbox/node";

/** 2024-01-11T22:42:36.808Z, the `lastUpdated` of the documented ticket. */
export const SAMPLE_MS = Date.UTC(2024, 0, 11, 22, 42, 36, 808);

/** A clock that is advanced manually. */
export function clockAt(ms = SAMPLE_MS) {
  const clock = { ms, now: () => clock.ms, iso: () => new Date(clock.ms).toISOString() };
  return clock;
}

async function inProcess(options) {
  const sandbox = createSandbox(options);
  return { sandbox, fetch: sandbox.fetch, base: "https://app.ayrshare.com/api", close: async () => {} };
}

async function overHttp(options) {
  const { sandbox, baseUrl, close } = await serveSandbox(options);
  return { sandbox, fetch: globalThis.fetch, base: baseUrl, close };
}

const PLACES = { "in-process": inProcess, "over HTTP": overHttp };

/** Runs a test in both places. The body gets `get(path, headers, init)` with the API key set, `ticket()` and the sandbox. */
export function everywhere(name, options, body) {
  for (const [place, open] of Object.entries(PLACES)) {
    test(`${name} (${place})`, async (t) => {
      const { sandbox, fetch, base, close } = await open(typeof options === "function" ? options() : options);
      t.after(close);
      const authorization = `Bearer ${sandbox.apiKey}`;
      const get = (path, headers = {}, init = {}) => fetch(base + path, { ...init, headers: { authorization, ...headers } });
      const ticket = async () => (await get("/user/batch")).json();
      await body({ sandbox, fetch, base, get, ticket, place });
    });
  }
}

/** The status and, for a JSON body, the code: `"403/144"`. */
export async function verdict(response) {
  const text = await response.text();
  const code = text.startsWith("{") ? JSON.parse(text).code : /<Code>(\w+)<\/Code>/.exec(text)?.[1];
  return code === undefined ? `${response.status}` : `${response.status}/${code}`;
}

export const account = (user, platform) => user.displayNames.find((entry) => entry.platform === platform);
