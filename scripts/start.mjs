// `npm start`: installs and builds everything, then runs the demo's Worker (www/worker.mjs) on this machine: the page
// and the gateway. Without AYRSHARE_API_KEY, it uses a sandbox; with it, the real account, whose key only
// the Worker has.
//
//   PORT                  default 8787; 0 means any free port
//   AYRSHARE_API_KEY      API key of the account to show
//   AYRSHARE_PROFILE_KEY  Profile Key of the User Profile to show
//   AYRSHARE_BASE_URL     default https://app.ayrshare.com/api
import { pathToFileURL } from "node:url";
import { demoProfiles, demoSandbox, listed } from "../www/server/profiles.mjs";
import { CONTROL_PATH, sandboxControl } from "../www/server/sandbox-control.mjs";
import { servePage } from "../www/server/serve.mjs";
import { build } from "./build.mjs";
import { main, Stop } from "./lib/run.mjs";
import { at } from "./lib/tools.mjs";
import { buildPage } from "./page.mjs";
import { setup } from "./setup.mjs";

const DEFAULT_PORT = 8787;
const AYRSHARE = "https://app.ayrshare.com/api";

/** Reads a key and checks that it is valid in a header, because Node's error for an invalid header would contain the key. */
function keyFrom(name) {
  const key = process.env[name]?.trim();
  if (!key) return undefined;
  if (!/^[\x21-\x7e]+$/.test(key)) throw new Stop(`${name} contains a character that cannot be in a key; copy the key again`);
  return key;
}

function baseUrlFrom(name) {
  const given = process.env[name]?.trim() || AYRSHARE;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const local = ["127.0.0.1", "localhost", "[::1]"].includes(url?.hostname);
  const safe = url && (url.protocol === "https:" || (url.protocol === "http:" && local));
  if (!safe || url.username || url.password || url.search || url.hash) {
    throw new Stop(`${name} must be an HTTPS URL (HTTP only on this machine) without user, query or fragment`);
  }
  return url.href.replace(/\/+$/, "");
}

/** The real account: pictures may come from any host, but calls go only to this server. */
function accountMode() {
  const account = {
    apiKey: keyFrom("AYRSHARE_API_KEY"),
    profileKey: keyFrom("AYRSHARE_PROFILE_KEY"),
    baseUrl: baseUrlFrom("AYRSHARE_BASE_URL"),
  };
  const images = ["https:"];
  return {
    says: "your real account, the key stays in this server",
    account,
    sources: { connect: [], images },
    config: {
      mode: "account",
      baseUrl: "/ayrshare",
      upstream: new URL(account.baseUrl).host,
      hasProfileKey: account.profileKey !== undefined,
      imageSources: images,
    },
  };
}

/** The sandbox: only its own pictures; calls may also go to a server that the user enters. */
async function sandboxMode() {
  const built = (name) => import(pathToFileURL(at("pkg", "dist", "sandbox", name)).href);
  const [{ documentedPrimary }, { serveSandbox }] = await Promise.all([built("index.js"), built("node.js")]);
  const profiles = demoProfiles();
  const primary = structuredClone(documentedPrimary);
  const { baseUrl, fileOrigin, sandbox } = await serveSandbox(demoSandbox(primary, profiles));
  const images = [new URL(baseUrl).origin, fileOrigin];
  return {
    says: "sandbox; set AYRSHARE_API_KEY to see your real account",
    account: { apiKey: sandbox.apiKey, baseUrl },
    control: sandboxControl({ sandbox, profiles: [primary, ...profiles.map(({ profile }) => profile)] }),
    sources: { connect: [...images, "https:", "http://127.0.0.1:*", "http://localhost:*"], images },
    config: {
      mode: "sandbox",
      baseUrl,
      apiKey: sandbox.apiKey,
      imageSources: images,
      control: CONTROL_PATH,
      profiles: listed(profiles),
    },
  };
}

function portFrom(name) {
  const given = process.env[name]?.trim();
  if (!given) return DEFAULT_PORT;
  if (!/^\d{1,5}$/.test(given) || Number(given) > 65_535) throw new Stop(`${name} must be a number from 0 to 65535`);
  return Number(given);
}

await main(true, async () => {
  const port = portFrom("PORT");
  const account = keyFrom("AYRSHARE_API_KEY") && accountMode();
  await setup({ for: "build" });
  await build();
  const page = await buildPage();
  const { says, ...mode } = account ?? (await sandboxMode());
  const served = await servePage({ page, port, ...mode });
  if (port !== 0 && served.port !== port) console.log(`start: port ${port} is in use, taking ${served.port}`);
  console.log(`start: ${served.url}`);
  console.log(`start: ${says}; Ctrl-C ends it`);
  let isEnding = false;
  const end = () => {
    isEnding = true;
    served.stop();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);
  await served.ended;
  if (isEnding) process.exit(0);
  throw new Stop("start: workerd ended");
});
