use super::*;

const KEY: &str = "ABCD1234-EFGH5678-IJKL9012-MNOP3456";

#[test]
fn a_secret_is_not_printed() {
    let secret = Secret::new(KEY.to_owned());
    assert_eq!(
        format!("{secret} {secret:?} {secret:#?}"),
        "[redacted] [redacted] [redacted]"
    );
    assert_eq!(format!("{:?}", Some(secret.clone())), "Some([redacted])");
    assert_eq!(secret.expose(), KEY);
}

#[test]
fn url_keeps_the_path_of_an_endpoint() {
    let rows = [
        (
            "https://app.ayrshare.com/api/user",
            "https://app.ayrshare.com/api/user",
        ),
        (
            "https://app.ayrshare.com/api/user?instagramQuota=true",
            "https://app.ayrshare.com/api/user",
        ),
        (
            "https://api.ayrshare.com/api/user/details/pinterest#x",
            "https://api.ayrshare.com/api/user/details/pinterest",
        ),
        (
            "https://me:secret@gate.example:8443/ayrshare/user/batch",
            "https://gate.example:8443/ayrshare/user/batch",
        ),
        (
            "https://me@evil:se/cret@gate.example/user",
            "https://evil:se/cret@gate.example/user",
        ),
        ("/ayrshare/user?validate=true", "/ayrshare/user"),
        (
            "HTTP://127.0.0.1:8080/api/user",
            "HTTP://127.0.0.1:8080/api/user",
        ),
        ("https://gate.example", "https://gate.example"),
        ("https://gate.example/", "https://gate.example/"),
        ("", ""),
        ("?key=secret", ""),
    ];
    for (given, shown) in rows {
        assert_eq!(url(given), shown, "{given}");
    }
}

#[test]
fn url_shows_only_host_and_last_segment_of_other_addresses() {
    let rows = [
        (
            "https://storage.googleapis.com/batch.ayrshare.com/users/UID/users-batch-2024-01-02.json?X-Goog-Signature=5e&X=1",
            "https://storage.googleapis.com/…/users-batch-2024-01-02.json",
        ),
        (
            "https://files.example/one.json?sig=1",
            "https://files.example/one.json",
        ),
        ("https://files.example/a/b/", "https://files.example/…/"),
        (
            "https:\\\\u:p@files.example\\a\\b.json",
            "https://files.example/…/b.json",
        ),
        ("data:text/plain,secret", "data:[redacted]"),
        ("blob:https://app.example/6f1c", "blob:[redacted]"),
        ("https:/one-slash", "https:[redacted]"),
    ];
    for (given, shown) in rows {
        assert_eq!(url(given), shown, "{given}");
    }
}

#[test]
fn text_hides_secrets_in_every_spelling() {
    let secret = "a/b\"c d\\e+%é=";
    let encoded = "a%2Fb%22c%20d%5Ce%2B%25%C3%A9%3D";
    let rows = [
        secret.to_owned(),
        encoded.to_owned(),
        encoded.to_lowercase(),
        encoded.replace("%20", "+"),
        "a\\/b\\\"c d\\\\e+%é=".to_owned(),
        "a\\u002fb\\u0022c\\u0020d\\u005Ce+%é=".to_owned(),
    ];
    for spelling in rows {
        let shown = text(&format!("<{spelling}>{spelling}!"), &[secret]);
        assert_eq!(shown, "<[redacted]>[redacted]!", "{spelling}");
    }
    assert_eq!(text("100%25 sure", &["100% sure"]), "[redacted]");
    assert_eq!(text("100%25 sure", &["100%25 sure"]), "[redacted]");
}

#[test]
fn secrets_that_look_like_escapes_are_hidden_in_json() {
    for secret in [r#""\\="%25"#, r#"%%%25"%\"#, r#"\\\"\"\\"#, r#"%5C"%22\u"#] {
        let json = serde_json::to_string(secret).unwrap();
        assert_eq!(text(&json, &[secret]), "\"[redacted]\"", "{secret}");
    }
}

#[test]
fn secrets_shorter_than_eight_bytes_are_not_redacted() {
    assert_eq!(text("tasks_queues", &["k"]), "tasks_queues");
    assert_eq!(text("at 1234567", &["1234567"]), "at 1234567");
    assert_eq!(text("at 12345678", &["12345678"]), "at [redacted]");
    assert_eq!(header("profile-key", "k"), "[redacted]");
    assert_eq!(format!("{:?}", Secret::new("k".to_owned())), "[redacted]");
}

#[test]
fn empty_secrets_are_ignored() {
    assert_eq!(text("as it was", &["", ""]), "as it was");
    assert_eq!(text("", &["", "x"]), "");
}

#[test]
fn overlapping_secrets_leave_nothing() {
    let rows: [(&str, &[&str], &str); 7] = [
        ("-abcdefghijkl-", &["abcdefgh", "efghijkl"], "-[redacted]-"),
        ("-abcdefghijkl-", &["efghijkl", "abcdefgh"], "-[redacted]-"),
        (
            "-abcdefghijkl-",
            &["abcdefgh", "abcdefghijkl"],
            "-[redacted]-",
        ),
        (
            "-abcdefghijkl-",
            &["abcdefghijkl", "abcdefgh"],
            "-[redacted]-",
        ),
        (
            "-abcdefghabcdefghijkl-",
            &["abcdefghijkl", "abcdefgh"],
            "-[redacted][redacted]-",
        ),
        (
            "-abcdefghijkl-",
            &["bcdefghi", "abcdefghijkl"],
            "-[redacted]-",
        ),
        ("-aaaaaaaaaaa-", &["aaaaaaaa"], "-[redacted]-"),
    ];
    for (given, secrets, shown) in rows {
        let joined = shown.replace("[redacted][redacted]", "[redacted]");
        let found = text(given, secrets).replace("[redacted][redacted]", "[redacted]");
        assert_eq!(found, joined, "{given} {secrets:?}");
    }
}

#[test]
fn text_cuts_the_queries_of_urls() {
    let rows = [
        (
            "Failed to fetch https://a.example/user?key=1&b=2 (offline)",
            "Failed to fetch https://a.example/user (offline)",
        ),
        ("https://a.example/x?sig", "https://a.example/x"),
        ("https://a.example?X-Goog-Signature=5e", "https://a.example"),
        ("https://a.example/x#access_token=5e", "https://a.example/x"),
        ("https://me:pw@a.example/x", "https://a.example/x"),
        ("url=https://me:pw@a.example/x?y", "url=https://a.example/x"),
        (
            "TypeError:https://me:pw@a.example/x?y",
            "TypeError:https://a.example/x",
        ),
        (
            "https://a.example/x,https://me:pw@b.example/y?sig=1",
            "https://a.example/x,https://b.example/y",
        ),
        (
            "https://a.example/go?to=https://me:pw@b.example/y",
            "https://a.example/go",
        ),
        ("/go?to=https://me:pw@b.example/y", "/go"),
        (
            "GET /users-batch.json?X-Goog-Signature=5e failed",
            "GET /users-batch.json failed",
        ),
        (
            "https%3A%2F%2Fa.example%2Fx%3FX-Goog-Signature%3D5e",
            "https%3A%2F%2Fa.example%2Fx",
        ),
        (
            "https://a.example/x?one=1\nhttps://b.example/y?two=2",
            "https://a.example/x\nhttps://b.example/y",
        ),
        (
            "<Resource>https://a.example/x?one=1</Resource>",
            "<Resource>https://a.example/x</Resource>",
        ),
    ];
    for (given, shown) in rows {
        assert_eq!(text(given, &[]), shown, "{given}");
    }
}

#[test]
fn text_leaves_prose_alone() {
    let rows = [
        "why? because 1=1",
        "really?? yes",
        "a: b, c://",
        "time 10:20:30",
        "code #12",
        "mail me@host.example",
        "Bearer token missing",
        "Use a Bearer Authentication, please",
        "unbearable bearers",
        "bearer",
    ];
    for prose in rows {
        assert_eq!(text(prose, &[]), prose);
    }
}

#[test]
fn json_stays_json() {
    let rows = [
        (
            r#"{"url":"https://a.example/x?sig=1","n":1}"#,
            r#"{"url":"https://a.example/x","n":1}"#,
        ),
        (
            r#"{"url":"https:\/\/u:p@a.example\/x?sig=1\u0026b=2","n":1}"#,
            r#"{"url":"https:\/\/a.example\/x","n":1}"#,
        ),
        (
            r#"{"t":"{\"url\":\"https://a.example/x?sig=1\"}"}"#,
            r#"{"t":"{\"url\":\"https://a.example/x\"}"}"#,
        ),
        (
            r#"{"t":"{\"a\":\"Bearer xyz\"}"}"#,
            r#"{"t":"{\"a\":\"Bearer [redacted]\"}"}"#,
        ),
    ];
    for (given, shown) in rows {
        let found = text(given, &[]);
        assert_eq!(found, shown);
        serde_json::from_str::<serde_json::Value>(&found).unwrap();
    }
}

#[test]
fn text_hides_bearer_tokens() {
    let rows = [
        ("Bearer xyz", "Bearer [redacted]"),
        (
            "authorization: bearer xyz, next",
            "authorization: bearer [redacted] next",
        ),
        ("BEARER   x.y-z", "BEARER   [redacted]"),
        (
            "Headers.append: \"Bearer xyz\" is invalid",
            "Headers.append: \"Bearer [redacted]\" is invalid",
        ),
        (
            "Bearer 'xyz' Bearer abc",
            "Bearer '[redacted]' Bearer [redacted]",
        ),
        ("Bearer%20xyz", "Bearer%20[redacted]"),
        ("{\"bearer\":\"xyz\"}", "{\"bearer\":\"[redacted]\"}"),
        ("Bearer Bearer", "Bearer [redacted]"),
        ("Bearer key-1234", "Bearer [redacted]"),
    ];
    for (given, shown) in rows {
        assert_eq!(text(given, &[]), shown, "{given}");
    }
}

#[test]
fn redacting_twice_changes_nothing() {
    let given = format!("Bearer {KEY} at https://u:p@a.example/{KEY}?key={KEY} and '{KEY}'");
    let once = text(&given, &[KEY]);
    assert_eq!(
        once,
        "Bearer [redacted] at https://a.example/[redacted] and '[redacted]'"
    );
    assert_eq!(text(&once, &[KEY]), once);
}

#[test]
fn headers() {
    let hidden = [
        "Authorization",
        "profile-key",
        "Profile-Key",
        "cookie",
        "Set-Cookie",
        "x-api-key",
        "X-Twitter-OAuth1-Api-Key",
        "x-twitter-oauth1-api-secret",
        "x-session-id",
        "csrf-TOKEN",
        "proxy-authorization",
        "client_secret",
        "x-goog-signature",
        "x-password",
    ];
    for name in hidden {
        assert_eq!(header(name, "value"), "[redacted]", "{name}");
    }
    for name in [
        "accept",
        "content-type",
        "retry-after",
        "x-ratelimit-count",
        "date",
        "etag",
    ] {
        assert_eq!(header(name, "value"), "value", "{name}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig {
        failure_persistence: None,
        ..proptest::prelude::ProptestConfig::default()
    })]

    /// Small alphabets make secrets overlap, repeat and look like escapes.
    #[test]
    fn no_secret_survives(
        parts in proptest::collection::vec("[ab%\\\\é:/?=@ ]{0,6}", 0..6),
        secrets in proptest::collection::vec("[ab%\\\\é/2]{8,10}", 1..4),
        picks in proptest::collection::vec(0..4_usize, 0..6),
    ) {
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let mut given = String::new();
        for (part, pick) in parts.iter().zip(&picks) {
            given.push_str(part);
            given.push_str(secrets.get(*pick).copied().unwrap_or_default());
        }
        // The replacement text itself could otherwise complete a secret.
        let shown = without_secrets(&given, &secrets).replace(REDACTED, "\u{0}");
        for secret in &secrets {
            proptest::prop_assert!(!shown.contains(secret), "{shown:?} {secret:?}");
        }
    }

    #[test]
    fn anything_can_be_redacted(given in "\\PC*", secret in "\\PC{0,12}") {
        let _ = (text(&given, &[&secret]), url(&given), header(&given, &secret));
    }

    /// An encoded secret is found at any position.
    #[test]
    fn no_encoded_secret_survives(before in "[a-z ]{0,5}", secret in "[A-Z0-9/+=%\"\\\\é ]{8,20}") {
        let encoded = secret.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
        let json = serde_json::to_string(&secret).unwrap();
        let json = json.strip_prefix('"').and_then(|json| json.strip_suffix('"')).unwrap();
        let wanted = format!("{before}{REDACTED}.");
        proptest::prop_assert_eq!(without_secrets(&format!("{before}{encoded}."), &[&secret]), wanted.clone());
        proptest::prop_assert_eq!(without_secrets(&format!("{before}{json}."), &[&secret]), wanted);
    }
}

#[test]
fn nothing_is_shown_of_a_signed_url_whatever_part_of_it_a_text_holds() {
    let signature = "0123456789abcdef0123456789abcdef01234567";
    let query = format!("X-Goog-Date=20260101T000000Z&X-Goog-Signature={signature}");
    let url = format!("https://storage.example/bucket/file.json?{query}");
    let path = format!("/bucket/file.json?{query}");
    let pair = format!("X-Goog-Signature={signature}");
    for part in [&url, &path, &query, &pair, signature] {
        let shown = text(&format!("cannot read {part}."), &signed_url(&url));
        assert!(!shown.contains(signature.get(..8).unwrap()), "{shown}");
        assert!(
            shown.starts_with("cannot read ") && shown.contains(REDACTED) || part == path,
            "{shown}"
        );
    }
    // Short values are too common to be searched for.
    let short = "https://storage.example/file.json?alt=media";
    assert_eq!(
        text("the media is gone", &signed_url(short)),
        "the media is gone"
    );
    assert_eq!(
        signed_url("https://storage.example/file.json"),
        ["https://storage.example/file.json", ""]
    );
}
