import type { APIRoute } from "astro";
import { createGateway } from "ayrshare-user/gateway";

const gateway = createGateway({
  apiKey: () => process.env.AYRSHARE_API_KEY!,
  baseUrl: process.env.AYRSHARE_BASE_URL,
  // Here, look up who is signed in. `null` is a 401.
  authorize: async (request) => ({ profileKey: process.env.AYRSHARE_PROFILE_KEY! }),
});

export const GET: APIRoute = ({ request }) => gateway.fetch(request);
