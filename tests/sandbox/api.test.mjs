// The endpoints: access, rejections and responses.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { documentedPrimary } from "ayrshare-user/sandbox";
import { test } from "node:test";
import { account, clockAt, everywhere, SAMPLE_MS, verdict } from "./helpers.mjs";

const fixture = (name) => JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), "utf8"));

const own = [
  { profileKey: "GOOD", user: { refId: "r1", title: "Good", email: null } },
  { profileKey: "HELD", user: { refId: "r2", title: "Held" }, suspended: true },
  { profileKey: "GONE", user: { refId: "r3", title: "Gone" }, deleted: true },
  { profileKey: "TOLD", user: { refId: "r4" }, deleted: true, deletion: { deletedOn: "yesterday" } },
  { profileKey: "POOR", user: { refId: "r5", activeSocialAccounts: ["pinterest"] }, plan: "basic" },
  { profileKey: "BARE", user: { refId: "r6", activeSocialAccounts: ["pinterest"] } },
];

test("the primary profile is the documented sample", () => {
  assert.deepEqual(documentedPrimary.user, fixture("user"));
  assert.deepEqual({ pinterest: documentedPrimary.boards }, fixture("details"));
});

everywhere("the documented bodies, including the content type", {}, async ({ get }) => {
  const response = await get("/user?instagramQuota=true");
  assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
  assert.deepEqual(await response.json(), fixture("user"));
  assert.deepEqual(await (await get("/user/details/pinterest")).json(), fixture("details"));
});

const ENTRY = [
  ["no Authorization", "/user", { authorization: "" }, "401/102"],
  ["no scheme", "/user", { authorization: "KEY" }, "401/102"],
  ["another scheme", "/user", { authorization: "Basic KEY" }, "401/102"],
  ["Bearer without a key", "/user", { authorization: "Bearer" }, "401/102"],
  ["two words after Bearer", "/user", { authorization: "Bearer KEY KEY" }, "401/102"],
  ["wrong key", "/user", { authorization: "Bearer KEx" }, "403/102"],
  ["a Profile Key as API key", "/user", { authorization: "Bearer GOOD" }, "403/102"],
  ["wrong key on batch", "/user/batch", { authorization: "Bearer KEx" }, "403/102"],
  ["primary", "/user", {}, "200"],
  ["known Profile Key", "/user", { "profile-key": "GOOD" }, "200"],
  ["empty Profile Key", "/user", { "profile-key": "" }, "403/144"],
  ["unknown Profile Key", "/user", { "profile-key": "NOBODY" }, "403/144"],
  ["unknown Profile Key on details", "/user/details/pinterest", { "profile-key": "NOBODY" }, "403/144"],
  ["unknown Profile Key on batch has no role", "/user/batch", { "profile-key": "NOBODY" }, "200"],
  ["suspended", "/user", { "profile-key": "HELD" }, "403/276"],
  ["suspended on details", "/user/details/pinterest", { "profile-key": "HELD" }, "403/276"],
  ["deleted", "/user", { "profile-key": "GONE" }, "403/144"],
  ["validate without Profile-Key", "/user?validate=true", {}, "400/144"],
  ["validate, still there", "/user?validate=true", { "profile-key": "GOOD" }, "200"],
  ["validate, never there", "/user?validate=true", { "profile-key": "NOBODY" }, "403/144"],
  ["details not linked", "/user/details/pinterest", { "profile-key": "GOOD" }, "400/156"],
  ["details linked", "/user/details/pinterest", { "profile-key": "BARE" }, "200"],
  ["details of another platform", "/user/details/tiktok", {}, "400/400"],
  ["plan of one profile, /user", "/user", { "profile-key": "POOR" }, "200"],
  ["plan of one profile, details", "/user/details/pinterest", { "profile-key": "POOR" }, "403/169"],
  ["unknown path", "/users", {}, "404/404"],
  ["details without platform", "/user/details/", {}, "404/404"],
];
for (const [name, path, headers, expected] of ENTRY) {
  everywhere(`${name}: ${expected}`, { apiKey: "KEY", userProfiles: own }, async ({ get, fetch, base }) => {
    const bare = headers.authorization === "";
    const response = bare ? await fetch(base + path) : await get(path, headers);
    assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
    assert.equal(await verdict(response), expected);
  });
}

everywhere("the statuses that sources disagree on are options", { invalidApiKeyStatus: 401, invalidProfileKeyStatus: 400, unknownPlatformStatus: 404 }, async ({ get }) => {
  assert.equal(await verdict(await get("/user", { authorization: "Bearer no" })), "401/102");
  assert.equal(await verdict(await get("/user", { "profile-key": "no" })), "400/144");
  assert.equal(await verdict(await get("/user/details/x")), "404/404");
});

everywhere("errors are flat, like Ayrshare's", {}, async ({ get }) => {
  const body = await (await get("/user", { "profile-key": "no" })).json();
  assert.deepEqual(Object.keys(body), ["action", "status", "code", "message"]);
  assert.equal(body.status, "error");
});

for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
  everywhere(`${method} is refused`, {}, async ({ get }) => {
    const response = await get("/user", {}, { method });
    assert.equal(response.headers.get("allow"), "GET, HEAD");
    assert.equal(await verdict(response), "405/405");
  });
}

for (const path of ["/user", "/user/", "/user/details/pinterest", "/user/batch"]) {
  for (const base of ["https://api.ayrshare.com/api", "https://proxy.example/a/b", "http://x"]) {
    test(`${base}${path} is served: host and prefix do not matter`, async () => {
      const { createSandbox } = await import("ayrshare-user/sandbox");
      const sandbox = createSandbox();
      assert.equal((await sandbox.fetch(base + path, { headers: { authorization: `Bearer ${sandbox.apiKey}` } })).status, 200);
    });
  }
}

const GATE = [["", false], ["?instagramQuota=true", true], ["?instagramDetails=true", true], ["?instagramQuota=false", false], ["?instagramQuota=1&source=npm", false], ["?instagramQuota=true&validate=false", true]];
for (const [query, given] of GATE) {
  everywhere(`Instagram's type and usedQuota with "${query}": ${given}`, {}, async ({ get }) => {
    const user = await (await get(`/user${query}`)).json();
    const { type, usedQuota } = account(user, "instagram");
    assert.deepEqual([type, usedQuota], given ? ["business", 34] : [undefined, undefined]);
    assert.equal(account(user, "linkedin").type, "corporate");
    assert.equal(account(user, "telegram").id, -10017122);
  });
}

everywhere("validate reports a deletion", { userProfiles: own }, async ({ get }) => {
  const invented = await get("/user?validate=true", { "profile-key": "GONE" });
  assert.equal(invented.status, 200);
  assert.deepEqual(await invented.json(), { deleted: true, deletedAt: "2024-03-01T09:30:00.000Z", refId: "r3", title: "Gone" });
  assert.deepEqual(await (await get("/user?validate=true", { "profile-key": "TOLD" })).json(), { deletedOn: "yesterday" });
});

everywhere("the boards of a linked Pinterest account without boards are an empty list", { userProfiles: own }, async ({ get }) => {
  assert.deepEqual(await (await get("/user/details/pinterest", { "profile-key": "BARE" })).json(), { pinterest: [] });
});

const PLANS = { free: [403, 403, 403], basic: [200, 403, 403], premium: [200, 200, 403], launch: [200, 403, 200], business: [200, 200, 200], enterprise: [200, 200, 200] };
for (const [plan, expected] of Object.entries(PLANS)) {
  everywhere(`plan ${plan} includes ${expected.join(" ")}`, { plan }, async ({ get }) => {
    const responses = await Promise.all(["/user", "/user/details/pinterest", "/user/batch"].map((path) => get(path)));
    const bodies = await Promise.all(responses.map((response) => response.json()));
    assert.deepEqual(responses.map(({ status }) => status), expected);
    for (const [i, body] of bodies.entries()) {
      if (expected[i] === 403) assert.deepEqual([body.code, body.action], [169, "Paid Plan Required"]);
    }
  });
}

everywhere("states change while it runs; a suspended primary suspends all", {}, async ({ sandbox, get }) => {
  const key = sandbox.profileKey(3);
  const ask = async () => verdict(await get("/user", { "profile-key": key }));
  assert.equal(await ask(), "200");
  sandbox.setProfileState(key, { suspended: true });
  assert.equal(await ask(), "403/276");
  sandbox.setProfileState(key, { suspended: false });
  assert.equal(await ask(), "200");
  sandbox.setProfileState(key, { deleted: true });
  assert.equal(await ask(), "403/144");
  sandbox.setProfileState(null, { suspended: true });
  assert.equal(await verdict(await get("/user", { "profile-key": sandbox.profileKey(4) })), "403/276");
  assert.throws(() => sandbox.setProfileState("NOBODY", {}), /no profile with this Profile Key/);
});

everywhere("freshForMs sets current times that stay the same until nextUpdate", () => ({ freshForMs: 30_000, now: clockAt(SAMPLE_MS).now }), async ({ get }) => {
  const user = await (await get("/user")).json();
  assert.deepEqual([user.lastUpdated, user.nextUpdate], ["2024-01-11T22:42:30.000Z", "2024-01-11T22:43:00.000Z"]);
});

everywhere("localImages replaces all third-party pictures with the sandbox's own", { localImages: true }, async ({ get, fetch, sandbox }) => {
  const user = await (await get("/user")).json();
  const images = user.displayNames.map(({ userImage }) => userImage).filter(Boolean);
  assert.equal(images.length, 9);
  const origin = new URL(sandbox.profile(sandbox.profileKey(0)).user.displayNames[0].userImage).origin;
  for (const image of images) {
    assert.equal(new URL(image).origin, origin);
    const picture = await fetch(image);
    assert.equal(picture.headers.get("content-type"), "image/svg+xml");
    assert.equal(picture.headers.get("access-control-allow-origin"), "*");
    assert.match(await picture.text(), /^<svg .*>[AF]<\/text><\/svg>$/);
  }
});

everywhere("the log has the requests, at most the last 1,000", { rateLimit: false }, async ({ get, sandbox, base }) => {
  await (await get("/user?instagramQuota=true", { "profile-key": "x" })).text();
  const [seen] = sandbox.requests;
  const { method, url, host, route, status, headers } = seen;
  assert.deepEqual([method, url, host, route, status], ["GET", `${base}/user?instagramQuota=true`, new URL(base).host, "user", 403]);
  assert.deepEqual([headers.authorization, headers["profile-key"]], [`Bearer ${sandbox.apiKey}`, "x"]);
  for (let i = 0; i < 1_000; i += 1) await sandbox.fetch(`http://x/user?i=${i}`);
  assert.equal(sandbox.requests.length, 1_000);
  assert.match(sandbox.requests.at(-1).url, /i=999$/);
  sandbox.clearRequests();
  assert.equal(sandbox.requests.length, 0);
});
