import { createGateway } from "ayrshare-user/gateway";
import type { Route } from "./+types/gateway";

const gateway = createGateway({
  apiKey: () => process.env.AYRSHARE_API_KEY!,
  baseUrl: process.env.AYRSHARE_BASE_URL,
  // Here, look up who is signed in. `null` is a 401.
  authorize: async (request) => ({ profileKey: process.env.AYRSHARE_PROFILE_KEY! }),
});

export const loader = ({ request }: Route.LoaderArgs) => gateway.fetch(request);
