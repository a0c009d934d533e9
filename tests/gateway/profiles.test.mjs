// The batch file through the gateway: as NDJSON, filtered by `select` and `where`, with backpressure.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HERE, open, without } from "./helpers.mjs";

const admin = { headers: { "x-session": "admin" } };
const lines = (body) => body.split("\n").slice(0, -1).map((line) => JSON.parse(line));

for (const fileShape of ["array", "ndjson"]) {
  test(`the records arrive one per line, whatever the file's layout (${fileShape})`, async () => {
    const { ask, sandbox, clean } = open({ sandbox: { profiles: 300, fileShape } });
    const { status, headers, body } = await ask("/ayrshare/user/batch/profiles", { as: "admin" });
    assert.deepEqual([status, headers["content-type"], headers["cache-control"]], [200, "application/x-ndjson; charset=utf-8", "no-store"]);
    assert.equal(lines(body).length, 302);
    assert.ok(lines(body).some(({ title }) => title === "Alice"));
    for (const request of sandbox.requests.filter(({ route }) => route === "file")) assert.equal(request.headers.authorization, undefined);
    without(JSON.stringify(sandbox.requests.filter(({ route }) => route === "file")), "a request for the file");
    clean();
  });
}

/** A ticket, and a file that records how much of it was read. */
function hosted(text, { chunk = 65_536 } = {}) {
  const bytes = new TextEncoder().encode(text);
  const upstream = { read: 0, isClosed: false };
  const fetch = () => async (url, { signal }) => {
    if (url.includes("/user/batch")) {
      const at = (ms) => new Date(Date.now() + ms).toISOString();
      return Response.json({ success: true, url: "https://files.example/f.json?sig=SENTINEL-SIGNATURE", urlAvailable: at(-1_000), urlExpires: at(3_600_000), lastUpdated: at(-1_000) });
    }
    upstream.read = 0;
    signal.addEventListener("abort", () => { upstream.isClosed = true; });
    const pull = (controller) => {
      if (upstream.read >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(upstream.read, upstream.read + chunk));
      upstream.read += chunk;
    };
    return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }), { headers: { "content-length": String(bytes.length) } });
  };
  return { upstream, fetch };
}

const records = (count, pad = 500) => JSON.stringify(Array.from({ length: count }, (_, index) => ({ refId: `r${index}`, title: "é".repeat(pad), activeSocialAccounts: index % 2 ? ["twitter"] : [] })), null, 2);

test("a file with line breaks inside its records still gives one record per line", async () => {
  const { ask } = open({ fetch: hosted(records(3, 1)).fetch });
  const { body } = await ask("/ayrshare/user/batch/profiles", { as: "admin" });
  assert.deepEqual(lines(body).map(({ refId }) => refId), ["r0", "r1", "r2"]);
});

test("select and where filter", async () => {
  const { ask } = open({ fetch: hosted(records(4, 1)).fetch });
  const chosen = async (query) => lines((await ask(`/ayrshare/user/batch/profiles?${query}`, { as: "admin" })).body);
  assert.deepEqual(await chosen("select=refId&where=network:twitter"), [{ refId: "r1" }, { refId: "r3" }]);
  assert.deepEqual(await chosen(new URLSearchParams({ select: "refId,refId", where: "nothingLinked" })), [{ refId: "r0" }, { refId: "r2" }]);
  for (const query of ["select=", "select=a.b", "where=title:x", "where=network:a&where=network:b", "limit=1"]) {
    assert.equal((await ask(`/ayrshare/user/batch/profiles?${query}`, { as: "admin" })).status, 400, query);
  }
});

test("the file is read only as fast as the caller reads, and closed when the caller disconnects", async () => {
  const { upstream, fetch } = hosted(records(20_000));
  const { gateway } = open({ fetch });
  const response = await gateway.fetch(new Request(`${HERE}/ayrshare/user/batch/profiles`, admin));
  const reader = response.body.getReader();
  await reader.read();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(upstream.read < 1_000_000, `${upstream.read} bytes were read ahead`);
  for (let more = 0; more < 20; more += 1) await reader.read();
  assert.ok(upstream.read < 6_000_000, `${upstream.read}`);
  await reader.cancel();
  assert.ok(upstream.isClosed);
  const { read } = upstream;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(upstream.read, read);
});

test("a fault before the first record is an error in JSON; a later one cuts the response off", async () => {
  const bad = open({ fetch: hosted("<html>").fetch });
  const { status, body } = await bad.ask("/ayrshare/user/batch/profiles", { as: "admin" });
  assert.equal(status, 502);
  assert.equal(JSON.parse(body).status, "error");
  const broken = open({ fetch: hosted(`${records(500).slice(0, -1)}, {"refId": tru}]`).fetch });
  const response = await broken.gateway.fetch(new Request(`${HERE}/ayrshare/user/batch/profiles`, admin));
  assert.equal(response.status, 200);
  await assert.rejects(response.text(), (error) => !String(error.stack).includes("SENTINEL"));
  assert.equal(broken.errors.length, 1);
  assert.equal(broken.errors[0].kind, "decode");
  assert.ok(!JSON.stringify(broken.errors[0]).includes("SENTINEL"));
});

test("if the file is not available in time, the response is a 503 that says when to retry", async () => {
  const { ask } = open({ waitMs: 0, sandbox: { batchDelayMs: 60_000 } });
  const { status, headers } = await ask("/ayrshare/user/batch/profiles", { as: "admin" });
  assert.equal(status, 503);
  assert.ok(Number(headers["retry-after"]) > 30);
});

test("HEAD closes the file immediately", async () => {
  const { upstream, fetch } = hosted(records(20_000));
  const { gateway } = open({ fetch });
  const response = await gateway.fetch(new Request(`${HERE}/ayrshare/user/batch/profiles`, { ...admin, method: "HEAD" }));
  assert.deepEqual([response.status, response.body], [200, null]);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(upstream.read < 1_000_000);
});
