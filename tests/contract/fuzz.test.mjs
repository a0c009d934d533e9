// schemathesis against the sandbox and the gateway, in their usual state: every response is as the description says. `npm run contract` runs it
// for longer, and against servers in other states.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fuzz } from "./fuzz.mjs";
import { BROKEN, USUAL } from "./states.mjs";

const OPERATIONS = { user: "/user", details: "/user/details/", batch: "/user/batch" };

describe("schemathesis", { concurrency: true }, () => {
  for (const [name, { serve, statuses, ...options }] of Object.entries(USUAL)) {
    test(`finds nothing in ${name}`, async () => {
      const server = await serve();
      try {
        const { failures, cases, output } = await fuzz(server, options);
        assert.deepEqual(failures, {}, output);
        assert.ok(cases > 80, `only ${cases} cases`);
        // What the server saw, in case that the requests went elsewhere or were all refused.
        const seen = new Set(server.requests.map(({ status }) => status));
        assert.deepEqual(statuses.filter((status) => !seen.has(status)), []);
        for (const [operation, path] of Object.entries(OPERATIONS)) {
          const isSuccess = ({ status, url }) => status === 200 && new URL(url, server.url).pathname.replace(/^\/\w+/, "").startsWith(path);
          assert.ok(server.requests.some(isSuccess), operation);
        }
      } finally {
        await server.close();
      }
    });
  }

  test("finds an undocumented status, a wrong type, a wrong Content-Type and a 500", async () => {
    const { serve, ...options } = BROKEN;
    const server = await serve();
    try {
      const { failures } = await fuzz(server, options);
      assert.deepEqual(failures, {
        JsonSchemaError: ["GET /user"],
        ServerError: ["GET /user"],
        UndefinedContentType: ["GET /user/batch"],
        UndefinedStatusCode: ["GET /user/details/{platform}"],
      });
    } finally {
      await server.close();
    }
  });
});
