//! Attacks, each refused with the status in its row.

use super::*;

const LONG: usize = 9_000;

#[test]
fn attacks_on_the_path() {
    let rows = [
        "//user",
        "/ayrshare//user",
        "//ayrshare/user",
        "/ayrshare/user/",
        "/ayrshare/user/.",
        "/ayrshare/./user",
        "/ayrshare/x/../user",
        "/ayrshare/%2e%2e/user",
        "/ayrshare/%2E%2E/ayrshare/user",
        "/ayrshare%2fuser",
        "/ayrshare/user%2f",
        "/ayrshare/user%2Fbatch",
        "/ayrshare/%75ser",
        "/ayrshare/user%00",
        "/ayrshare/user\0",
        "/ayrshare/user;x=1",
        "/ayrshare\\user",
        "/ayrshare/User",
        "/AYRSHARE/user",
        "/ayrshare/user ",
        " /ayrshare/user",
        "/ayrshareuser",
        "/ayrshare2/user",
        "/ayrshare",
        "/ayrshare/",
        "/user",
        "",
        "/",
        "ayrshare/user",
        "https://gateway.example",
        "https://gateway.example?/ayrshare/user",
        "https://gateway.example#/ayrshare/user",
        "https://gateway.example//ayrshare/user",
        "/ayrshare/user/details",
        "/ayrshare/user/details/",
        "/ayrshare/user/details/facebook",
        "/ayrshare/user/details/Pinterest",
        "/ayrshare/user/details/pinterest/",
        "/ayrshare/user/details/../batch",
        "/ayrshare/user/batch/",
        "/ayrshare/user/batch/profiles/",
        "/ayrshare/user/batch/profiles/1",
        "/ayrshare/hook/webhook",
        "/ayrshare/webhook/",
        "/ayrshare/post",
    ];
    for url in rows {
        assert_eq!(status(&get(url)), 404, "{url}");
    }
    let long = ["/ayrshare/user?", &"a".repeat(LONG)].concat();
    assert_eq!(status(&get(&long)), 414);
    let long = ["/ayrshare/", &"../".repeat(LONG)].concat();
    assert_eq!(status(&get(&long)), 414);
}

/// For each limit, the first length is the maximum and the second is too long.
#[test]
fn limits_are_exact_to_the_byte() {
    let padded = |start: &str, len: usize| format!("{start}{}", "a".repeat(len - start.len()));
    let address = |len| status(&get(&padded("/ayrshare/user?", len)));
    assert_eq!((address(8_192), address(8_193)), (400, 414));
    let prefix = |len| {
        let prefix = padded("/", len);
        Gateway::new(GatewayOptions { prefix, ..set() }).is_ok()
    };
    assert_eq!((prefix(100), prefix(101)), (true, false));
    let selection = |count: u32| {
        let names: Vec<_> = (0..count).map(|index| format!("n{index}")).collect();
        let names = names.join(",");
        status(&get(
            &["/ayrshare/user/batch/profiles?select=", &names].concat()
        ))
    };
    assert_eq!((selection(64), selection(65)), (0, 400));
    let tag = etag::of(USER);
    let list = |len: usize| {
        let others = padded("\"", len - tag.len() - 2);
        etag::matches(&[&others, "\",", &tag].concat(), &tag)
    };
    assert_eq!((list(2_048), list(2_049)), (true, false));
}

#[test]
fn attacks_on_the_method() {
    for method in [
        "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "get", "Head", "", "GET ",
    ] {
        let request = IncomingRequest {
            method,
            ..get("/ayrshare/user")
        };
        let reply = refused(&request);
        assert_eq!(
            (reply.status, reply.header("allow")),
            (405, Some("GET, HEAD, OPTIONS")),
            "{method}"
        );
        let elsewhere = IncomingRequest {
            method,
            ..get("/ayrshare/none")
        };
        assert_eq!(status(&elsewhere), 404, "{method}");
    }
    for method in ["GET", "HEAD", "OPTIONS", "PUT"] {
        let request = IncomingRequest {
            method,
            ..get("/ayrshare/webhook")
        };
        let reply = refused(&request);
        assert_eq!(
            (reply.status, reply.header("allow")),
            (405, Some("POST")),
            "{method}"
        );
    }
}

#[test]
fn attacks_on_the_origin() {
    let rows = [
        "null",
        "",
        "*",
        "https://app.example.com.",
        "https://app.example.com/",
        "https://app.example.com:443",
        "https://app.example.com:8443",
        "https://APP.example.com",
        "HTTPS://app.example.com",
        "http://app.example.com",
        "https://evil-app.example.com",
        "https://app.example.com.evil.com",
        "https://evil.com/https://app.example.com",
        "https://sub.app.example.com",
        "https://example.com",
        "https://app.example.com@evil.com",
        "https://user@app.example.com",
        "https://app.example.com, https://evil.com",
        "https://evil.com https://app.example.com",
        " https://app.example.com",
        "https://app.example.com\0",
        "http://localhost:5174",
        "http://localhost",
    ];
    for origin in rows {
        for method in ["GET", "HEAD", "OPTIONS", "POST"] {
            let request = IncomingRequest {
                method,
                origin: Some(origin),
                preflight_method: Some("GET"),
                ..get("/ayrshare/user")
            };
            let reply = refused(&request);
            assert_eq!(reply.status, 403, "{origin}");
            assert!(
                reply
                    .headers
                    .iter()
                    .all(|(name, _)| !name.starts_with("access-control")),
                "{origin}"
            );
            assert_eq!(reply.header("vary"), Some("Origin"));
            assert_eq!(reply.header("cache-control"), Some("no-store"));
        }
    }
}

#[test]
fn attacks_on_the_query() {
    let rows = [
        ("/user?profileKey=P-2", "profileKey"),
        ("/user?profile_key=P-2", "…"),
        ("/user?Profile-Key=P-2", "…"),
        ("/user?authorization=Bearer", "authorization"),
        ("/user?source=npm", "source"),
        ("/user?instagramquota=true", "instagramquota"),
        ("/user?%69nstagramQuota=true", "…"),
        ("/user?instagramQuota[]=true", "…"),
        ("/user?instagramQuota=1", "instagramQuota"),
        ("/user?instagramQuota=TRUE", "instagramQuota"),
        ("/user?instagramQuota=", "instagramQuota"),
        ("/user?instagramQuota", "instagramQuota"),
        (
            "/user?instagramQuota=true%26validate=true",
            "instagramQuota",
        ),
        ("/user?instagramQuota=true;validate=true", "instagramQuota"),
        ("/user?instagramQuota=true=true", "instagramQuota"),
        ("/user?validate=true&validate=true", "validate"),
        ("/user?validate=true&validate=false", "validate"),
        ("/user?&", "…"),
        ("/user?validate=true&", "…"),
        ("/user?validate=true?validate=false", "validate"),
        ("/user/details/pinterest?validate=true", "validate"),
        ("/user/batch?select=refId", "select"),
        ("/user/batch/profiles?instagramQuota=true", "instagramQuota"),
        ("/user/batch/profiles?select=a&select=b", "select"),
        ("/user/batch/profiles?select=", "select"),
        ("/user/batch/profiles?select=a,", "select"),
        ("/user/batch/profiles?select=a.b", "select"),
        ("/user/batch/profiles?select=%", "select"),
        ("/user/batch/profiles?select=%4", "select"),
        ("/user/batch/profiles?select=%c3%a9", "select"),
        ("/user/batch/profiles?where=", "where"),
        ("/user/batch/profiles?where=network", "where"),
        ("/user/batch/profiles?where=network:", "where"),
        ("/user/batch/profiles?where=network:a,network:b", "where"),
        ("/user/batch/profiles?where=nothingLinked:true", "where"),
        (
            "/user/batch/profiles?where=nothingLinked,nothingLinked",
            "where",
        ),
        ("/user/batch/profiles?where=refreshWithinDays:-1", "where"),
        ("/user/batch/profiles?where=refreshWithinDays:1.5", "where"),
        (
            "/user/batch/profiles?where=refreshWithinDays:36501",
            "where",
        ),
        (
            "/user/batch/profiles?where=refreshWithinDays:99999999999",
            "where",
        ),
        ("/user/batch/profiles?where=refId:1", "where"),
    ];
    for (target, name) in rows {
        let reply = refused(&get(&["/ayrshare", target].concat()));
        assert_eq!(reply.status, 400, "{target}");
        let named = ["the query parameter `", name, "` "].concat();
        assert!(text(&reply).contains(&named), "{target}: {}", text(&reply));
    }
}

/// A key has no effect, wherever a caller puts it in a request.
#[test]
fn a_key_of_another_tenant() {
    let upstream = authorized("/ayrshare/user").upstream();
    assert_eq!(upstream.profile, GrantedProfile::Key(secret("PKEY-0001")));
    let headers = upstream.headers(&secret("AKEY-0001"));
    let shown: Vec<_> = headers
        .iter()
        .map(|(name, value)| (*name, value.expose()))
        .collect();
    let expected = [
        ("accept", "application/json"),
        ("authorization", "Bearer AKEY-0001"),
        ("profile-key", "PKEY-0001"),
    ];
    assert_eq!(shown, expected);
    for url in [
        "https://P-2@gateway.example/ayrshare/user",
        "https://P-2/ayrshare/user",
        "/ayrshare/user#P-2",
    ] {
        let request = IncomingRequest {
            if_none_match: Some("\"P-2\""),
            ..get(url)
        };
        assert_eq!(authorized_for(&request).upstream(), upstream, "{url}");
    }
    for url in [
        "/ayrshare/P-2/user",
        "/ayrshare/user/P-2",
        "/ayrshare/user?P-2",
        "/ayrshare/user?profileKey=P-2",
    ] {
        let reply = refused(&get(url));
        assert!(!text(&reply).contains("P-2"), "{url}");
    }
}

#[test]
fn responses_that_must_not_be_passed_on() {
    let authorized = authorized("/ayrshare/user");
    let rows: [(&[u8], u16); 8] = [
        (br#"{"refId":"1","echo":"AKEY-0001"}"#, 502),
        (br#"{"refId":"1","echo":"x PKEY-0001"}"#, 502),
        (br#"{"refId":"1","echo":"AAAKEY-0001"}"#, 502),
        (br#"{"refId":"1","echo":"A-AKEY-0001A"}"#, 502),
        (br#"{"status":"error","message":"no"}"#, 200),
        (
            br#"{"status":"error","code":102,"message":"key AKEY-0001 of PKEY-0001"}"#,
            200,
        ),
        (br#"{"success":false}"#, 200),
        (br#"{"refId":"P-2"}"#, 200),
    ];
    for (body, status) in rows {
        let outcome = succeed(&authorized, body);
        assert_eq!(outcome.reply.status, status);
        let is_whole = outcome.reply.body == ReplyBody::Upstream;
        assert_eq!(is_whole, body.starts_with(br#"{"refId":"P-2""#));
        if !is_whole {
            let shown = text(&outcome.reply);
            assert!(
                !shown.contains("AKEY-0001") && !shown.contains("PKEY-0001"),
                "{shown}"
            );
            assert!(!matches!(outcome.change, StoreChange::Put(_)));
        }
    }
}

#[test]
fn other_statuses_than_success() {
    let authorized = authorized("/ayrshare/user");
    for (from, to) in [
        (201, 502),
        (204, 502),
        (206, 502),
        (301, 502),
        (304, 502),
        (307, 502),
        (401, 502),
        (403, 403),
        (419, 419),
        (500, 500),
        (600, 502),
        (100, 502),
    ] {
        let success = Success {
            status: from,
            body: USER,
            passed: &Passed::default(),
            api_key: &secret("AKEY-0001"),
        };
        let outcome = authorized.succeed(&success, NOW_MS);
        assert_eq!(outcome.reply.status, to, "{from}");
        assert!(matches!(outcome.reply.body, ReplyBody::Text(_)), "{from}");
        assert!(!matches!(outcome.change, StoreChange::Put(_)), "{from}");
    }
}

#[test]
fn headers_that_are_not_passed_on() {
    let bad = |name: &str| match name {
        "x-ratelimit-max" => Some("300, 300".to_owned()),
        "x-ratelimit-count" => Some("12\r\nset-cookie: a=b".to_owned()),
        "x-ratelimit-reset" => Some("1".repeat(65)),
        "x-ratelimit-remaining" => Some(String::new()),
        "retry-after" => Some("soon".to_owned()),
        _ => Some("AKEY-0001".to_owned()),
    };
    assert_eq!(Passed::pick(bad), Passed::default());
    for wait in ["120", "Sun, 06 Nov 1994 08:49:37 GMT"] {
        let good = |name: &str| match name {
            "x-ratelimit-max" => Some("300".to_owned()),
            "retry-after" => Some(wait.to_owned()),
            "set-cookie" | "location" | "server" | "etag" | "access-control-allow-origin" => {
                Some("x".to_owned())
            }
            _ => None,
        };
        let mut headers = ReplyHeaders::new();
        Passed::pick(good).push(&mut headers);
        let expected = [
            ("x-ratelimit-max", "300".to_owned()),
            ("retry-after", wait.to_owned()),
        ];
        assert_eq!(headers, expected);
    }
}
