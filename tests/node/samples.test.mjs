// The held samples of tests/fixtures: each arrives as it was sent, whichever generation of the documentation it is from, and what is
// documented is not reported as drift.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AyrshareUser } from "ayrshare-user";
import { answering, fixture, json } from "./helpers.mjs";

const CALLS = {
  user: (client) => client.getUser(),
  details: (client) => client.getUserDetails("pinterest"),
  batch: (client) => client.getUserBatch(),
};
/** What each has that is not documented. */
const SAMPLES = {
  user: [],
  "user-newer": [],
  "user-nothing-linked": [],
  "user-networks": ["brandNew", "foo"],
  details: [],
  "details-empty": [],
  "details-secret": ["pin_count"],
  batch: [],
  "batch-newer": [],
};

describe("held samples", () => {
  for (const [name, beyond] of Object.entries(SAMPLES)) {
    test(`${name}.json arrives unchanged, and nothing documented counts as drift`, async () => {
      const drifts = [];
      const body = JSON.parse(fixture(name));
      const client = new AyrshareUser({ apiKey: "KEY", fetch: answering(json(body)).fetch, onDrift: (drift) => drifts.push(drift) });
      const arrived = await CALLS[/^[a-z]+/.exec(name)[0]](client);
      // Absent lists are filled, as the README says.
      assert.deepEqual(arrived, name.startsWith("user") ? { activeSocialAccounts: [], displayNames: [], ...body } : body);
      const told = JSON.stringify(drifts);
      for (const word of beyond) assert.ok(told.includes(word), `${word} is not in ${told}`);
      if (beyond.length === 0) assert.equal(told, "[]");
    });
  }
});
