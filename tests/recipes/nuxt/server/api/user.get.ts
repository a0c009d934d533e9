import { isAyrshareError } from "ayrshare-user";

export default defineEventHandler(async () => {
  try {
    return await ayrshare.getUser();
  } catch (error) {
    // Nuxt hides the messages of all errors but its own.
    if (!isAyrshareError(error)) throw error;
    throw createError({ status: 502, statusText: error.kind, message: `${error.kind}: ${error.message}` });
  }
});
