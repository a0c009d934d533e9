// Replaces every value of the samples with every JSON type and sends the result through the package: one wrong field never makes a response
// unusable. It runs in Node and in pages, so it imports nothing.

const OTHERS = [null, true, 7, 1.5, "text", [], {}];
const METHODS = { user: ["getUser", {}], details: ["getUserDetails", "pinterest"], batch: ["getUserBatch"] };

const typeOf = (value) => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

/** Every place in a value, including the root. */
function placesIn(value, steps = []) {
  const inside = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return [steps, ...inside.flatMap(([name, item]) => placesIn(item, [...steps, Array.isArray(value) ? Number(name) : name]))];
}

function at(value, steps) {
  return steps.reduce((inner, step) => inner[step], value);
}

function replaced(sample, steps, other) {
  if (steps.length === 0) return other;
  const copy = structuredClone(sample);
  at(copy, steps.slice(0, -1))[steps.at(-1)] = other;
  return copy;
}

/** Every place of a sample with each of the other values in it. */
export function* oddBodies(sample) {
  for (const steps of placesIn(sample)) {
    for (const other of OTHERS) yield { steps, other, body: replaced(sample, steps, other) };
  }
}

/** A sample without each of its fields. */
export function* bodiesWithout(sample) {
  for (const steps of placesIn(sample).filter((steps) => typeof steps.at(-1) === "string")) {
    const body = structuredClone(sample);
    delete at(body, steps.slice(0, -1))[steps.at(-1)];
    yield { steps, body };
  }
}

const written = (steps) => steps.reduce((path, step) => (typeof step === "number" ? `${path}[${step}]` : path === "" ? step : `${path}.${step}`), "");

/** Whether the body is unusable. */
function isRefused(kind, body) {
  if (typeOf(body) !== "object") return true;
  const isList = (list) => list === undefined || list === null || Array.isArray(list);
  if (kind === "user") {
    const { activeSocialAccounts, displayNames } = body;
    return !isList(activeSocialAccounts) || !isList(displayNames) || (displayNames ?? []).some((account) => typeOf(account) !== "object");
  }
  return kind === "details" ? !Array.isArray(body.pinterest) : !/^https:/.test(body.url);
}

/** Required fields: `null` in their place is reported. */
const REQUIRED = /^(success|url(Available|Expires)?|pinterest\[\d+\]\.(id|name)|activeSocialAccounts\[\d+\]|pinterest\[\d+\]|.*\.platform)$/;

/** The mismatch that must be reported for a place; undefined if it cannot be derived from the sample. */
function mustTell(sample, steps, other) {
  const [path, was, is] = [written(steps), typeOf(at(sample, steps)), typeOf(other)];
  if (is === "null") return REQUIRED.test(path) ? [`${path} null`] : [];
  if (is !== was) return [`${path} ${is}`];
  if (path.endsWith("].platform") || is === "object") return undefined;
  return other === 1.5 && /\.id$/.test(path) ? [`${path} number`] : [];
}

const isSame = (one, other) => {
  if (typeOf(one) !== typeOf(other)) return false;
  if (typeof one !== "object" || one === null) return Object.is(one, other);
  const [names, others] = [Object.keys(one), Object.keys(other)];
  return names.length === others.length && names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]));
};

function filled(kind, body) {
  if (kind !== "user") return body;
  return { ...body, activeSocialAccounts: body.activeSocialAccounts ?? [], displayNames: body.displayNames ?? [] };
}

const settled = (promise) => promise.then((value) => ({ value }), (error) => ({ error }));

async function faultsOf({ AyrshareUser, isAyrshareError, metaOf }, name, sample, counts) {
  const faults = [];
  const kind = name.split("-")[0];
  const [method, ...query] = METHODS[kind];
  let body;
  const fetch = async () => new Response(body);
  const client = new AyrshareUser({ baseUrl: "https://gateway.example/ayrshare", fetch, maxRetries: 0 });
  const call = (onInvalid) => settled(client[method](...query, { onInvalid }));
  const isDocumented = name === kind;
  for (const { steps, other, body: odd } of oddBodies(sample)) {
    body = JSON.stringify(odd);
    const [report, thrown] = [await call("report"), await call("throw")];
    const fail = (what) => faults.push(`${name}: ${JSON.stringify(other)} at \`${written(steps)}\`: ${what}`);
    counts.bodies += 1;
    if (isRefused(kind, odd)) {
      counts.refused += 1;
      for (const { error } of [report, thrown]) if (!isAyrshareError(error) || error.kind !== "decode") fail("not refused");
      continue;
    }
    if (report.error) {
      fail(`refused: ${report.error.message}`);
      continue;
    }
    const { mismatches, mismatchCount } = metaOf(report.value);
    const reported = mismatches.map(({ path, found }) => `${path} ${found}`);
    if (!isSame(report.value, filled(kind, odd))) fail("another value");
    if (mismatchCount !== reported.length) fail(`${mismatchCount} counted, ${reported.length} reported`);
    if (new Set(mismatches.map(({ path }) => path)).size !== reported.length) fail("a place is reported twice");
    if (mismatches.some(({ path, found }) => found !== "missing" && path !== written(steps))) fail(`reported ${reported}`);
    const expected = isDocumented ? mustTell(sample, steps, other) : undefined;
    if (expected && JSON.stringify(reported) !== JSON.stringify(expected)) fail(`reported ${reported}, not ${expected}`);
    if (reported.length === 0) {
      if (thrown.error) fail(`thrown for nothing: ${thrown.error.message}`);
      continue;
    }
    counts.odd += 1;
    const { error } = thrown;
    if (!isAyrshareError(error) || error.kind !== "decode" || error.status !== 200) fail("not thrown");
    else if (error.path !== mismatches[0].path || JSON.stringify(error.mismatches) !== JSON.stringify(mismatches)) fail("thrown for something else");
  }
  client.free();
  return faults;
}

/** Sends all bodies. `samples` are the samples by name. Resolves to the differences found and the number of bodies. */
export async function sendOdd(place, samples) {
  const counts = { bodies: 0, refused: 0, odd: 0 };
  const faults = [];
  for (const [name, sample] of Object.entries(samples)) faults.push(...(await faultsOf(place, name, sample, counts)));
  return { faults: faults.slice(0, 50), counts };
}
