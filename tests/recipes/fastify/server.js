import { Readable } from "node:stream";
import { AyrshareUser, isAyrshareError } from "ayrshare-user";
import fastify from "fastify";

const { AYRSHARE_API_KEY: apiKey, AYRSHARE_BASE_URL: baseUrl, AYRSHARE_PROFILE_KEY, PORT = "3000" } = process.env;

const app = fastify();
const ayrshare = new AyrshareUser({ apiKey, baseUrl }); // no base URL: Ayrshare
const sessions = new Map([["session-of-a-visitor", AYRSHARE_PROFILE_KEY]]); // yours are in a database

app.get("/accounts", async (request, reply) => {
  const profileKey = sessions.get(request.headers["x-session"]);
  if (!profileKey) return reply.status(401).send();
  const { displayNames } = await ayrshare.getUser({}, { profileKey, signal: request.signal });
  return displayNames.map(({ platform, displayName }) => ({ platform, displayName }));
});

// All profiles, a line of JSON each, as they are read from the batch file.
app.get("/profiles", async (request, reply) => {
  async function* lines() {
    for await (const profile of ayrshare.streamProfiles({ select: ["refId", "title"] })) yield `${JSON.stringify(profile)}\n`;
  }
  return reply.type("application/x-ndjson").send(Readable.from(lines()));
});

app.setErrorHandler((error, request, reply) => {
  if (!isAyrshareError(error)) throw error;
  const { kind, code, message, retryAfterMs } = error; // contains no key
  if (retryAfterMs !== undefined) reply.header("retry-after", Math.ceil(retryAfterMs / 1000));
  return reply.type("application/json").status(kind === "rate_limit" ? 503 : 502).send({ kind, code, message });
});

await app.listen({ host: "127.0.0.1", port: Number(PORT) });
