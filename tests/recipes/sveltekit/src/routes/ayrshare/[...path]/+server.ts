import { AYRSHARE_API_KEY, AYRSHARE_BASE_URL, AYRSHARE_PROFILE_KEY } from "$app/env/private";
import { createGateway } from "ayrshare-user/gateway";

const gateway = createGateway({
  apiKey: AYRSHARE_API_KEY,
  baseUrl: AYRSHARE_BASE_URL,
  // Here, look up who is signed in. `null` is a 401.
  authorize: async (request) => ({ profileKey: AYRSHARE_PROFILE_KEY }),
});

export const GET = ({ request }) => gateway.fetch(request);
