// What the gateway is compared with, beside it in one Worker: the shortest pass-through that somebody would write by hand.
import { createGateway } from "ayrshare-user/gateway";

let workers;

async function passThrough(request, env, prefix, upstream) {
  const { pathname, search } = new URL(request.url);
  if (request.method !== "GET" || pathname !== `${prefix}/user`) return new Response("not found", { status: 404 });
  const headers = { authorization: `Bearer ${env.API_KEY}`, "profile-key": "PROFILE-KEY" };
  const answer = await fetch(`${upstream}/user${search}`, { headers });
  return new Response(answer.body, { status: answer.status, headers: { "content-type": "application/json", "cache-control": "private, no-cache" } });
}

/** All that is compared, by its prefix. An upstream is told in its path after how many milliseconds it shall answer. */
function make(env) {
  const made = new Map();
  for (const [far, baseUrl] of [["", `${env.UPSTREAM}/0`], ["far-", `${env.UPSTREAM}/50`]]) {
    const shared = { apiKey: env.API_KEY, baseUrl, authorize: () => ({ profileKey: "PROFILE-KEY" }) };
    const gateway = (name, store) => made.set(`/${far}${name}`, createGateway({ ...shared, prefix: `/${far}${name}`, store }));
    gateway("uncached", "none");
    gateway("cached", "memory");
    made.set(`/${far}plain`, { fetch: (request) => passThrough(request, env, `/${far}plain`, baseUrl) });
  }
  return made;
}

export default {
  fetch(request, env, context) {
    workers ??= make(env);
    const prefix = request.url.slice(request.url.indexOf("/", 8), request.url.lastIndexOf("/"));
    return workers.get(prefix).fetch(request, context);
  },
};
