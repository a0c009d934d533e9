// Functions of the caller, sync or async, that throw. Errors of observers are ignored; errors of functions whose result matters end the call.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AyrshareUser } from "ayrshare-user";
import { answering, fixture, json } from "./helpers.mjs";

const thrown = new Error("thrown by a callback");
const FUNCTIONS = {
  "throws": () => {
    throw thrown;
  },
  "rejects": async () => {
    throw thrown;
  },
  "rejects later": async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    throw thrown;
  },
  "returns a thenable that rejects": () => ({ then: (_resolve, reject) => reject(thrown) }),
  "returns a thenable that throws": () => ({
    then() {
      throw thrown;
    },
  }),
};
const TICKET = { id: "x", status: "success", url: "https://files.example/f.json", urlAvailable: "2020-01-01T00:00:00Z", urlExpires: "2099-01-01T00:00:00Z" };
const RECORDS = '[{"refId":"first"},{"refId":5},{"refId":"last"}]';

function unhandledIn(t) {
  const unhandled = [];
  const note = (reason) => unhandled.push(reason);
  process.on("unhandledRejection", note);
  process.on("uncaughtException", note);
  t.after(() => {
    process.off("unhandledRejection", note);
    process.off("uncaughtException", note);
  });
  return unhandled;
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 10));

/** A file whose connection stays open after the records; the state says whether it was closed. */
function openFile() {
  const state = { isClosed: false };
  const body = () =>
    new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(RECORDS)),
      cancel: () => void (state.isClosed = true),
    });
  state.fetch = async (_url, { signal }) => {
    signal.addEventListener("abort", () => (state.isClosed = true));
    return new Response(body());
  };
  return state;
}

for (const [what, callback] of Object.entries(FUNCTIONS)) {
  for (const name of ["onEvent", "onDrift"]) {
    test(`an \`${name}\` that ${what} changes nothing`, async (t) => {
      const unhandled = unhandledIn(t);
      const seen = [];
      const { fetch } = answering(json({}, { status: 500 }), json({ ...JSON.parse(fixture("user")), brandNewField: 1 }));
      const observer = (event) => (seen.push(event), callback(event));
      const user = await new AyrshareUser({ apiKey: "KEY", fetch, [name]: observer }).getUser();
      assert.ok(user.displayNames.length > 0);
      assert.ok(seen.length > 0);
      await turn();
      assert.deepEqual(unhandled, []);
    });
  }

  test(`an \`onEvent\` that ${what} changes nothing for the batch file`, async (t) => {
    const unhandled = unhandledIn(t);
    const seen = [];
    const onEvent = (event) => (seen.push(event.type), callback(event));
    const report = await new AyrshareUser({ apiKey: "KEY", fetch: async () => new Response('[{"refId":"a"}]'), onEvent }).sweepProfiles({ batch: TICKET });
    assert.equal(report.profiles, 1);
    assert.ok(seen.includes("progress"), String(seen));
    await turn();
    assert.deepEqual(unhandled, []);
  });

  test(`an \`onInvalid\` that ${what} ends the stream with the same error, and closes the connection`, async (t) => {
    const unhandled = unhandledIn(t);
    const file = openFile();
    const given = [];
    const onInvalid = (record) => (given.push(record.index), callback(record));
    const stream = new AyrshareUser({ apiKey: "KEY", fetch: file.fetch }).streamProfiles({ batch: TICKET, onInvalid });
    const profiles = [];
    const error = await (async () => {
      for await (const profile of stream) profiles.push(profile.refId);
    })().then(() => assert.fail("it ended"), (error) => error);
    assert.equal(error, thrown);
    assert.deepEqual([profiles, given], [["first"], [1]]);
    await turn();
    assert.equal(file.isClosed, true);
    assert.deepEqual(unhandled, []);
    assert.deepEqual(await stream[Symbol.asyncIterator]().next(), { done: true, value: undefined });
  });

  test(`an \`apiKey\` that ${what} ends the call with the error as the cause`, async (t) => {
    const unhandled = unhandledIn(t);
    const error = await new AyrshareUser({ apiKey: callback, fetch: () => assert.fail("sent") }).getUser().catch((error) => error);
    assert.deepEqual([error.kind, error.cause], ["config", thrown]);
    await turn();
    assert.deepEqual(unhandled, []);
  });
}

test("an `onInvalid` is awaited before the next record", async () => {
  const order = [];
  const onInvalid = async ({ index }) => {
    order.push(`invalid ${index}`);
    await turn();
    order.push(`handled ${index}`);
  };
  for await (const profile of new AyrshareUser({ apiKey: "KEY", fetch: async () => new Response(RECORDS) }).streamProfiles({ batch: TICKET, onInvalid })) order.push(profile.refId);
  // The record is mismatched but readable, so it is still delivered.
  assert.deepEqual(order, ["first", "invalid 1", "handled 1", 5, "last"]);
});
