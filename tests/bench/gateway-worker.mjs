// A Worker with the gateway and what it is compared with: the shortest pass-through that someone would write by hand, and
// two that show the minimum in workerd.
import { createGateway } from "ayrshare-user/gateway";

const ANSWER_HEADERS = { "content-type": "application/json", "cache-control": "private, no-cache" };
const requestHeaders = (env) => ({ authorization: `Bearer ${env.API_KEY}`, "profile-key": "PROFILE-KEY" });

let workers;

async function passThrough(request, env, prefix, upstream) {
  const { pathname, search } = new URL(request.url);
  if (request.method !== "GET" || pathname !== `${prefix}/user`) return new Response("not found", { status: 404 });
  const answer = await fetch(`${upstream}/user${search}`, { headers: requestHeaders(env) });
  return new Response(answer.body, { status: answer.status, headers: ANSWER_HEADERS });
}

/** A pass-through with the minimum that a gateway needs: a timeout, and reading the body. */
async function readThrough(request, env, upstream) {
  const { search } = new URL(request.url);
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), 30_000);
  const answer = await fetch(`${upstream}/user${search}`, { headers: requestHeaders(env), redirect: "manual", signal: controller.signal });
  const body = await answer.arrayBuffer();
  clearTimeout(timer);
  JSON.parse(new TextDecoder().decode(body));
  return new Response(body, { status: answer.status, headers: ANSWER_HEADERS });
}

/** The minimum that a Worker can do: it sends a response from memory. */
async function held(env, upstream) {
  const body = await (await fetch(`${upstream}/user`, { headers: requestHeaders(env) })).arrayBuffer();
  return () => new Response(body, { headers: ANSWER_HEADERS });
}

/** All contenders, by prefix. The path of an upstream contains its delay in milliseconds. */
function make(env) {
  const made = new Map();
  for (const [far, baseUrl] of [["", `${env.UPSTREAM}/0`], ["far-", `${env.UPSTREAM}/50`]]) {
    const shared = { apiKey: env.API_KEY, baseUrl, authorize: () => ({ profileKey: "PROFILE-KEY" }) };
    const gateway = (name, store) => made.set(`/${far}${name}`, createGateway({ ...shared, prefix: `/${far}${name}`, store }));
    gateway("uncached", "none");
    gateway("cached", "memory");
    made.set(`/${far}plain`, { fetch: (request) => passThrough(request, env, `/${far}plain`, baseUrl) });
    made.set(`/${far}read`, { fetch: (request) => readThrough(request, env, baseUrl) });
    let answer;
    made.set(`/${far}held`, { fetch: async () => (await (answer ??= held(env, baseUrl)))() });
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
