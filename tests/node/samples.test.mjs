// The samples in tests/fixtures: each arrives as it was sent, whatever version of the documentation it is from, and nothing that is
// documented is reported as drift.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { AyrshareUser } from "ayrshare-user";
import { CALLS, answering, fixture, json } from "./helpers.mjs";

/** The undocumented fields of each sample. */
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

describe("samples", () => {
  test("are all tested here and described in their README", () => {
    const folder = new URL("../fixtures/", import.meta.url);
    const names = readdirSync(folder).filter((file) => file.endsWith(".json")).map((file) => file.replace(".json", ""));
    assert.deepEqual(Object.keys(SAMPLES).sort(), names.sort());
    const readme = readFileSync(new URL("README.md", folder), "utf8");
    for (const name of names) assert.ok(readme.includes(`\`${name}.json\``), name);
  });

  for (const [name, beyond] of Object.entries(SAMPLES)) {
    test(`${name}.json arrives unchanged, and nothing documented counts as drift`, async () => {
      const [drifts, events] = [[], []];
      const body = JSON.parse(fixture(name));
      const { fetch, seen } = answering(json(body));
      const client = new AyrshareUser({ apiKey: "KEY", fetch, onDrift: (drift) => drifts.push(drift), onEvent: (event) => events.push(event) });
      const [endpoint] = name.split("-");
      const [method, ...given] = CALLS[endpoint];
      const arrived = await client[method](...given);
      // Absent lists become empty lists, as the README says.
      assert.deepEqual(arrived, name.startsWith("user") ? { activeSocialAccounts: [], displayNames: [], ...body } : body);
      const reports = JSON.stringify(drifts);
      for (const word of beyond) assert.ok(reports.includes(word), `${word} is not in ${reports}`);
      if (beyond.length === 0) assert.equal(reports, "[]");
      // Its path is not redacted, because it is in the table of endpoints.
      for (const event of events) assert.deepEqual([event.endpoint, event.url], [endpoint, seen[0].url]);
      assert.equal(events.length, 2);
    });
  }
});
