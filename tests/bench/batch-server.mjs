// The other side of the batch benchmark, in a process of its own: a sandbox whose file is made while it is sent.
import { serveSandbox } from "ayrshare-user/sandbox/node";

const { baseUrl, sandbox } = await serveSandbox({ batchDelayMs: 0, profiles: Number(process.argv[2]) });
process.send({ baseUrl, apiKey: sandbox.apiKey });
process.on("disconnect", () => process.exit());
