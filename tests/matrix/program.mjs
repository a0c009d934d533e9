// The program that every row runs unchanged against the sandbox, over HTTP or with its `fetch`: all three endpoints, the batch file as a
// stream, the health of a profile, a body in hand, and a typed error.
export async function program({ AyrshareUser, accountHealth, decodeUser, isAyrshareError }, { baseUrl, apiKey, fetch }) {
  // Before the import if the row sets it, otherwise now. The first call loads the wasm in any case.
  const began = globalThis.began ?? Date.now();
  const described = (error) => (isAyrshareError(error) ? { kind: error.kind, code: error.code, message: error.message } : String(error));
  try {
    const ayrshare = new AyrshareUser({ apiKey, baseUrl, fetch });
    const user = await ayrshare.getUser();
    const startUpMs = Date.now() - began;
    const details = await ayrshare.getUserDetails("pinterest");
    const batch = await ayrshare.getUserBatch();
    const streamed = await stream(ayrshare, batch).catch(described);
    const judged = await accountHealth(user).then(({ accounts }) => accounts.length, described);
    const decoded = await decodeUser(new TextEncoder().encode(JSON.stringify(user))).then(({ displayNames }) => displayNames.length, described);
    const { kind, code } = await ayrshare.withProfile("NOT-A-KEY").getUser().then(() => "no error", described);
    return { startUpMs, names: user.displayNames.length, boards: details.pinterest.length, streamed, judged, decoded, error: { kind, code } };
  } catch (error) {
    return described(error);
  }
}

async function stream(ayrshare, batch) {
  const networks = new Set();
  let profiles = 0;
  for await (const { displayNames } of ayrshare.streamProfiles({ batch })) {
    profiles += 1;
    for (const { platform } of displayNames) networks.add(platform);
  }
  return { profiles, networks: networks.size };
}
