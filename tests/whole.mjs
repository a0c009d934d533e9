/** Whether this is a whole run (`npm test -- --whole`), which repeats and enlarges what otherwise costs minutes. */
export const isWhole = Boolean(process.env.AYRSHARE_WHOLE);
