// The description itself: a linter's opinion of it, and whether its schemas accept what the samples and the sandbox say, and reject what the
// checker in the wasm rejects.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { decodePinterestDetails, decodeUser, decodeUserBatch } from "ayrshare-user";
import api from "ayrshare-user/openapi.json" with { type: "json" };
import { createSandbox } from "ayrshare-user/sandbox";
import { toolsOf } from "../../scripts/lib/installed.mjs";
import { run } from "../../scripts/lib/run.mjs";
import { at } from "../../scripts/lib/tools.mjs";
import { bodiesWithout, oddBodies } from "../faults/odd.mjs";

const tools = toolsOf("contract");
const Ajv = createRequire(join(tools, "package.json"))("ajv/dist/2020").default;

const ENDPOINTS = {
  user: { path: "/user", type: "User", decode: decodeUser },
  details: { path: "/user/details/{platform}", type: "PinterestDetails", decode: decodePinterestDetails },
  batch: { path: "/user/batch", type: "UserBatch", decode: decodeUserBatch },
};
const SAMPLES = readdirSync(at("tests/fixtures")).filter((file) => file.endsWith(".json")).map((file) => file.replace(".json", ""));
/** What the client demands of the ticket beyond its type: it must be able to send a request there. */
const NO_URL = "the response's `url` is not an HTTP URL";
const sample = (name) => JSON.parse(readFileSync(at("tests/fixtures", `${name}.json`), "utf8"));

/** Compiles the schema at a JSON pointer of the description; errors of the schemas themselves throw. */
let schemaAt;

before(() => {
  const ajv = new Ajv({ strict: true, allErrors: false, allowUnionTypes: true });
  for (const word of ["components", "x-extensible-enum", "x-known-codes"]) ajv.addKeyword(word);
  // OpenAPI's own format of an integer; it says nothing that `integer` does not say in JavaScript.
  ajv.addFormat("int64", { type: "number", validate: Number.isInteger });
  // The rest of the document is not a schema.
  ajv.addSchema({ $id: "https://example.org/openapi.json", components: { schemas: api.components.schemas } }, undefined, undefined, false);
  schemaAt = (type) => ajv.getSchema(`https://example.org/openapi.json#/components/schemas/${type}`);
});

function mustFit(type, body, what) {
  const validate = schemaAt(type);
  assert.ok(validate(body), `${what}: ${JSON.stringify(validate.errors)}`);
}

test("a linter finds nothing in the description", async () => {
  const lint = ["lint", join(process.env.AYRSHARE_USER_DIR, "dist", "openapi.json"), "--config", at("tests/contract/redocly.yaml"), "--max-problems", "100"];
  const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
  const { code, output } = await run(join(tools, "node_modules/.bin/redocly"), lint, { cwd: tools, env });
  assert.equal(code, 0, output);
  assert.match(output, /Your API description is valid/);
});

describe("the schemas", () => {
  test("are those of all types, and each compiles", () => {
    const names = Object.keys(api.components.schemas);
    assert.ok(names.length > 20, names.join());
    for (const name of names) assert.ok(schemaAt(name), name);
  });

  test("are the ones of the responses", () => {
    assert.deepEqual(Object.keys(api.paths), Object.values(ENDPOINTS).map(({ path }) => path));
    for (const { path, type } of Object.values(ENDPOINTS)) {
      const { responses } = api.paths[path].get;
      assert.deepEqual(responses[200].content["application/json"].schema, { $ref: `#/components/schemas/${type}` });
      const errors = Object.entries(responses).filter(([status]) => status !== "200").map(([, { $ref }]) => api.components.responses[$ref.split("/").pop()]);
      assert.ok(errors.length > 10);
      for (const { content } of errors) assert.deepEqual(content, { "application/json": { schema: { $ref: "#/components/schemas/Error" } } });
    }
  });

  test("accept every sample, and the description shows samples as examples", () => {
    for (const name of SAMPLES) mustFit(ENDPOINTS[name.split("-")[0]].type, sample(name), name);
    const shown = Object.values(api.paths).flatMap(({ get }) => Object.entries(get.responses[200].content["application/json"].examples));
    assert.ok(shown.length > 5);
    for (const [name, { value }] of shown) assert.deepEqual(value, sample(name));
  });

  for (const name of SAMPLES) {
    test(`reject the same as the checker, with any other value or none at any place of ${name}.json`, async () => {
      const { type, decode } = ENDPOINTS[name.split("-")[0]];
      const validate = schemaAt(type);
      const counts = { accepted: 0, rejected: 0 };
      const differences = [];
      for (const { steps, other, body } of [...oddBodies(sample(name)), ...bodiesWithout(sample(name))]) {
        const rejection = await decode(JSON.stringify(body), { onInvalid: "throw" }).then(() => undefined, ({ message }) => message);
        const accepts = validate(body);
        counts[accepts ? "accepted" : "rejected"] += 1;
        if (accepts && rejection === NO_URL) continue;
        if (accepts !== (rejection === undefined)) differences.push(`${steps.join(".")} = ${JSON.stringify(other)}: ${rejection ?? "accepted"}`);
      }
      assert.deepEqual(differences, []);
      assert.ok(counts.accepted > 0 && counts.rejected > 10, JSON.stringify(counts));
    });
  }
});

describe("the sandbox", () => {
  const OPTIONS = { profiles: 200, rateLimit: { max: 1_000, headers: "both", retryAfter: true }, batchDelayMs: 0 };

  test("sends every profile, board, ticket and record as the schemas say", async () => {
    const sandbox = createSandbox(OPTIONS);
    const get = async (target, key) => {
      const headers = { authorization: `Bearer ${sandbox.apiKey}`, ...(key && { "profile-key": key }) };
      const response = await sandbox.fetch(`https://app.ayrshare.com/api${target}`, { headers });
      return { status: response.status, body: await response.json() };
    };
    const networks = new Set();
    const statuses = new Set();
    for (const key of [undefined, ...Array.from({ length: OPTIONS.profiles }, (_, index) => sandbox.profileKey(index))]) {
      for (const query of ["", "?instagramQuota=true", "?instagramDetails=true"]) {
        const { status, body } = await get(`/user${query}`, key);
        assert.equal(status, 200);
        mustFit("User", body, `the profile ${key}`);
        for (const { platform } of body.displayNames ?? []) networks.add(platform);
      }
      const { status, body } = await get("/user/details/pinterest", key);
      statuses.add(status);
      mustFit(status === 200 ? "PinterestDetails" : "Error", body, `the boards of ${key}`);
    }
    // The known ones, and one that is not known.
    assert.equal(networks.size, 14);
    assert.deepEqual([...statuses].sort(), [200, 400]);
    const ticket = await get("/user/batch");
    mustFit("UserBatch", ticket.body, "the ticket");
    const records = await (await sandbox.fetch(ticket.body.url)).json();
    assert.equal(records.length, OPTIONS.profiles);
    for (const record of records) mustFit("User", record, `the record ${record.refId}`);
  });

  test("would be found out if it sent something else", async () => {
    const sandbox = createSandbox({ profiles: 1, faults: { oddFields: 0.5 } });
    const response = await sandbox.fetch("https://app.ayrshare.com/api/user", { headers: { authorization: `Bearer ${sandbox.apiKey}` } });
    assert.throws(() => mustFit("User", JSON.parse("{\"refId\":7}"), "a profile"), /refId/);
    assert.equal(schemaAt("User")(await response.json()), false);
  });
});
