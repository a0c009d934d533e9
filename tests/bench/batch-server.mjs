// The server of the batch benchmark, in its own process: a sandbox that generates the file while sending it.
import { serveSandbox } from "ayrshare-user/sandbox/node";

const { baseUrl, sandbox } = await serveSandbox({ batchDelayMs: 0, profiles: Number(process.argv[2]) });
process.send({ baseUrl, apiKey: sandbox.apiKey });
process.on("disconnect", () => process.exit());
