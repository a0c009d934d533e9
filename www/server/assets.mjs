// Serves static assets in a local workerd as Cloudflare would: the files of a folder, with their content types.
const TYPES = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json; charset=utf-8",
  png: "image/png",
  svg: "image/svg+xml",
  wasm: "application/wasm",
  webp: "image/webp",
  woff: "font/woff",
  woff2: "font/woff2",
};

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    const path = pathname.replace(/\/$/, "/index.html");
    // Only file names such as the build creates. This excludes folders, for which workerd would return a listing.
    const type = /^(?:\/[\w-][\w.-]*)+\.(\w+)$/.exec(path)?.[1];
    const file = TYPES[type] && (await env.FOLDER.fetch(new URL(path, "http://folder"), { method: request.method }));
    if (!file?.ok) return new Response("Not found.\n", { status: 404, headers: { "content-type": "text/plain" } });
    // The names of these files contain a hash of their content.
    const cache = /^\/(?:assets|site)\/[^/]+$/.test(path) ? "public, max-age=31536000, immutable" : "no-cache";
    return new Response(file.body, { headers: { "content-type": TYPES[type], "cache-control": cache } });
  },
};
