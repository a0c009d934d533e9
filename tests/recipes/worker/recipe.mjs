import assert from "node:assert/strict";
import { readsThroughGateway } from "../gateway.mjs";

const ADMIN = { authorization: "Bearer token-of-an-administrator" };
const VARIABLES = ["AYRSHARE_API_KEY:%AYRSHARE_API_KEY%", "AYRSHARE_BASE_URL:%AYRSHARE_BASE_URL%", "ADMIN_TOKEN:token-of-an-administrator"].flatMap((pair) => ["--var", pair]);
const wrangler = (...words) => ["wrangler/bin/wrangler.js", ...words];

export default {
  title: "Cloudflare Workers",
  tools: "matrix/tools/cloudflare",
  node: "node24",
  build: [
    wrangler("deploy", "--dry-run", "--outdir", "out"),
    wrangler("kv", "key", "put", "--local", "--binding=SESSIONS", "session-of-a-visitor", "%AYRSHARE_PROFILE_KEY%"),
  ],
  serve: wrangler("dev", "--ip", "127.0.0.1", "--port", "%PORT%", "--inspector-port", "0", "--show-interactive-dev-session=false", ...VARIABLES),
  async check({ origin, sandbox, profileKey }) {
    await readsThroughGateway({ origin, sandbox, profileKey });
    const due = (headers) => fetch(`${origin}/due`, { headers });
    for (const headers of [{}, { authorization: "Bearer another" }]) assert.equal((await due(headers)).status, 401);
    const profiles = (await (await due(ADMIN)).text()).trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.ok(profiles.length > 0 && profiles.every(({ refId }) => /^[0-9a-f]{40}$/.test(refId)));
    sandbox.setProfileState(null, { suspended: true });
    const refused = await due(ADMIN);
    assert.equal(refused.status, 502);
    const { kind, code, message } = await refused.json();
    assert.deepEqual([kind, code], ["auth", 276]);
    assert.match(message, /suspended/);
  },
};
