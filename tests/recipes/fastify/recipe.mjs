import assert from "node:assert/strict";
import { SESSION } from "../gateway.mjs";

export default {
  title: "Fastify",
  tools: "matrix/tools/servers",
  quick: true,
  serve: ["node", "server.js"],
  answer: [{ path: "/accounts", headers: SESSION }],
  async check({ origin, sandbox }) {
    assert.equal((await fetch(`${origin}/accounts`)).status, 401);
    const response = await fetch(`${origin}/profiles`);
    assert.equal(response.headers.get("content-type"), "application/x-ndjson");
    const profiles = (await response.text()).trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.equal(profiles.length, sandbox.batchFile().profiles);
    assert.ok(profiles.every(({ refId }) => /^[0-9a-f]{40}$/.test(refId)));
    sandbox.setProfileState(null, { suspended: true });
    const refused = await fetch(`${origin}/profiles`);
    assert.deepEqual([refused.status, refused.headers.get("content-type"), (await refused.json()).kind], [502, "application/json; charset=utf-8", "auth"]);
  },
};
