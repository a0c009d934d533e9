import { SESSION, readsThroughGateway } from "../gateway.mjs";

const asked = { answer: [{ path: "/accounts", headers: SESSION }], check: readsThroughGateway };
const VARIABLES = ["AYRSHARE_API_KEY", "AYRSHARE_BASE_URL", "AYRSHARE_PROFILE_KEY"].flatMap((name) => ["--var", `${name}:%${name}%`]);

export default {
  title: "Hono on Workers and on Node",
  tools: ["matrix/tools/servers", "matrix/tools/cloudflare"],
  node: "node24",
  build: [["wrangler/bin/wrangler.js", "deploy", "--dry-run", "--outdir", "out"]],
  runs: [
    { serve: ["node", "src/node.js"], ...asked },
    { serve: ["wrangler/bin/wrangler.js", "dev", "--ip", "127.0.0.1", "--port", "%PORT%", "--inspector-port", "0", "--show-interactive-dev-session=false", ...VARIABLES], ...asked },
  ],
};
