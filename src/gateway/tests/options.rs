//! A gateway with invalid options does not start.

use super::*;

fn refusal(change: impl FnOnce(&mut GatewayOptions)) -> Option<String> {
    let mut options = set();
    change(&mut options);
    let error = Gateway::new(options).err()?;
    assert_eq!(error.kind, Kind::Config);
    Some(error.message.clone())
}

#[test]
fn omitting_authorize_must_be_explicit() {
    assert_eq!(Access::check(true, false).unwrap(), Access::Authorize);
    assert_eq!(Access::check(false, true).unwrap(), Access::Everybody);
    let missing = Access::check(false, false).unwrap_err();
    assert!(missing.message.contains("`authorize` is missing"));
    assert_eq!(missing.kind, Kind::Config);
    assert!(Access::check(true, true).is_err());
}

#[test]
fn origins() {
    let good = [
        "https://example.com",
        "https://example.com:8443",
        "https://xn--bcher-kva.example",
        "http://localhost:3000",
        "http://app.localhost",
        "http://127.0.0.1:8787",
        "http://[::1]:8787",
        "https://[2001:db8::1]",
        "https://[2001:db8::1]:8443",
        "capacitor://localhost",
        "chrome-extension://abcdefghijklmnop",
    ];
    for origin in good {
        assert_eq!(
            refusal(|it| it.allowed_origins = vec![origin.to_owned()]),
            None,
            "{origin}"
        );
    }
    let bad = [
        "*",
        "null",
        "",
        "example.com",
        "//example.com",
        "https://",
        "https://example.com/",
        "https://example.com/app",
        "https://example.com?x",
        "https://Example.com",
        "HTTPS://example.com",
        "https://*.example.com",
        "https://user@example.com",
        "https://example.com:443",
        "http://localhost:80",
        "https://example.com:",
        "https://example.com:0",
        "https://example.com:08443",
        "https://example.com:65536",
        "https://example.com:99999999999",
        "https://example..com",
        "https://bücher.example",
        "http://example.com",
        "http://localhost.example.com",
        "https://[::1",
        "https://[]",
        "1https://example.com",
        "https://example.com, https://a.com",
        " https://example.com",
    ];
    for origin in bad {
        let message = refusal(|it| it.allowed_origins.push(origin.to_owned()));
        assert!(
            message.is_some_and(|text| text.contains("`allowedOrigins`")),
            "{origin}"
        );
    }
}

#[test]
fn null_and_wildcard_origins_are_refused() {
    for (origin, why) in [("*", "any page could read"), ("null", "any page can send")] {
        let message = refusal(|it| it.allowed_origins = vec![origin.to_owned()]);
        assert!(message.is_some_and(|text| text.contains(why)), "{origin}");
    }
}

#[test]
fn prefixes() {
    for prefix in ["/", "/a", "/ayrshare", "/api/v1.2/~me_-"] {
        assert_eq!(
            refusal(|it| it.prefix = prefix.to_owned()),
            None,
            "{prefix}"
        );
    }
    let long = ["/", &"a".repeat(100)].concat();
    for prefix in [
        "", "a", "/a/", "//", "//a", "/a//b", "/.", "/..", "/a/../b", "/%61", "/a b", "/a?b",
        "/a#b", "/é", &long,
    ] {
        let message = refusal(|it| it.prefix = prefix.to_owned());
        assert!(
            message.is_some_and(|text| text.contains("`prefix`")),
            "{prefix}"
        );
    }
}

#[test]
fn the_prefix_applies_to_every_route() {
    for (prefix, url) in [("/", "/user"), ("/a/b", "/a/b/user")] {
        let gateway = Gateway::new(GatewayOptions {
            prefix: prefix.to_owned(),
            ..set()
        });
        let gateway = gateway.unwrap();
        assert!(matches!(gateway.receive(&get(url)), Received::Call(_)));
        assert!(matches!(
            gateway.receive(&get("/ayrshare/user")),
            Received::Reply(_)
        ));
    }
}

#[test]
fn keys_and_the_rest() {
    for key in ["", " ", "a b", "a\n", "é"] {
        let message = refusal(|it| it.api_key = Some(secret(key)));
        assert!(message.is_some_and(|text| text.contains("`apiKey`")));
        let message = refusal(|it| {
            it.access = Access::Everybody;
            it.profile_key = Some(secret(key));
        });
        assert!(message.is_some_and(|text| text.contains("`profileKey`")));
    }
    assert!(refusal(|it| it.profile_key = Some(secret("PKEY-0001"))).is_some());
    for ms in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(
            refusal(|it| it.stale_if_error_ms = ms)
                .is_some_and(|text| text.contains("`staleIfErrorMs`"))
        );
    }
    for name in ["", "*", "a b", "a:b"] {
        assert!(refusal(|it| it.allowed_headers = vec![name.to_owned()]).is_some());
    }
    for secrets in [Vec::new(), vec![secret("a"), secret("")]] {
        assert!(refusal(|it| it.webhook_secrets = Some(WebhookSecrets::Given(secrets))).is_some());
    }
    assert!(refusal(|it| it.webhook_secrets = Some(WebhookSecrets::Asked)).is_none());
    for ms in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(
            refusal(|it| it.webhook_tolerance_ms = ms)
                .is_some_and(|text| text.contains("`toleranceMs`"))
        );
    }
    assert!(refusal(|it| it.webhook_tolerance_ms = 0.0).is_none());
}

#[test]
fn a_public_gateway_serves_one_profile_and_never_all() {
    for (key, profile) in [
        (None, GrantedProfile::Primary),
        (Some("P-9"), GrantedProfile::Key(secret("P-9"))),
    ] {
        let mut options = GatewayOptions::new(Access::Everybody);
        options.profile_key = key.map(secret);
        let gateway = Gateway::new(options).unwrap();
        let open = |url| match gateway.receive(&get(url)) {
            Received::Call(call) => {
                assert!(!call.needs_authorization());
                call.open()
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(open("/ayrshare/user").unwrap().upstream().profile, profile);
        assert_eq!(open("/ayrshare/user/batch").unwrap_err().status, 403);
        assert_eq!(
            open("/ayrshare/user/batch/profiles").unwrap_err().status,
            403
        );
    }
    let call = called(&get("/ayrshare/user"));
    assert!(call.needs_authorization());
    assert_eq!(call.open().unwrap_err().status, 401);
}
