// A trap in the wasm: no call hangs, and later calls work.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AyrshareUser, streamProfiles, sweepProfiles } from "ayrshare-user";
import { corrupt } from "../trapping.mjs";
import { answering, failure, fixture, json, trapCalls } from "./helpers.mjs";

const turn = () => new Promise((resolve) => setTimeout(resolve, 20));

test("calls in progress reject with `internal`, even those of other clients, and later ones work", async () => {
  const unhandled = [];
  const note = (reason) => unhandled.push(reason);
  process.on("unhandledRejection", note);
  process.on("uncaughtException", note);
  let respond;
  const slow = () => new Promise((resolve) => (respond = resolve));
  const { fetch, seen } = answering(() => json(fixture("user")));
  const one = new AyrshareUser({ apiKey: "ONE", fetch: slow });
  const other = new AyrshareUser({ apiKey: "OTHER", profileKey: "PROFILE", fetch });
  await other.getUser();

  const pending = failure(one.getUser(), "internal");
  await turn();
  const trapped = await trapCalls();
  assert.ok(trapped.cause instanceof WebAssembly.RuntimeError);
  assert.equal(trapped.retryable, true);
  await pending;

  const user = await other.getUser({ instagramQuota: true });
  assert.equal(user.displayNames.length, 10);
  assert.equal(seen.at(-1).init.headers.authorization, "Bearer OTHER");
  assert.equal(seen.at(-1).init.headers["profile-key"], "PROFILE");

  // The response that the dead instance was waiting for still arrives, and must not reach the new instance.
  respond(json(fixture("user")));
  await turn();
  await other.getUser();
  assert.deepEqual(unhandled, []);
  process.off("unhandledRejection", note);
  process.off("uncaughtException", note);
});

test("a client can be released after a trap, and several traps can follow each other", async () => {
  const { fetch } = answering(() => json(fixture("user")));
  for (let round = 0; round < 3; round += 1) {
    const client = new AyrshareUser({ apiKey: "KEY", fetch });
    await client.getUser();
    await trapCalls();
    client.free();
    await failure(client.getUser(), "config");
  }
  using(new AyrshareUser({ apiKey: "KEY", fetch }));
});

/** What the `using` keyword does. Node 20 cannot parse it. */
function using(client) {
  client[Symbol.dispose]();
}

test("a stream from before a trap ends with `internal`, and does not end streams that began after it", async () => {
  const opened = async () => {
    const file = async function* () {
      for (let index = 0; index < 4; index += 1) yield new TextEncoder().encode(`{"refId":"r${index}"}\n`);
    };
    const stream = streamProfiles(file())[Symbol.asyncIterator]();
    assert.equal((await stream.next()).value.refId, "r0");
    return stream;
  };
  const earlier = await opened();
  corrupt("batch");
  await failure(sweepProfiles("[]"), "internal");
  const later = await opened();
  const { message, retryable } = await failure(earlier.next(), "internal");
  assert.match(message, /start the stream again/);
  assert.equal(retryable, true);
  const rest = [];
  for await (const { refId } of later) rest.push(refId);
  assert.deepEqual(rest, ["r1", "r2", "r3"]);
});
