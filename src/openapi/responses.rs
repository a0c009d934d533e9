//! The error responses: which statuses occur, what each means, and their body.

use super::json::Json;
use super::schemas::reference;
use crate::error::{self, Classification};

/// A status with an error body.
pub(super) struct Status {
    pub(super) number: u16,
    /// Name of the response, as RFC 9110 calls the status.
    pub(super) name: &'static str,
    /// When Ayrshare sends it, and how well that is known.
    source: &'static str,
}

const fn row(number: u16, name: &'static str, source: &'static str) -> Status {
    Status {
        number,
        name,
        source,
    }
}

const IN_BETWEEN: &str = "Not documented by Ayrshare; servers and proxies in between send it.";

/// All statuses with an error body.
pub(super) const STATUSES: [Status; 12] = [
    row(
        400,
        "BadRequest",
        "Also codes 144, 156, 161 and 272, which the holder of the profile can mend. Documented by Ayrshare.",
    ),
    row(
        401,
        "Unauthorized",
        "Documented by Ayrshare for code 102; an API key that is not valid was observed to get 403.",
    ),
    row(402, "PaymentRequired", "Documented by Ayrshare."),
    row(
        403,
        "Forbidden",
        "Observed with codes 102, 144 and 276, probable with code 169. Documented by Ayrshare.",
    ),
    row(404, "NotFound", "Documented by Ayrshare."),
    row(408, "RequestTimeout", IN_BETWEEN),
    row(
        419,
        "OwnKeysRequired",
        "Not a status of HTTP. In the tests of Ayrshare's own client, with code 419, but not for these endpoints.",
    ),
    row(
        429,
        "TooManyRequests",
        "Documented by Ayrshare. The limit is per profile and five minutes; 1,000 such responses within 24 hours suspend the profile.",
    ),
    row(500, "InternalServerError", "Documented by Ayrshare."),
    row(
        502,
        "BadGateway",
        "Documented by Ayrshare. The body may be HTML.",
    ),
    row(503, "ServiceUnavailable", IN_BETWEEN),
    row(504, "GatewayTimeout", IN_BETWEEN),
];

/// All error responses, by name.
pub(super) fn responses() -> Json {
    let responses = STATUSES
        .iter()
        .map(|status| (status.name.to_owned(), response(status)));
    Json::Object(responses.collect())
}

/// References to all error responses, by status.
pub(super) fn references() -> Vec<(String, Json)> {
    let reference =
        |name| Json::object([("$ref", format!("#/components/responses/{name}").into())]);
    let responses = STATUSES.iter();
    responses
        .map(|row| (row.number.to_string(), reference(row.name)))
        .collect()
}

fn response(row: &Status) -> Json {
    let Classification {
        kind,
        advice,
        retryable,
    } = error::by_status(row.number);
    let (meaning, _) = meaning_and_advice(advice);
    let text = format!("{}. {}", sentence(meaning), row.source);
    let mut headers = vec!["RateLimitMax", "RateLimitCount"];
    if matches!(row.number, 429 | 503) {
        headers.push("RetryAfter");
    }
    let schema = Json::object([("schema", reference("Error"))]);
    Json::object([
        ("description", text.into()),
        ("headers", headers_named(&headers)),
        ("content", Json::object([("application/json", schema)])),
        ("x-kind", kind.as_str().into()),
        ("x-retryable", retryable.into()),
    ])
}

/// The limit's headers on a response of any status.
pub(super) fn rate_limit_headers() -> Json {
    headers_named(&["RateLimitMax", "RateLimitCount"])
}

/// Name in `components`, name in HTTP, description.
const HEADERS: [(&str, &str, &str); 3] = [
    (
        "RateLimitMax",
        "x-ratelimit-max",
        "Requests that the profile may send in five minutes. Source: newer official docs; older ones name `x-ratelimit-remaining`.",
    ),
    (
        "RateLimitCount",
        "x-ratelimit-count",
        "Requests that the profile has sent in the current five minutes. Source: newer official docs; older ones name `x-ratelimit-reset`.",
    ),
    (
        "RetryAfter",
        "retry-after",
        "Seconds to wait, or a date of HTTP. No source mentions it for Ayrshare; obey it if it is there.",
    ),
];

/// All headers of responses, by name.
pub(super) fn headers() -> Json {
    let header = |name: &str, text: &str| {
        let schema = match name {
            "RetryAfter" => Json::object([("type", "string".into())]),
            _ => Json::object([("type", "integer".into()), ("minimum", 0.into())]),
        };
        Json::object([("description", text.into()), ("schema", schema)])
    };
    let headers = HEADERS.iter();
    Json::Object(
        headers
            .map(|(name, _, text)| ((*name).to_owned(), header(name, text)))
            .collect(),
    )
}

fn headers_named(names: &[&str]) -> Json {
    let chosen = HEADERS.iter().filter(|(name, ..)| names.contains(name));
    let reference = |name| Json::object([("$ref", format!("#/components/headers/{name}").into())]);
    Json::Object(
        chosen
            .map(|(name, header, _)| ((*header).to_owned(), reference(name)))
            .collect(),
    )
}

/// The body of all errors.
pub(super) fn error_schema() -> Json {
    let field = |kind: &str, text: &str| {
        Json::object([("type", kind.into()), ("description", text.into())])
    };
    let status = "Always `error`; the HTTP status is another thing. Source: newer official docs.";
    let errors = "Errors of the parts of a request, mostly of posts. Source: newer official docs.";
    let details = "More about the error: text or an object. Source: third-party code.";
    let properties = Json::object([
        ("status", field("string", status).with("const", "error")),
        (
            "action",
            field(
                "string",
                "Ayrshare's name for what failed, such as `authorization`. Source: third-party code, observed.",
            ),
        ),
        ("code", code_schema()),
        (
            "message",
            field(
                "string",
                "What is wrong. Texts vary and change: decide by `code`. Source: third-party code, observed.",
            ),
        ),
        ("details", Json::object([("description", details.into())])),
        (
            "errors",
            field("array", errors).with(
                "items",
                Json::object([
                    ("type", "object".into()),
                    ("additionalProperties", true.into()),
                ]),
            ),
        ),
        (
            "resolution",
            field(
                "object",
                "Where to read on, in `docs`. Source: tests of Ayrshare's own client.",
            )
            .with("additionalProperties", true),
        ),
    ]);
    let text = "Why a request failed. The status alone does not say: the same `code` was observed with several, and a body with `status: \"error\"` is an error even if HTTP says 200.";
    Json::object([
        ("type", "object".into()),
        ("description", text.into()),
        ("required", Json::list(["status"])),
        ("properties", properties),
        ("additionalProperties", true.into()),
    ])
}

/// Ayrshare's error code, with every code whose meaning is known for these endpoints.
fn code_schema() -> Json {
    let mut text = String::from(
        "Ayrshare's error code; often the HTTP status if there is none. Known codes, which take precedence over the status:\n",
    );
    let mut codes = Vec::new();
    for (code, known) in error::codes() {
        let (meaning, advice) = meaning_and_advice(known.advice);
        text.extend(["\n- ", &code.to_string(), ": ", meaning]);
        codes.push(Json::object([
            ("code", code.into()),
            ("meaning", meaning.into()),
            ("advice", advice.into()),
            ("kind", known.kind.as_str().into()),
            ("retryable", known.retryable.into()),
        ]));
    }
    text.push_str("\n\nSource: third-party code and Ayrshare's own clients; Ayrshare's list of codes is not public.");
    Json::object([("type", "integer".into()), ("description", text.into())])
        .with("x-known-codes", Json::List(codes))
}

/// What is wrong, and what to do next. The second part names options of this package.
fn meaning_and_advice(text: &str) -> (&str, &str) {
    text.split_once(": ").unwrap_or((text, ""))
}

/// The text with a capital at its beginning.
fn sentence(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(rest).collect()
    })
}
