//! What our own client reads from the errors that the gateway sends.

use super::*;
use crate::error::codes;

/// What Ayrshare says in these tests: words that no advice has.
const WORDS: &str = "Teapots whistle, key PKEY-0001";
const STATUSES: [u16; 17] = [
    200, 201, 301, 400, 401, 402, 403, 404, 407, 408, 418, 419, 429, 500, 501, 503, 504,
];

/// The error that our client reads through this many gateways in a row.
fn through(gateways: usize, first: &Error) -> Error {
    let mut error = first.clone();
    for _ in 0..gateways {
        error = understood(&fail(&authorized("/ayrshare/user"), &error, None, NOW_MS).reply);
    }
    error
}

/// Asserts that a message says nothing twice: no three words in a row, and nobody speaks twice.
fn assert_once(message: &str) {
    let is_inside = |c: char| c.is_alphanumeric() || c == '-';
    let words: Vec<_> = message
        .split(|c| !is_inside(c))
        .filter(|it| !it.is_empty())
        .collect();
    let phrases: Vec<_> = words.windows(3).collect();
    for (at, phrase) in phrases.iter().enumerate() {
        assert!(
            !phrases[..at].contains(phrase),
            "{phrase:?} twice: {message}"
        );
    }
    assert!(message.matches("Ayrshare says").count() <= 1, "{message}");
    assert!(
        message.matches("the gateway says").count() <= 1,
        "{message}"
    );
}

/// The part of a message that is never cut.
fn start(message: &str) -> String {
    message.chars().take(500).collect()
}

fn bodies() -> Vec<String> {
    let known = codes().map(|(code, _)| code);
    let mut bodies: Vec<_> = known
        .chain([221])
        .flat_map(|code| {
            [
                format!(r#"{{"action":"a","status":"error","code":{code},"message":"{WORDS}"}}"#),
                format!(r#"{{"status":"error","code":{code},"message":"{WORDS}"}}"#),
                format!(r#"{{"action":"a","status":"error","code":{code}}}"#),
            ]
        })
        .collect();
    bodies.extend([
        format!(r#"{{"action":"a","status":"error","message":"{WORDS}"}}"#),
        format!(r#"{{"status":"error","errors":[{{"message":"{WORDS}"}}]}}"#),
        format!(
            r#"{{"status":"error","message":"`{WORDS}` \" \\ {}"}}"#,
            "é".repeat(600)
        ),
        r#"{"status":"error","message":""}"#.to_owned(),
        r#"{"status":"error"}"#.to_owned(),
        WORDS.to_owned(),
        "<h1>502 Bad Gateway</h1>".to_owned(),
        "{\"code\":102,\"mess".to_owned(),
        String::new(),
    ]);
    bodies
}

#[test]
fn an_error_of_ayrshare_reads_as_without_a_gateway() {
    let (mut same, mut explained) = (0, 0);
    for (status, body) in STATUSES
        .iter()
        .flat_map(|status| bodies().into_iter().map(|body| (*status, body)))
    {
        let Some(direct) = Error::from_response(status, body.as_bytes()) else {
            continue;
        };
        let seen = through(1, &direct);
        let row = format!("{status} {body}: {}", seen.message);
        assert_once(&seen.message);
        assert!(!seen.message.contains("PKEY-0001"), "{row}");
        assert_eq!(seen.code, direct.code, "{row}");
        let is_status_kept = seen.status == direct.status;
        let is_code_known = direct
            .code
            .is_some_and(|it| codes().any(|(code, _)| code == it));
        if is_status_kept || is_code_known {
            assert_eq!(
                (seen.kind, seen.retryable),
                (direct.kind, direct.retryable),
                "{row}"
            );
        }
        let hidden = direct.message.replace("PKEY-0001", "[redacted]");
        let has_words = direct.message.ends_with('`');
        if has_words && (is_status_kept || is_code_known) {
            assert_eq!(
                (start(&seen.message), &seen.action),
                (start(&hidden), &direct.action),
                "{row}"
            );
            same += 1;
        } else {
            let expected = ["the gateway says: `", &hidden.replace('`', "'"), "`"].concat();
            assert_eq!(
                (start(&seen.message), seen.action.as_deref()),
                (start(&expected), Some("gateway")),
                "{row}"
            );
            explained += 1;
        }
        // The second gateway passes on what the first one said.
        let again = through(3, &direct);
        assert_eq!(
            (&again.message, again.kind, again.code, &again.action),
            (&seen.message, seen.kind, seen.code, &seen.action),
            "{row}"
        );
    }
    assert!(same > 300 && explained > 200, "{same} {explained}");
}

#[test]
fn an_error_on_the_way_to_ayrshare_is_the_gateways() {
    use Kind::{
        Aborted, Api, Auth, Config, Decode, Expired, Internal, Network, NotReady, RateLimit,
        Timeout,
    };
    let rows = [
        (
            Network,
            None,
            "could not reach the API: ECONNREFUSED 127.0.0.1:80",
            Api,
        ),
        (Timeout, None, "the attempt timed out (`timeoutMs`)", Api),
        (
            RateLimit,
            None,
            "the profile's rate limit is used up: nothing was sent; call again after `retryAfterMs`",
            RateLimit,
        ),
        (
            Decode,
            Some(200),
            "the response has an unexpected shape: `a` is missing",
            Api,
        ),
        (
            Api,
            None,
            "redirects are not followed: check `baseUrl`",
            Api,
        ),
        (
            Api,
            Some(502),
            "the response has an unusual HTTP status",
            Api,
        ),
        (
            Auth,
            Some(403),
            "the batch file's host refused access",
            Auth,
        ),
        (
            Config,
            None,
            "the `apiKey` function failed: see `cause`",
            Api,
        ),
        (Aborted, None, "the call was aborted by its signal", Api),
        (
            Internal,
            None,
            "a response is neither success nor error",
            Api,
        ),
        (NotReady, None, "the batch file is not available yet", Api),
        (
            Expired,
            Some(404),
            "the batch file is no longer available",
            Api,
        ),
        // A cause that quotes Ayrshare is no response of Ayrshare's.
        (
            Network,
            None,
            "could not reach the API: Ayrshare says `a`",
            Api,
        ),
    ];
    for (kind, status, message, seen_as) in rows {
        let mut error = Error::new(kind, message);
        error.status = status;
        for gateways in [1, 2] {
            let seen = through(gateways, &error);
            assert_once(&seen.message);
            assert_eq!(
                seen.message,
                ["the gateway says: `", &message.replace('`', "'"), "`"].concat()
            );
            assert_eq!(
                (seen.kind, seen.action.as_deref()),
                (seen_as, Some("gateway")),
                "{message}"
            );
        }
    }
}

#[test]
fn a_refusal_of_the_gateway_is_its_own_through_another_gateway_too() {
    let denied = |it| called(&get("/ayrshare/user")).granted(it).unwrap_err();
    let replies = [
        refused(&get("/ayrshare/none")),
        refused(&get("/ayrshare/user?a=1")),
        refused(&get(&format!("/ayrshare/user?{}", "a".repeat(10_000)))),
        refused(&IncomingRequest {
            method: "PUT",
            ..get("/ayrshare/user")
        }),
        refused(&IncomingRequest {
            origin: Some("https://other.example"),
            ..get("/ayrshare/user")
        }),
        denied(Authorization::Unknown),
        denied(granted(None, None)),
        denied(Authorization::Failed),
        denied(Authorization::Late),
    ];
    for reply in replies {
        let first = understood(&reply);
        assert!(
            first.message.starts_with("the gateway says: `"),
            "{}",
            first.message
        );
        for gateways in [0, 1, 2] {
            let seen = through(gateways, &first);
            assert_once(&seen.message);
            assert_eq!(
                (&seen.message, seen.action.as_deref(), seen.code),
                (&first.message, Some("gateway"), None)
            );
        }
    }
}
