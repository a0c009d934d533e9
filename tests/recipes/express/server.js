import { getRequestListener } from "@hono/node-server";
import { AyrshareUser, isAyrshareError } from "ayrshare-user";
import { createGateway } from "ayrshare-user/gateway";
import express from "express";

const { AYRSHARE_API_KEY: apiKey, AYRSHARE_BASE_URL: baseUrl, AYRSHARE_PROFILE_KEY, PORT = "3000" } = process.env;

const app = express();
const ayrshare = new AyrshareUser({ apiKey, baseUrl }); // no base URL: Ayrshare

const sessions = new Map([["session-of-a-visitor", AYRSHARE_PROFILE_KEY]]); // yours are in a database

// For `new AyrshareUser({ baseUrl: "/ayrshare", headers: { "x-session": … } })` in your page. Before express.json(), which would read
// the bodies of webhooks.
const gateway = createGateway({
  apiKey,
  baseUrl,
  authorize: ({ headers }) => {
    const profileKey = sessions.get(headers.get("x-session"));
    return profileKey ? { profileKey } : null;
  },
});
app.all("/ayrshare/{*path}", getRequestListener((request) => gateway.fetch(request)));

app.get("/accounts", async (request, response) => {
  const profileKey = sessions.get(request.get("x-session"));
  if (!profileKey) return void response.sendStatus(401);
  const gone = new AbortController();
  response.on("close", () => gone.abort()); // nobody waits for the answer any more
  const { displayNames } = await ayrshare.getUser({}, { profileKey, signal: gone.signal });
  response.json(displayNames.map(({ platform, displayName }) => ({ platform, displayName })));
});

app.use((error, request, response, next) => {
  if (!isAyrshareError(error) || response.headersSent) return next(error);
  const { kind, code, message, retryAfterMs } = error; // contains no key
  if (retryAfterMs !== undefined) response.set("retry-after", String(Math.ceil(retryAfterMs / 1000)));
  response.status(kind === "rate_limit" ? 503 : 502).json({ kind, code, message });
});

app.listen(Number(PORT), "127.0.0.1");
