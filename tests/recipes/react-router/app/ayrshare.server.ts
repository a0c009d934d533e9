import { AyrshareUser } from "ayrshare-user";

export const ayrshare = new AyrshareUser({
  apiKey: process.env.AYRSHARE_API_KEY,
  profileKey: process.env.AYRSHARE_PROFILE_KEY,
  baseUrl: process.env.AYRSHARE_BASE_URL,
});
