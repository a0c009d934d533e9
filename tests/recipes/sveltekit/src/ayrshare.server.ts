import { AYRSHARE_API_KEY, AYRSHARE_BASE_URL, AYRSHARE_PROFILE_KEY } from "$app/env/private";
import { AyrshareUser } from "ayrshare-user";

export const ayrshare = new AyrshareUser({
  apiKey: AYRSHARE_API_KEY,
  profileKey: AYRSHARE_PROFILE_KEY,
  baseUrl: AYRSHARE_BASE_URL,
});
