// A Worker written as the README shows: the first request creates a gateway and a client, which all others reuse. It prints everything
// that they report.
import { AyrshareUser } from "ayrshare-user";
import { createGateway } from "ayrshare-user/gateway";

let gateway;
let client;

const print = (what) => (value) => console.log(what, String(value?.message ?? ""), JSON.stringify(value));

/** Streams the profiles, one per line, as long as the caller reads. */
function lines(profiles) {
  const encoder = new TextEncoder();
  const reader = profiles.toReadableStream().getReader();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(`${JSON.stringify({ refId: value.refId, title: value.title })}\n`));
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

export default {
  async fetch(request, env, context) {
    const options = { apiKey: env.API_KEY, baseUrl: env.SANDBOX };
    gateway ??= createGateway({ ...options, authorize: (asked) => JSON.parse(env.GRANTS)[asked.headers.get("x-session")] ?? null, onError: print("error") });
    client ??= new AyrshareUser({ ...options, rateLimitGuard: false });
    const { pathname } = new URL(request.url);
    try {
      if (pathname === "/client/user") return Response.json(await client.getUser());
      if (pathname === "/client/sweep") return Response.json(await client.sweepProfiles());
      if (pathname === "/client/profiles") return new Response(lines(client.streamProfiles({ signal: request.signal })));
    } catch (error) {
      print("thrown")(error);
      return Response.json(error, { status: 500 });
    }
    return gateway.fetch(request, context);
  },
};
