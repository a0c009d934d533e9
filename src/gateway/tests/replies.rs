//! How the gateway handles Ayrshare's responses and errors.

use super::*;

#[test]
fn a_success_is_passed_on_with_its_rate_limit() {
    let passed = Passed::pick(|name| (name == "x-ratelimit-count").then(|| "7".to_owned()));
    let success = Success {
        status: 200,
        body: USER,
        passed: &passed,
        api_key: &secret("AKEY-0001"),
    };
    let authorized = authorized("/ayrshare/user");
    let outcome = authorized.succeed(&success, NOW_MS);
    let reply = &outcome.reply;
    assert_eq!((reply.status, &reply.body), (200, &ReplyBody::Upstream));
    assert_eq!(
        reply.header("content-type"),
        Some("application/json; charset=utf-8")
    );
    assert_eq!(reply.header("cache-control"), Some("private, no-cache"));
    assert_eq!(reply.header("x-gateway-cache"), Some("miss"));
    assert_eq!(reply.header("x-ratelimit-count"), Some("7"));
    assert_eq!(reply.header("etag"), Some(etag::of(USER).as_str()));
    let hit = authorized.cached_reply(&kept(outcome), NOW_MS).unwrap();
    assert_eq!(
        hit.header("x-ratelimit-count"),
        None,
        "an old count would mislead the client's guard"
    );
}

#[test]
fn only_users_are_cached() {
    let outcome = succeed(&authorized("/ayrshare/user"), USER);
    assert_eq!(kept(outcome).fresh_until_ms.to_bits(), NEXT_MS.to_bits());
    let rows = [
        (
            "/ayrshare/user?validate=true",
            "private, no-cache",
            ReplyBody::Upstream,
        ),
        (
            "/ayrshare/user?validate=false",
            "private, no-cache",
            ReplyBody::Upstream,
        ),
        (
            "/ayrshare/user/details/pinterest",
            "private, no-cache",
            ReplyBody::Upstream,
        ),
        ("/ayrshare/user/batch", "no-store", ReplyBody::Upstream),
        (
            "/ayrshare/user/batch/profiles",
            "no-store",
            ReplyBody::Profiles,
        ),
    ];
    let entry = kept(succeed(&authorized("/ayrshare/user"), USER));
    for (url, cache_control, body) in rows {
        let authorized = authorized(url);
        let outcome = succeed(&authorized, USER);
        assert_eq!(outcome.change, StoreChange::Leave, "{url}");
        assert_eq!(
            outcome.reply.header("cache-control"),
            Some(cache_control),
            "{url}"
        );
        assert_eq!(outcome.reply.body, body, "{url}");
        assert_eq!(
            outcome.reply.header("etag").is_some(),
            cache_control != "no-store",
            "{url}"
        );
        assert_eq!(authorized.key(BASE, &secret("AKEY-0001")), None, "{url}");
        assert_eq!(authorized.cached_reply(&entry, NOW_MS), None, "{url}");
        let failed = fail(
            &authorized,
            &error(Kind::Network, None),
            Some(&entry),
            NOW_MS,
        );
        assert_eq!(failed.reply.status, 502, "{url}");
    }
    let profiles = succeed(&authorized("/ayrshare/user/batch/profiles"), USER).reply;
    assert_eq!(
        profiles.header("content-type"),
        Some("application/x-ndjson; charset=utf-8")
    );
}

#[test]
fn outdated_responses_are_not_cached() {
    let authorized = authorized("/ayrshare/user");
    for body in [
        "{}",
        r#"{"nextUpdate":"soon"}"#,
        r#"{"nextUpdate":null}"#,
        r#"{"nextUpdate":"2024-01-04T15:51:37.775Z"}"#,
    ] {
        assert_eq!(
            succeed(&authorized, body.as_bytes()).change,
            StoreChange::Drop,
            "{body}"
        );
    }
    let far = succeed(&authorized, br#"{"nextUpdate":"9999-01-01T00:00:00Z"}"#);
    assert_eq!(
        kept(far).fresh_until_ms.to_bits(),
        (NOW_MS + 86_400_000.0).to_bits()
    );
}

#[test]
fn fresh_then_stale_then_gone() {
    let authorized = authorized("/ayrshare/user");
    let entry = kept(succeed(&authorized, USER));
    for (now_ms, is_hit) in [
        (NOW_MS, true),
        (NEXT_MS - 1.0, true),
        (NEXT_MS, false),
        (NOW_MS - 1.0, false),
        (f64::NAN, false),
    ] {
        assert_eq!(
            authorized.cached_reply(&entry, now_ms).is_some(),
            is_hit,
            "{now_ms}"
        );
    }
    let hit = authorized.cached_reply(&entry, NOW_MS + 9_999.0).unwrap();
    assert_eq!((hit.status, &hit.body), (200, &ReplyBody::Stored));
    assert_eq!(
        (hit.header("age"), hit.header("x-gateway-cache")),
        (Some("9"), Some("hit"))
    );
    let hour_ms = 3_600_000.0;
    let down = error(Kind::Network, None);
    for (now_ms, status) in [
        (NEXT_MS, 200),
        (NEXT_MS + hour_ms - 1.0, 200),
        (NEXT_MS + hour_ms, 502),
        (NOW_MS - 1.0, 502),
        (f64::NAN, 502),
    ] {
        let outcome = fail(&authorized, &down, Some(&entry), now_ms);
        assert_eq!(
            (outcome.reply.status, outcome.change),
            (status, StoreChange::Leave),
            "{now_ms}"
        );
    }
    let stale = fail(&authorized, &down, Some(&entry), NEXT_MS).reply;
    assert_eq!(
        (stale.header("x-gateway-cache"), &stale.body),
        (Some("stale"), &ReplyBody::Stored)
    );
    assert_eq!(stale.header("age"), Some("10"));
}

#[test]
fn no_stale_responses_if_disabled() {
    let gateway = Gateway::new(GatewayOptions {
        stale_if_error_ms: 0.0,
        ..set()
    });
    let Received::Call(call) = gateway.unwrap().receive(&get("/ayrshare/user")) else {
        panic!();
    };
    let authorized = call.granted(granted(Some("PKEY-0001"), None)).unwrap();
    let entry = kept(succeed(&authorized, USER));
    let outcome = fail(
        &authorized,
        &error(Kind::Network, None),
        Some(&entry),
        NEXT_MS,
    );
    assert_eq!(outcome.reply.status, 502);
}

#[test]
fn errors() {
    let authorized = authorized("/ayrshare/user");
    let entry = kept(succeed(&authorized, USER));
    let rows = [
        (Kind::Network, None, 502, true),
        (Kind::Timeout, None, 504, true),
        (Kind::RateLimit, None, 429, true),
        (Kind::RateLimit, Some(429), 429, true),
        (Kind::Decode, Some(200), 502, true),
        (Kind::Api, Some(500), 500, true),
        (Kind::Api, Some(503), 503, true),
        (Kind::Api, Some(400), 400, false),
        (Kind::Api, Some(404), 404, false),
        (Kind::Api, Some(200), 200, false),
        (Kind::Api, Some(301), 502, false),
        (Kind::Api, None, 502, false),
        (Kind::Auth, Some(401), 502, false),
        (Kind::Auth, Some(403), 403, false),
        (Kind::Auth, Some(500), 500, false),
        (Kind::Config, None, 500, false),
        (Kind::Internal, None, 500, false),
        (Kind::Aborted, None, 503, false),
        (Kind::NotReady, None, 503, false),
        (Kind::Expired, None, 502, false),
    ];
    for (kind, from, to, stands_in) in rows {
        let outcome = fail(&authorized, &error(kind, from), None, NOW_MS);
        assert_eq!(outcome.reply.status, to, "{kind:?} {from:?}");
        let is_refused = kind == Kind::Auth;
        assert_eq!(outcome.change == StoreChange::Drop, is_refused, "{kind:?}");
        assert_eq!(outcome.reply.header("cache-control"), Some("no-store"));
        let outcome = fail(&authorized, &error(kind, from), Some(&entry), NEXT_MS);
        assert_eq!(
            outcome.reply.body == ReplyBody::Stored,
            stands_in,
            "{kind:?} {from:?}"
        );
    }
}

#[test]
fn the_client_reads_errors_as_without_a_gateway() {
    let body = br#"{"action":"authorization","status":"error","code":144,"message":"key PKEY-0001 \"is not invalid\" \\ "}"#;
    let direct = Error::from_response(403, body).unwrap();
    let reply = fail(&authorized("/ayrshare/user"), &direct, None, NOW_MS).reply;
    let error = understood(&reply);
    assert_eq!(
        (error.kind, error.code, error.status),
        (direct.kind, Some(144), Some(403))
    );
    assert_eq!(error.action.as_deref(), Some("authorization"));
    assert!(
        error.message.contains("is not invalid") && !error.message.contains("PKEY-0001"),
        "{}",
        error.message
    );
    assert!(serde_json::from_str::<serde_json::Value>(text(&reply)).is_ok());
}

#[test]
fn control_characters_in_a_message_become_spaces() {
    let error = Error::new(Kind::Api, "a\nb\u{1f}c\u{7f}d");
    let reply = fail(&authorized("/ayrshare/user"), &error, None, NOW_MS).reply;
    assert_eq!(
        text(&reply),
        r#"{"action":"gateway","status":"error","message":"a b c d"}"#
    );
}

#[test]
fn waiting_times() {
    let authorized = authorized("/ayrshare/user");
    for (ms, seconds) in [
        (1.0, "1"),
        (1_000.0, "1"),
        (1_001.0, "2"),
        (0.0, "0"),
        (f64::INFINITY, "86400"),
    ] {
        let mut held = error(Kind::RateLimit, None);
        held.retry_after_ms = Some(ms);
        let reply = fail(&authorized, &held, None, NOW_MS).reply;
        assert_eq!(reply.header("retry-after"), Some(seconds));
    }
    let mut limited = error(Kind::RateLimit, Some(429));
    limited.retry_after_ms = Some(5_000.0);
    let passed = Passed::pick(|name| (name == "retry-after").then(|| "120".to_owned()));
    let failed = Failed {
        error: &limited,
        passed: &passed,
        api_key: None,
        kept: None,
    };
    let reply = authorized.fail(&failed, NOW_MS).reply;
    let waits: Vec<_> = reply
        .headers
        .iter()
        .filter(|(name, _)| *name == "retry-after")
        .collect();
    assert_eq!(waits, [&("retry-after", "120".to_owned())]);
}

#[test]
fn a_caller_with_the_current_response_gets_304() {
    let tag = etag::of(USER);
    let strong = tag.strip_prefix("W/").unwrap();
    let lists = [
        tag.clone(),
        strong.to_owned(),
        "*".to_owned(),
        format!("\"a,b\", W/\"c\" ,{tag}"),
        format!(" {strong}, \"z\""),
    ];
    for list in &lists {
        let request = IncomingRequest {
            if_none_match: Some(list),
            ..get("/ayrshare/user")
        };
        let authorized = authorized_for(&request);
        let outcome = succeed(&authorized, USER);
        let entry = kept(outcome.clone());
        let down = error(Kind::Timeout, None);
        let replies = [
            outcome.reply,
            authorized.cached_reply(&entry, NOW_MS).unwrap(),
            fail(&authorized, &down, Some(&entry), NEXT_MS).reply,
        ];
        for reply in replies {
            assert_eq!(
                (reply.status, &reply.body),
                (304, &ReplyBody::Empty),
                "{list}"
            );
            assert_eq!(reply.header("etag"), Some(tag.as_str()));
            assert_eq!(reply.header("content-type"), None);
            assert_eq!(reply.header("cache-control"), Some("private, no-cache"));
        }
    }
    let batch = IncomingRequest {
        if_none_match: Some("*"),
        ..get("/ayrshare/user/batch")
    };
    assert_eq!(
        succeed(&authorized_for(&batch), b"{\"success\":true}")
            .reply
            .status,
        200
    );
}

#[test]
fn tags_that_do_not_match() {
    let tag = etag::of(USER);
    let inner = tag.trim_start_matches("W/").trim_matches('"');
    let long = format!("{}{tag}", "\"a\",".repeat(600));
    let rows = [
        "",
        "\"\"",
        "W/\"other\"",
        inner,
        "w/\"x\"",
        "* , \"a\"",
        "**",
        &format!("{tag} x"),
        &format!("\"a\" {tag}"),
        &format!("\"a{tag}"),
        &format!("x,{tag}"),
        &format!("\"a b\",{tag}"),
        &long,
    ];
    for list in rows {
        assert!(!etag::matches(list, &tag), "{list}");
    }
    assert_ne!(etag::of(b"a"), etag::of(b"b"));
    assert_ne!(etag::of(b""), etag::of(b"\0"));
    assert_eq!(etag::of(b""), "W/\"cbf29ce4842223250000000000000000\"");
    assert_eq!(etag::of(b"a"), "W/\"af63dc4c8601ec8c0000000000000001\"");
}
