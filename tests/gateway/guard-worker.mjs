// The Worker of the guard's tests: two isolates run it, `main` and `other`, which share the Durable Objects of `main`.
// Each request names its gateway; each gateway has its own guard in addition to the objects.
import { AyrshareGuard as Guard, createGateway } from "ayrshare-user/gateway";
import { corrupt } from "../trapping.mjs";

const print = (what) => (value) => console.log(what, String(value?.message ?? ""), JSON.stringify(value), String(value?.cause ?? ""));
const gateways = new Map();

/** Notifies the upstream server when a call has reached the object, so that the tests do not depend on timing. */
export class AyrshareGuard extends Guard {
  #arrivedUrl;

  constructor(state, env) {
    super(state);
    this.#arrivedUrl = `${env.UPSTREAM}/-arrived`;
  }

  async fetch(request) {
    const response = super.fetch(request);
    await fetch(this.#arrivedUrl);
    return response;
  }
}

/** An object that fails at every call. */
export class Broken {
  async fetch() {
    throw new Error("the object is broken");
  }
}

export default {
  async fetch(request, env, context) {
    const url = new URL(request.url);
    const isolate = request.headers.get("x-isolate") ?? "main";
    if (isolate !== "main" && !request.headers.has("x-is-there")) {
      const headers = new Headers(request.headers);
      headers.set("x-is-there", "yes");
      return env[isolate].fetch(new Request(request, { headers }));
    }
    if (url.pathname === "/trap") corrupt("gateway");
    const name = request.headers.get("x-gateway") ?? "GUARD";
    if (!gateways.has(name)) {
      const options = {
        apiKey: env.API_KEY,
        baseUrl: env.UPSTREAM,
        store: "none",
        maxRetries: 0,
        authorize: (asked) => JSON.parse(env.GRANTS)[asked.headers.get("x-session")] ?? null,
        guard: env[name],
        onEvent: print("event"),
        onError: print("error"),
      };
      gateways.set(name, createGateway(options));
    }
    return gateways.get(name).fetch(request, context);
  },
};
