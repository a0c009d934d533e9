// Reads one file in its own process, so that its memory can be measured: first idle, with all code loaded and warm, then reading.
import { AyrshareUser } from "ayrshare-user";
import { createSandbox } from "ayrshare-user/sandbox";

const [config, way, profiles] = [JSON.parse(process.argv[2]), process.argv[3], Number(process.argv[4])];
const WAYS = {
  // The minimum: fetch alone, with its bytes dropped.
  async "fetch, bytes dropped"(client) {
    const { url } = await client.getUserBatch();
    for await (const _ of (await globalThis.fetch(url)).body);
    return profiles;
  },
  async streamProfiles(client) {
    let count = 0;
    for await (const profile of client.streamProfiles()) count += profile === null ? 0 : 1;
    return count;
  },
  async ".batches()"(client) {
    let count = 0;
    for await (const batch of client.streamProfiles().batches()) count += batch.length;
    return count;
  },
  sweepProfiles: async (client) => (await client.sweepProfiles()).profiles,
};

const { apiKey, fetch } = createSandbox({ batchDelayMs: 0 });
if (way !== "fetch, bytes dropped") await WAYS[way](new AyrshareUser({ apiKey, fetch }));
process.once("message", async () => {
  const began = performance.now();
  const count = await WAYS[way](new AyrshareUser(config));
  process.send({ count, ms: performance.now() - began });
});
process.send("idle");
process.on("disconnect", () => process.exit());
