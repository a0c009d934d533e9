//! The document: what it is about, the paths, and what they share.

use super::json::Json;
use super::responses;
use super::schemas::{self, schema_of};
use crate::api::endpoint::Endpoint;
use crate::model::shape::Shape;

const ABOUT: &str = "\
The three endpoints of Ayrshare that read user data. This is not Ayrshare's own description: `ayrshare-user` generates it from its \
types, which follow Ayrshare's published documentation, its own tests and clients, and public code. Nothing here was measured against \
Ayrshare.

The description of each field names its source: `specification` (Ayrshare's documentation of April 2024), `newer official docs`, \
`Ayrshare's own tests`, or `third-party types`, which may be guesses. Fields, networks and values that are not listed here may occur at any \
time, so allow them.

Not described, because no source shows them: the body for a deleted profile (`validate`), and the layout of the batch file.";

/// What only a description needs to know of an endpoint.
struct Prose {
    operation: &'static str,
    summary: &'static str,
    description: &'static str,
}

/// The document as JSON text.
#[must_use]
pub fn openapi() -> String {
    document().to_string()
}

fn document() -> Json {
    let license = Json::object([
        ("name", "MIT OR Apache-2.0".into()),
        ("identifier", "MIT OR Apache-2.0".into()),
    ]);
    let info = Json::object([
        ("title", "Ayrshare user data".into()),
        ("version", env!("CARGO_PKG_VERSION").into()),
        (
            "summary",
            "Profiles, linked accounts and Pinterest boards, as Ayrshare's API sends them".into(),
        ),
        ("description", ABOUT.into()),
        ("license", license),
    ]);
    let server =
        |url: &str, text: &str| Json::object([("url", url.into()), ("description", text.into())]);
    let servers = [
        server(
            "https://app.ayrshare.com/api",
            "The host of the specification",
        ),
        server(
            "https://api.ayrshare.com/api",
            "The host of newer official docs",
        ),
    ];
    let tag = Json::object([("name", "user".into()), ("description", "User data".into())]);
    let paths = Endpoint::ALL.map(|endpoint| {
        let operation = Json::object([("get", operation(endpoint))]);
        (path_of(endpoint).to_owned(), operation)
    });
    Json::object([
        ("openapi", "3.1.1".into()),
        ("info", info),
        ("servers", Json::list(servers)),
        ("tags", Json::list([tag])),
        ("paths", Json::Object(paths.into())),
        ("components", components()),
    ])
}

/// The path, with a parameter for the platform.
pub(super) fn path_of(endpoint: Endpoint) -> &'static str {
    match endpoint {
        Endpoint::Details => "/user/details/{platform}",
        Endpoint::User(_) | Endpoint::Batch => endpoint.path(),
    }
}

fn prose(endpoint: Endpoint) -> Prose {
    match endpoint {
        Endpoint::User(_) => Prose {
            operation: "getUser",
            summary: "A profile with its linked accounts",
            description: "\
The Primary Profile, or the User Profile that `Profile-Key` names. Ayrshare caches the response for about 30 s: see `nextUpdate`. Do not \
send an empty `Profile-Key`: it counts as a key that is not valid.",
        },
        Endpoint::Details => Prose {
            operation: "getUserDetails",
            summary: "The Pinterest boards of a profile",
            description: "\
Details of one linked network. Only `pinterest` has some so far. Code 156, probably with HTTP 400, if the network is not linked.",
        },
        Endpoint::Batch => Prose {
            operation: "getUserBatch",
            summary: "Where to download the data of all User Profiles",
            description: "\
Asks for a file with the data of all User Profiles. The response says where and from when on it can be downloaded. It belongs to the Primary Profile, so \
there is no `Profile-Key`. Never send the API key to the URL of the file: it is on another host.",
        },
    }
}

fn operation(endpoint: Endpoint) -> Json {
    let Prose {
        operation,
        summary,
        description,
    } = prose(endpoint);
    let names = endpoint.parameters().split_whitespace();
    let api_key = || Json::object([("apiKey", Json::List(Vec::new()))]);
    let mut security = vec![api_key()];
    if endpoint.takes_profile() {
        security.push(api_key().with("profileKey", Json::List(Vec::new())));
    }
    let mut responses = vec![(String::from("200"), success(endpoint))];
    responses.extend(responses::references());
    Json::object([
        ("operationId", operation.into()),
        ("tags", Json::list(["user"])),
        ("summary", summary.into()),
        ("description", description.into()),
        ("security", Json::List(security)),
        ("parameters", Json::list(names.map(parameter))),
        ("responses", Json::Object(responses)),
    ])
}

fn success(endpoint: Endpoint) -> Json {
    let text = match endpoint {
        Endpoint::User(_) => {
            "The profile. With `validate`, an object of unknown shape if the profile has been deleted. It is an error if `status` is `error`."
        }
        Endpoint::Details => "The boards. It is an error if `status` is `error`.",
        Endpoint::Batch => {
            "Where the file is. It is an error if `success` is `false` or `status` is `error`."
        }
    };
    let schema = Json::object([("schema", schema_of(endpoint.shape()))]);
    Json::object([
        ("description", text.into()),
        ("headers", responses::rate_limit_headers()),
        ("content", Json::object([("application/json", schema)])),
    ])
}

fn parameter(name: &str) -> Json {
    let boolean = || Json::object([("type", "boolean".into())]);
    let (place, schema, text) = match name {
        "instagramQuota" => (
            "query",
            boolean(),
            "Adds `type` and `usedQuota` to the Instagram account. Default: `false`. Source: specification.",
        ),
        "instagramDetails" => (
            "query",
            boolean(),
            "Newer name of `instagramQuota`; makes the response slower. Default: `false`. Source: newer official docs.",
        ),
        "validate" => (
            "query",
            boolean(),
            "Checks whether the User Profile still exists; needs `Profile-Key`. Source: specification; newer docs no longer show it.",
        ),
        _ => (
            "path",
            Json::object([
                ("type", "string".into()),
                ("enum", Json::list(["pinterest"])),
            ]),
            "Name of the network. Source: specification.",
        ),
    };
    Json::object([
        ("name", name.into()),
        ("in", place.into()),
        ("required", (place == "path").into()),
        ("description", text.into()),
        ("schema", schema),
    ])
}

fn components() -> Json {
    let api_key = Json::object([
        ("type", "http".into()),
        ("scheme", "bearer".into()),
        (
            "description",
            "The API key of the Primary Profile. A Profile Key in its place is an error. Source: specification.".into(),
        ),
    ]);
    let profile_key = Json::object([
        ("type", "apiKey".into()),
        ("in", "header".into()),
        ("name", "Profile-Key".into()),
        (
            "description",
            "The key of a User Profile. Without it, the Primary Profile is read. Source: specification.".into(),
        ),
    ]);
    let mut schemas = schemas::schemas(&Endpoint::ALL.map(Endpoint::shape) as &[&'static Shape]);
    schemas.push((String::from("Error"), responses::error_schema()));
    Json::object([
        ("schemas", Json::Object(schemas)),
        ("responses", responses::responses()),
        ("headers", responses::headers()),
        (
            "securitySchemes",
            Json::object([("apiKey", api_key), ("profileKey", profile_key)]),
        ),
    ])
}
