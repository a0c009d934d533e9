// Responses in the formats of Ayrshare and Google Storage. If no public source documents the code of an error, the code is the HTTP
// status and the text is invented.

const JSON_TYPE = "application/json; charset=utf-8";

/** A JSON response as Ayrshare sends it. A `Uint8Array` must already contain JSON. */
export function json(body: unknown, status = 200): Response {
  const text = body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body);
  return new Response(text, { status, headers: { "content-type": JSON_TYPE } });
}

function refusal(status: number, action: string, code: number, message: string): Response {
  return json({ action, status: "error", code, message }, status);
}

/** All error responses of the API. */
export const refuse = {
  noApiKey: () => refusal(401, "authorization", 102, "API Key missing or malformed. Send the header Authorization: Bearer API_KEY."),
  badApiKey: (status: number) => refusal(status, "authorization", 102, "API Key not valid."),
  badProfileKey: (status: number) => refusal(status, "authorization", 144, "Profile Key not valid or not found."),
  validateNeedsProfileKey: () => refusal(400, "validate", 144, "The validate parameter needs a Profile-Key header."),
  suspended: () => refusal(403, "authorization", 276, "Account suspended."),
  plan: (endpoint: string) => refusal(403, "Paid Plan Required", 169, `The plan of this account does not include ${endpoint}.`),
  notLinked: (platform: string) => refusal(400, "details", 156, `${platform} is not linked to this profile.`),
  unknownPlatform: (status: number) => refusal(status, "details", status, "Details are available for the platform pinterest only."),
  tooMany: () => refusal(429, "rate limit", 429, "Too many requests for this profile. Wait for the window to pass."),
  notFound: () => refusal(404, "request", 404, "No such endpoint."),
  method: () => {
    const response = refusal(405, "request", 405, "Only GET is supported here.");
    response.headers.set("allow", "GET, HEAD");
    return response;
  },
};

/** An XML error as Google Storage sends it. */
export function xml(status: number, code: string, message: string, details?: string): Response {
  const more = details === undefined ? "" : `<Details>${escapeXml(details)}</Details>`;
  const body = `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${escapeXml(message)}</Message>${more}</Error>`;
  return new Response(body, { status, headers: { "content-type": "application/xml; charset=UTF-8" } });
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
}
