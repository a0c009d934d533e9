// The same with the web's types, from whatever source: the package's types must be compatible with them.
import { AyrshareUser, type ClientOptions, type User, init, metaOf, streamProfiles, sweepProfiles } from "ayrshare-user";
import { createSandbox } from "ayrshare-user/sandbox";

const sandbox = createSandbox({ profiles: 3 });
const ayrshare = new AyrshareUser({ apiKey: sandbox.apiKey, fetch: sandbox.fetch });

export const transports: ClientOptions[] = [
  { fetch },
  { fetch: (input, options) => fetch(input, { ...options, headers: { a: "b" } }) },
  { fetch: async () => new Response("{}", { status: 503 }) },
  { fetch: async (input: string, { signal }: RequestInit = {}) => new Response(String(signal?.aborted), { headers: { input } }) },
];

export async function calls(): Promise<Headers | undefined> {
  const stop = new AbortController();
  const user = await ayrshare.getUser({}, { signal: stop.signal });
  await ayrshare.getUserBatch({ signal: AbortSignal.timeout(500) });
  await init({ client: new URL("https://example.com/ayrshare_user.wasm") });
  await init({ client: fetch("https://example.com/ayrshare_user.wasm") });
  await init({ client: (await fetch("https://example.com/ayrshare_user.wasm")).arrayBuffer() });
  const answer: Response = await sandbox.fetch(new Request("https://sandbox.invalid/api/user"), { signal: stop.signal });
  const bytes: ReadableStream<Uint8Array> = sandbox.batchFile().stream();
  void [answer.status, bytes, await sandbox.handle({ method: "GET", url: new URL("https://sandbox.invalid/api/user"), headers: new Headers() })];
  const profiles: ReadableStream<User> = ayrshare.streamProfiles({ signal: stop.signal }).toReadableStream();
  const first: User | undefined = (await profiles.getReader().read()).value;
  void first;
  await sweepProfiles(await fetch("https://example.com/profiles.json"));
  await ayrshare.sweepProfiles({ source: new Blob(["[]"]) });
  for await (const profile of streamProfiles(bytes)) void profile.refId;
  return metaOf(user)?.headers;
}

// @ts-expect-error: a controller is not a signal
void ayrshare.getUser({}, { signal: new AbortController() });
// @ts-expect-error: it must return a Response
export const wrong: ClientOptions = { fetch: async () => "{}" };
