import { AyrshareUser, isAyrshareError } from "ayrshare-user";

const { AYRSHARE_API_KEY: apiKey, AYRSHARE_BASE_URL: baseUrl, AYRSHARE_PROFILE_KEY: profileKey } = process.env;

try {
  const { displayNames } = await new AyrshareUser({ apiKey, baseUrl, profileKey }).getUser();
  for (const { platform, displayName } of displayNames) console.log(platform, displayName);
} catch (error) {
  if (!isAyrshareError(error)) throw error;
  console.log(error.kind, error.message); // contains no key
}
