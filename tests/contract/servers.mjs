// The servers that answer schemathesis, over real HTTP: the sandbox, and the gateway in front of it. Each comes with the headers of a caller,
// whose names are spelled as in the description: schemathesis removes them by that name to see what an unknown caller gets.
import { once } from "node:events";
import { createServer } from "node:http";

// Imported only when used: `npm run contract` starts before the package is built.
const packed = { sandbox: () => import("ayrshare-user/sandbox/node"), gateway: () => import("ayrshare-user/gateway") };

const OPTIONS = { profiles: 20, batchDelayMs: 0, rateLimit: false };

/** The sandbox. `as` chooses the caller: the Primary Profile, or the User Profile with this index. */
export async function serveSandboxApi({ as, ...options } = {}) {
  const { serveSandbox } = await packed.sandbox();
  const { sandbox, baseUrl, close } = await serveSandbox({ ...OPTIONS, ...options });
  const headers = { Authorization: `Bearer ${sandbox.apiKey}`, ...(as !== undefined && { "Profile-Key": sandbox.profileKey(as) }) };
  return { url: baseUrl, headers, sandbox, requests: sandbox.requests, close };
}

const CALLER = "Bearer a-session-of-the-operator";

/** The gateway. It accepts one caller, who may read one profile and the batch file. `requests` lists the requests that it got. */
export async function serveGatewayApi({ sandbox: sandboxOptions, ...options } = {}) {
  const { createGateway } = await packed.gateway();
  const behind = await serveSandboxApi(sandboxOptions);
  const gateway = createGateway({
    apiKey: behind.sandbox.apiKey,
    baseUrl: behind.url,
    authorize: (request) => (request.headers.get("authorization") === CALLER ? { profileKey: behind.sandbox.profileKey(0), scope: "all-profiles" } : null),
    allowedOrigins: [],
    maxRetries: 0,
    onError: () => {},
    ...options,
  });
  const requests = [];
  const server = createServer(async (request, response) => {
    const { method, url, rawHeaders } = request;
    const headers = new Headers();
    for (let i = 0; i < rawHeaders.length; i += 2) headers.append(rawHeaders[i], rawHeaders[i + 1]);
    const reply = await gateway.fetch({ method, url: `http://${request.headers.host}${url}`, headers, signal: new AbortController().signal });
    requests.push({ method, url, status: reply.status });
    response.writeHead(reply.status, Object.fromEntries(reply.headers));
    response.end(Buffer.from(await reply.arrayBuffer()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await behind.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}/ayrshare`, headers: { Authorization: CALLER }, sandbox: behind.sandbox, requests, close };
}
