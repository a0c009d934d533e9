import { defineEnvVars } from "@sveltejs/kit/env";

const optional = (value: string | undefined) => value;

export const variables = defineEnvVars({
  AYRSHARE_API_KEY: {},
  AYRSHARE_PROFILE_KEY: {},
  AYRSHARE_BASE_URL: { schema: optional },
});
