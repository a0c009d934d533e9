//! Requests that are served: routes, CORS, grants.

use super::*;
use crate::api;
use crate::gateway::route::{KNOWN_PATHS, KnownPath, ProfilesQuery, Route, Where};

fn from_app(method: &str) -> IncomingRequest<'_> {
    IncomingRequest {
        method,
        origin: Some(APP),
        ..get("/ayrshare/user")
    }
}

#[test]
fn targets_equal_those_of_the_endpoints() {
    let choices = [None, Some(true), Some(false)];
    for quota in choices {
        for details in choices {
            for validate in choices {
                let query = api::user::UserQuery {
                    instagram_quota: quota,
                    instagram_details: details,
                    validate,
                };
                let asked = api::user::target(&query);
                let authorized = authorized(&["/ayrshare", &asked].concat());
                assert_eq!(sorted(&authorized.upstream().target), sorted(&asked));
                let Route::User(read) = authorized.route() else {
                    panic!("{asked}");
                };
                assert_eq!(read.flag("instagramQuota"), quota);
                assert_eq!(read.flag("instagramDetails"), details);
                assert_eq!(read.flag("validate"), validate);
                assert_eq!(read.flag("other"), None);
            }
        }
    }
    assert_eq!(
        authorized("/ayrshare/user/details/pinterest")
            .upstream()
            .target,
        api::details::PATH
    );
    for url in [
        "/ayrshare/user/batch",
        "/ayrshare/user/batch/profiles?select=refId",
    ] {
        assert_eq!(authorized(url).upstream().target, api::batch::PATH);
    }
}

#[test]
fn each_route_requests_its_endpoint_and_profiles_the_batch_file() {
    for (path, place) in KNOWN_PATHS {
        let target = authorized(&["/ayrshare", path].concat()).upstream().target;
        let is_records = place == KnownPath::Profiles;
        assert_eq!(target, if is_records { "/user/batch" } else { path });
    }
}

fn sorted(target: &str) -> Vec<&str> {
    let mut parts: Vec<_> = target.split(['?', '&']).collect();
    parts.sort_unstable();
    parts
}

#[test]
fn equivalent_queries_have_one_target() {
    let orders = [
        "/ayrshare/user?instagramQuota=true&instagramDetails=false",
        "https://gateway.example/ayrshare/user?instagramDetails=false&instagramQuota=true",
        "http://other.example:8787/ayrshare/user?instagramDetails=false&instagramQuota=true#x?validate=true",
    ];
    for url in orders {
        let target = authorized(url).upstream().target;
        assert_eq!(target, "/user?instagramDetails=false&instagramQuota=true");
    }
    assert_eq!(authorized("/ayrshare/user?").upstream().target, "/user");
}

#[test]
fn selections() {
    let profiles = |query: &str| {
        let url = ["/ayrshare/user/batch/profiles?", query].concat();
        authorized(&url).profiles().unwrap().clone()
    };
    assert_eq!(profiles(""), ProfilesQuery::default());
    let names = |names: [&str; 2]| Some(names.map(str::to_owned).to_vec());
    let selected = profiles("select=refId%2CdisplayNames,refId");
    assert_eq!(selected.select, names(["displayNames", "refId"]));
    let filter = profiles("where=refreshWithinDays%3A14%2Cnetwork%3Ainstagram").filter;
    let expected = Where {
        network: Some("instagram".to_owned()),
        refresh_within_days: Some(14),
        nothing_linked: false,
    };
    assert_eq!(filter, expected);
    assert!(profiles("where=nothingLinked").filter.nothing_linked);
    assert_eq!(
        profiles("where=refreshWithinDays:36500")
            .filter
            .refresh_within_days,
        Some(36_500)
    );
    assert!(authorized("/ayrshare/user").profiles().is_none());
}

#[test]
fn preflights() {
    let request = IncomingRequest {
        preflight_method: Some("GET"),
        ..from_app("OPTIONS")
    };
    let reply = refused(&request);
    assert_eq!((reply.status, &reply.body), (204, &ReplyBody::Empty));
    let rows = [
        ("access-control-allow-origin", Some(APP)),
        ("access-control-allow-methods", Some("GET, HEAD")),
        (
            "access-control-allow-headers",
            Some("authorization, if-none-match, x-session"),
        ),
        ("access-control-max-age", Some("7200")),
        ("access-control-allow-credentials", None),
        ("vary", Some("Origin")),
    ];
    for (name, value) in rows {
        assert_eq!(reply.header(name), value, "{name}");
    }
    let plain = refused(&from_app("OPTIONS"));
    assert_eq!(plain.header("access-control-max-age"), None);
    assert_eq!(plain.header("allow"), Some("GET, HEAD, OPTIONS"));
    let own = IncomingRequest {
        origin: None,
        ..request
    };
    assert_eq!(refused(&own).header("access-control-allow-methods"), None);
}

#[test]
fn pages_of_allowed_origins_may_read() {
    let outcome = succeed(&authorized_for(&from_app("GET")), USER);
    let reply = outcome.reply;
    assert_eq!(reply.header("access-control-allow-origin"), Some(APP));
    let exposed = reply.header("access-control-expose-headers").unwrap();
    for name in [
        "x-ratelimit-max",
        "x-ratelimit-count",
        "retry-after",
        "etag",
        "x-gateway-cache",
    ] {
        assert!(exposed.split(", ").any(|it| it == name), "{name}");
    }
    assert_eq!(reply.header("access-control-allow-credentials"), None);
    let own = succeed(&authorized("/ayrshare/user"), USER).reply;
    assert_eq!(own.header("access-control-allow-origin"), None);
    assert_eq!(own.header("vary"), Some("Origin"));
    assert_eq!(own.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(
        own.header("cross-origin-resource-policy"),
        Some("same-origin")
    );
}

#[test]
fn refusals_can_be_read_by_allowed_origins() {
    let request = IncomingRequest {
        origin: Some(APP),
        ..get("/ayrshare/none")
    };
    assert_eq!(
        refused(&request).header("access-control-allow-origin"),
        Some(APP)
    );
    let reply = called(&from_app("GET"))
        .granted(Authorization::Unknown)
        .unwrap_err();
    assert_eq!(reply.header("access-control-allow-origin"), Some(APP));
}

#[test]
fn cookies_only_if_allowed() {
    let gateway = Gateway::new(GatewayOptions {
        allow_credentials: true,
        ..set()
    });
    let Received::Reply(reply) = gateway.unwrap().receive(&from_app("OPTIONS")) else {
        panic!();
    };
    assert_eq!(
        reply.header("access-control-allow-credentials"),
        Some("true")
    );
    assert_eq!(reply.header("access-control-allow-origin"), Some(APP));
}

#[test]
fn the_webhook_route_exists_if_configured() {
    let event = IncomingRequest {
        method: "POST",
        ..get("/ayrshare/webhook")
    };
    assert_eq!(status(&event), 1);
    let without = Gateway::new(GatewayOptions {
        webhook_secrets: None,
        ..set()
    });
    let Received::Reply(reply) = without.unwrap().receive(&event) else {
        panic!();
    };
    assert_eq!(reply.status, 404);
}

#[test]
fn grants() {
    let (user, details) = ("/ayrshare/user", "/ayrshare/user/details/pinterest");
    let (batch, profiles) = ("/ayrshare/user/batch", "/ayrshare/user/batch/profiles");
    let all = Some("all-profiles");
    let key = Some("PKEY-0001");
    let primary = Ok(GrantedProfile::Primary);
    let own = Ok(GrantedProfile::Key(secret("PKEY-0001")));
    let rows = [
        (user, key, None, own.clone()),
        (details, key, None, own.clone()),
        (batch, key, None, Err(403)),
        (profiles, key, None, Err(403)),
        (user, None, all, Err(403)),
        (details, None, all, Err(403)),
        (batch, None, all, primary.clone()),
        (profiles, None, all, primary.clone()),
        (user, key, all, own.clone()),
        (batch, key, all, primary.clone()),
        (user, None, Some("primary-profile"), primary),
        (batch, None, Some("primary-profile"), Err(403)),
        (user, None, None, Err(403)),
        (batch, None, None, Err(403)),
        (user, key, Some("primary-profile"), Err(500)),
        (user, key, Some(""), Err(500)),
        (user, key, Some("ALL-PROFILES"), Err(500)),
        (user, Some(""), None, Err(500)),
        (user, Some("a b"), None, Err(500)),
        (user, Some("a\r\nb"), all, Err(500)),
    ];
    for (url, profile_key, scope, expected) in rows {
        let authorized = called(&get(url)).granted(granted(profile_key, scope));
        let found = authorized
            .map(|it| it.upstream().profile)
            .map_err(|it| it.status);
        assert_eq!(found, expected, "{url} {profile_key:?} {scope:?}");
    }
    for (authorization, status) in [
        (Authorization::Unknown, 401),
        (Authorization::Failed, 500),
        (Authorization::Late, 503),
    ] {
        let reply = called(&get(user)).granted(authorization).unwrap_err();
        assert_eq!(reply.status, status);
    }
}

#[test]
fn the_client_reads_refusals() {
    let denied = |authorization| {
        called(&get("/ayrshare/user"))
            .granted(authorization)
            .unwrap_err()
    };
    let rows = [
        (
            refused(&get("/ayrshare/none")),
            Kind::Api,
            "has no such route",
        ),
        (
            refused(&get("/ayrshare/user?a=1")),
            Kind::Api,
            "'a' is unknown",
        ),
        (
            denied(Authorization::Unknown),
            Kind::Auth,
            "does not know the caller",
        ),
        (denied(granted(None, None)), Kind::Auth, "may not read this"),
        (
            denied(Authorization::Failed),
            Kind::Api,
            "the gateway failed",
        ),
    ];
    for (reply, kind, message) in rows {
        let error = understood(&reply);
        assert_eq!(
            (error.kind, error.action.as_deref(), error.code),
            (kind, Some("gateway"), None)
        );
        assert!(error.message.contains(message), "{}", error.message);
        assert!(
            error.message.starts_with("the gateway says: `"),
            "{}",
            error.message
        );
        assert!(!error.message.contains("Ayrshare"), "{}", error.message);
        assert_eq!(
            reply.header("content-type"),
            Some("application/json; charset=utf-8")
        );
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
}

#[test]
fn head_has_no_body() {
    for url in ["/ayrshare/none", "/ayrshare/user?a=1"] {
        let request = IncomingRequest {
            method: "HEAD",
            ..get(url)
        };
        assert_eq!(refused(&request).body, ReplyBody::Empty);
    }
    let authorized = authorized_for(&IncomingRequest {
        method: "HEAD",
        ..get("/ayrshare/user")
    });
    let outcome = succeed(&authorized, USER);
    assert_eq!(
        (outcome.reply.status, &outcome.reply.body),
        (200, &ReplyBody::Empty)
    );
    assert!(outcome.reply.header("etag").is_some());
    let entry = kept(outcome);
    assert_eq!(
        authorized.cached_reply(&entry, NOW_MS).unwrap().body,
        ReplyBody::Empty
    );
    let failed = fail(&authorized, &error(Kind::Network, None), None, NOW_MS);
    assert_eq!(failed.reply.body, ReplyBody::Empty);
}
