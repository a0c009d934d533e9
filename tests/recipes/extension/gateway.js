import { serve } from "@hono/node-server";
import { createGateway } from "ayrshare-user/gateway";

const { AYRSHARE_API_KEY: apiKey, AYRSHARE_BASE_URL: baseUrl, AYRSHARE_PROFILE_KEY, PORT = "3000" } = process.env;
const sessions = new Map([["session-of-a-visitor", AYRSHARE_PROFILE_KEY]]); // yours are in a database

const gateway = createGateway({
  apiKey,
  baseUrl, // absent: Ayrshare
  allowedOrigins: ["chrome-extension://hlbbblbbpeldaacldbhocphldclhdcbd"], // the "key" in manifest.json makes the id
  allowedHeaders: ["x-session"],
  authorize: ({ headers }) => {
    const profileKey = sessions.get(headers.get("x-session"));
    return profileKey ? { profileKey } : null;
  },
});

serve({ fetch: (request) => gateway.fetch(request), hostname: "127.0.0.1", port: Number(PORT) });
