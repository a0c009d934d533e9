// The program that every row runs unchanged against the sandbox, over HTTP or with its `fetch`: all three endpoints, the batch file as a
// stream, every kind of source in hand, the health of a profile, a body in hand, and a typed error.

/** Whether gzip can be read. In some runtimes, the constructor throws. */
function canDecompress() {
  try {
    return Boolean(new DecompressionStream("gzip"));
  } catch {
    return false;
  }
}

export async function program({ AyrshareUser, accountHealth, decodeUser, isAyrshareError, ...functions }, { baseUrl, apiKey, fetch, bucket }) {
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
    const sources = await inHand(functions, bucket).catch(described);
    const judged = await accountHealth(user).then(({ accounts }) => accounts.length, described);
    const decoded = await decodeUser(new TextEncoder().encode(JSON.stringify(user))).then(({ displayNames }) => displayNames.length, described);
    const { kind, code } = await ayrshare.withProfile("NOT-A-KEY").getUser().then(() => "no error", described);
    return { startUpMs, names: user.displayNames.length, boards: details.pinterest.length, streamed, sources, judged, decoded, error: { kind, code } };
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

/** Two profiles, and one linked account. */
const FILE = '[{"refId":"a"},{"refId":"b","displayNames":[{"platform":"instagram"}]}]';
const GZIP = "H4sIAAAAAAACA4uuVipKTfNMUbJSSlSq1UHwkpR0lFIyiwtyEiv9EnNTi5WsoquVgLyStPyiXKB8Zl5xSWJ6UWKuUm1sbSwAAbcJtkcAAAA=";
const bytes = () => new TextEncoder().encode(FILE);
const zipped = () => Uint8Array.from(atob(GZIP), (character) => character.charCodeAt(0));

const SOURCES = {
  string: () => FILE,
  bytes,
  blob: () => new Blob([bytes()]),
  response: () => new Response(FILE),
  stream: () => new Response(FILE).body,
  iterable: async function* () {
    yield bytes();
  },
  gzip: zipped,
};

/** Reads a file from every kind of source, and from a bucket of R2 if there is one. Resolves to the kinds that gave all that it contains. */
async function inHand({ streamProfiles, sweepProfiles }, bucket) {
  const sources = { ...SOURCES };
  if (bucket) {
    await bucket.put("file", FILE);
    await bucket.put("gzip", zipped());
    sources["R2 body"] = async () => (await bucket.get("file")).body;
    sources["gzip in R2"] = () => bucket.get("gzip");
  }
  const complete = [];
  for (const [kind, source] of Object.entries(sources)) {
    if (kind === "gzip" && !canDecompress()) {
      const refused = await sweepProfiles(source()).catch(({ kind, message }) => kind === "config" && /DecompressionStream/.test(message));
      if (refused === true) complete.push("gzip: our error");
      continue;
    }
    let profiles = 0;
    for await (const { refId } of streamProfiles(await source())) if (refId) profiles += 1;
    const { accounts } = await sweepProfiles(await source());
    if (profiles === 2 && accounts === 1) complete.push(kind);
  }
  return complete.join();
}
