//! Turns any bytes into a request, a grant and a response, and asserts for every decision that no
//! tenant sees another's data and no key is revealed. For tests and fuzzing.

use std::fmt::Debug;

use super::route::KNOWN_PATHS;
use super::store::{self, CacheEntry};
use super::upstream::Passed;
use super::{
    Access, Authorization, AuthorizedRequest, Gateway, GatewayOptions, GatewayOutcome,
    GrantedProfile, IncomingRequest, Received, Reply, ReplyBody, StoreChange, WebhookSecrets, call,
};
use crate::error::{Error, Kind};
use crate::redact::Secret;

const API_KEY: &str = "SENTINEL-API-KEY-7F3A";
const PROFILE_KEY: &str = "SENTINEL-PROFILE-KEY-91BC";
const ORIGIN: &str = "https://app.example.com";
const NOW_MS: f64 = 1_704_383_480_000.0;

const METHODS: [&str; 4] = ["GET", "HEAD", "OPTIONS", "POST"];
const HEADERS: [&str; 18] = [
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "age",
    "allow",
    "cache-control",
    "content-type",
    "cross-origin-resource-policy",
    "etag",
    "retry-after",
    "vary",
    "x-content-type-options",
    "x-gateway-cache",
    "x-ratelimit-count",
    "x-ratelimit-max",
];

/// The test case that the bytes encode.
struct Case {
    method: String,
    url: String,
    origin: Option<String>,
    if_none_match: Option<String>,
    scope: Option<String>,
    has_profile_key: bool,
    status: u16,
    header: String,
    body: Vec<u8>,
}

/// Runs one case.
///
/// # Panics
/// If a key is revealed, or a call exceeds its grant.
pub fn run(bytes: &[u8]) {
    let case = Case::read(bytes);
    let request = IncomingRequest {
        method: &case.method,
        url: &case.url,
        origin: case.origin.as_deref(),
        preflight_method: case.has_profile_key.then_some("GET"),
        if_none_match: case.if_none_match.as_deref(),
    };
    let received = gateway().receive(&request);
    show_nothing(&received);
    match received {
        Received::Reply(reply) => check_reply(&reply, &case),
        Received::Webhook => assert!(case.method == "POST"),
        Received::Call(call) => match call.granted(case.authorization()) {
            Err(reply) => check_reply(&reply, &case),
            Ok(authorized) => check_permit(&authorized, &case),
        },
    }
}

fn gateway() -> Gateway {
    let mut options = GatewayOptions::new(Access::Authorize);
    options.api_key = Some(Secret::new(API_KEY.to_owned()));
    options.allowed_origins = vec![ORIGIN.to_owned()];
    options.webhook_secrets = Some(WebhookSecrets::Given(vec![Secret::new(API_KEY.to_owned())]));
    show_nothing(&options);
    Gateway::new(options).unwrap_or_else(|error| unstartable(&error))
}

#[expect(clippy::panic, reason = "for tests only")]
fn unstartable(error: &Error) -> Gateway {
    panic!("the gateway does not start: {}", error.message)
}

impl Case {
    /// Fields are separated by line feeds. The bytes 1 and 2 are replaced by the keys, so that keys
    /// occur everywhere.
    fn read(bytes: &[u8]) -> Self {
        let mut fields = bytes.split(|byte| *byte == b'\n');
        let choice = |from: &mut dyn Iterator<Item = &[u8]>| {
            from.next()
                .and_then(|field| field.first().copied())
                .map_or(0, usize::from)
        };
        let (method, path) = (choice(&mut fields), choice(&mut fields));
        let (grant, status) = (choice(&mut fields), choice(&mut fields));
        let mut text =
            || String::from_utf8_lossy(&with_keys(fields.next().unwrap_or_default())).into_owned();
        let (own_method, query, origin, tag, header) = (text(), text(), text(), text(), text());
        let mut paths: Vec<&str> = KNOWN_PATHS.iter().map(|(path, _)| *path).collect();
        paths.push("/webhook");
        let known = paths.get(path % (paths.len() + 1));
        let url = known.map_or_else(
            || query.clone(),
            |path| ["https://gateway.example/ayrshare", path, "?", &query].concat(),
        );
        let scopes = [
            None,
            Some("all-profiles"),
            Some("primary-profile"),
            Some("all"),
        ];
        let origins = [None, Some(ORIGIN.to_owned()), Some(origin)];
        let tags = [None, Some(tag)];
        Case {
            method: METHODS
                .get(method % (METHODS.len() + 1))
                .map_or(own_method, |method| (*method).to_owned()),
            url,
            origin: origins.into_iter().cycle().nth(grant / 8).flatten(),
            if_none_match: tags.into_iter().cycle().nth(status).flatten(),
            scope: scopes
                .get(grant / 2 % 4)
                .copied()
                .flatten()
                .map(str::to_owned),
            has_profile_key: grant % 2 == 0,
            status: [200, 200, 200, 204, 301, 401, 403, 404, 429, 500, 502, 999]
                .get(status % 12)
                .copied()
                .unwrap_or(200),
            header,
            body: answered(grant % 2 == 0, fields.next().unwrap_or_default()),
        }
    }

    fn authorization(&self) -> Authorization {
        Authorization::Granted {
            profile_key: self
                .has_profile_key
                .then(|| Secret::new(PROFILE_KEY.to_owned())),
            scope: self.scope.clone(),
        }
    }

    fn passed(&self) -> Passed {
        Passed::pick(|_| Some(self.header.clone()))
    }
}

/// The body of the response. Ayrshare cannot return a Profile Key that the request does not
/// contain.
fn answered(has_profile_key: bool, field: &[u8]) -> Vec<u8> {
    let body = with_keys(field);
    let key = PROFILE_KEY.as_bytes();
    let repeats_it = body.windows(key.len()).any(|part| part == key);
    if repeats_it && !has_profile_key {
        return Vec::new();
    }
    body
}

fn with_keys(field: &[u8]) -> Vec<u8> {
    let spelled = |byte: &u8| match byte {
        1 => API_KEY.as_bytes().to_vec(),
        2 => PROFILE_KEY.as_bytes().to_vec(),
        byte => vec![*byte],
    };
    field.iter().flat_map(spelled).collect()
}

fn check_permit(authorized: &AuthorizedRequest, case: &Case) {
    let api_key = Secret::new(API_KEY.to_owned());
    let upstream = authorized.upstream();
    show_nothing(&(authorized, &upstream));
    check_reach(authorized, case);
    let headers = upstream.headers(&api_key);
    show_nothing(&headers);
    let sent = |name: &str| {
        headers
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.expose())
    };
    assert_eq!(
        sent("authorization"),
        Some(["Bearer ", API_KEY].concat().as_str())
    );
    let is_key = matches!(upstream.profile, GrantedProfile::Key(_));
    assert_eq!(sent("profile-key"), is_key.then_some(PROFILE_KEY));
    assert_eq!(headers.len(), 2 + usize::from(is_key));
    let preimage = authorized.key("https://api.example/api", &api_key);
    assert_eq!(preimage.is_some(), authorized.route().is_kept());
    show_nothing(&preimage);
    let kept = check_success(authorized, case, &api_key);
    check_failure(authorized, case, &api_key, kept.as_ref());
}

/// Asserts that the request covers only what was granted, and only paths that are listed here.
fn check_reach(authorized: &AuthorizedRequest, case: &Case) {
    let upstream = authorized.upstream();
    let (path, query) = upstream
        .target
        .split_once('?')
        .unwrap_or((&upstream.target, ""));
    assert!(["/user", "/user/details/pinterest", "/user/batch"].contains(&path));
    let flags = ["instagramDetails", "instagramQuota", "validate"];
    let is_flag = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or_default();
        flags.contains(&name) && ["true", "false"].contains(&value)
    };
    assert!(query.is_empty() || (path == "/user" && query.split('&').all(is_flag)));
    let all = case.scope.as_deref() == Some("all-profiles");
    match &upstream.profile {
        GrantedProfile::Key(key) => assert!(case.has_profile_key && key.expose() == PROFILE_KEY),
        GrantedProfile::Primary => {
            let is_primary = case.scope.as_deref() == Some("primary-profile");
            assert!(if path == "/user/batch" {
                all
            } else {
                is_primary && !case.has_profile_key
            });
        }
    }
}

fn check_success(
    authorized: &AuthorizedRequest,
    case: &Case,
    api_key: &Secret,
) -> Option<CacheEntry> {
    let success = call::Success {
        status: case.status,
        body: &case.body,
        passed: &case.passed(),
        api_key,
    };
    let outcome = authorized.succeed(&success, NOW_MS);
    check_outcome(&outcome, case);
    let holds = |key: &str| {
        case.body
            .windows(key.len())
            .any(|window| window == key.as_bytes())
    };
    let is_shown = matches!(
        outcome.reply.body,
        ReplyBody::Upstream | ReplyBody::Profiles
    );
    assert!(!is_shown || !(holds(API_KEY) || case.has_profile_key && holds(PROFILE_KEY)));
    let StoreChange::Put(entry) = outcome.change else {
        return None;
    };
    assert!(case.status == 200 && authorized.route().is_kept());
    assert!(entry.is_fresh(NOW_MS));
    let headers = entry.headers();
    let again = CacheEntry::read(|name| {
        headers
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.clone())
    });
    assert_eq!(again.as_ref(), Some(&entry));
    show_nothing(&(&headers, store::url("0")));
    let hit = authorized.cached_reply(&entry, NOW_MS);
    assert!(hit.is_some());
    if let Some(reply) = &hit {
        check_reply(reply, case);
    }
    Some(entry)
}

fn check_failure(
    authorized: &AuthorizedRequest,
    case: &Case,
    api_key: &Secret,
    kept: Option<&CacheEntry>,
) {
    let text = String::from_utf8_lossy(&case.body).into_owned();
    let answered = Error::from_response(case.status, &case.body);
    for error in answered
        .into_iter()
        .chain([Error::new(Kind::Network, text)])
    {
        let failed = call::Failed {
            error: &error,
            passed: &case.passed(),
            api_key: Some(api_key),
            kept,
        };
        let outcome = authorized.fail(&failed, NOW_MS);
        check_outcome(&outcome, case);
        assert!(!matches!(outcome.change, StoreChange::Put(_)));
    }
}

fn check_outcome(outcome: &GatewayOutcome, case: &Case) {
    show_nothing(outcome);
    check_reply(&outcome.reply, case);
}

fn check_reply(reply: &Reply, case: &Case) {
    show_nothing(reply);
    assert!((200..=599).contains(&reply.status));
    for (name, value) in &reply.headers {
        let is_known = HEADERS.contains(name) || name.starts_with("x-ratelimit-");
        let is_plain = value.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        assert!(is_known && is_plain && value != "*");
    }
    let allowed = reply.header("access-control-allow-origin");
    let is_listed = case.origin.as_deref() == Some(ORIGIN);
    assert_eq!(allowed, is_listed.then_some(ORIGIN));
    assert!(case.origin.is_none() || is_listed || reply.status == 403);
    let cache_control = reply.header("cache-control").unwrap_or_default();
    assert!(["no-store", "private, no-cache"].contains(&cache_control));
    assert!(case.method != "HEAD" || reply.body == ReplyBody::Empty);
}

/// Asserts that the `Debug` output of a value contains no key.
fn show_nothing(value: &impl Debug) {
    let shown = format!("{value:?}");
    for key in [API_KEY, PROFILE_KEY] {
        assert!(!shown.contains(key));
    }
}
