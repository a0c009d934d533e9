//! The rows as the fault server sends them, what a caller saw, and how the two are compared.
//!
//! `tests/faults/table.mjs` documents each field. A field that is unknown here fails the run,
//! because the client would not get everything that the row specifies.

use std::fmt::Debug;

use ayrshare_user::Attempt;
use js_sys::RegExp;
use serde::Deserialize;

/// A JavaScript object as JSON.
pub type Object = serde_json::Map<String, serde_json::Value>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Options for every client: secrets that must not appear anywhere.
    pub planted: Object,
    /// An address where nothing listens.
    pub refused: String,
    pub count: usize,
    pub rows: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub index: usize,
    pub name: String,
    #[serde(default)]
    pub refused: bool,
    #[serde(default)]
    pub options: Object,
    #[serde(default)]
    pub call: Object,
    pub calls: Option<u32>,
    pub method: Option<String>,
    pub abort: Option<String>,
    pub json: Option<String>,
    #[serde(default)]
    pub added: Object,
    pub expect: Expected,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Expected {
    kind: String,
    status: Option<u16>,
    code: Option<u32>,
    path: Option<String>,
    retryable: Option<bool>,
    cause: Option<String>,
    attempts: Vec<Outcome>,
    #[serde(default)]
    mismatches: Vec<String>,
    requests: usize,
    retry_after_ms: Option<(f64, f64)>,
    message: Option<String>,
    most_sent: Option<f64>,
}

/// The outcome of an attempt: an HTTP status, or a kind of failure.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(untagged)]
pub enum Outcome {
    Status(u16),
    Reason(String),
}

impl From<&Attempt> for Outcome {
    fn from(report: &Attempt) -> Self {
        match report.outcome {
            Ok(status) => Self::Status(status),
            Err(reason) => Self::Reason(reason.to_owned()),
        }
    }
}

/// The server's log of one row.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Log {
    requests: usize,
    /// Requests other than a GET with the planted key to the row's URL.
    strange: usize,
    bytes_sent: f64,
    open: usize,
}

/// Requests that reached the origin that must never get any.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    pub requests: usize,
}

/// What the caller saw.
#[derive(Default)]
pub struct Report {
    pub kind: String,
    pub status: Option<u16>,
    pub code: Option<u32>,
    pub path: Option<String>,
    pub retryable: Option<bool>,
    pub retry_after_ms: Option<f64>,
    pub message: Option<String>,
    pub cause: Option<String>,
    pub attempts: Vec<Outcome>,
    pub mismatches: Vec<String>,
    /// What a log of the failures and events would contain.
    pub shown: String,
    pub log: Log,
}

/// Everything that is wrong, one text each; empty if all is as expected.
pub fn differences(name: &str, expected: &Expected, seen: &Report) -> Vec<String> {
    let mut found = Vec::new();
    let mut hold = |what: &str, is_so: bool, wanted: &dyn Debug, seen: &dyn Debug| {
        if !is_so {
            found.push(format!("{name}: {what}: expected {wanted:?}, saw {seen:?}"));
        }
    };
    macro_rules! equal {
        ($what:literal, $wanted:expr, $seen:expr) => {
            hold($what, $wanted == $seen, &$wanted, &$seen)
        };
    }
    equal!("kind", expected.kind, seen.kind);
    equal!("status", expected.status, seen.status);
    equal!("code", expected.code, seen.code);
    equal!("path", expected.path, seen.path);
    equal!("cause", expected.cause, seen.cause);
    equal!("attempts", expected.attempts, seen.attempts);
    equal!("mismatches", expected.mismatches, seen.mismatches);
    if expected.kind != "ok" {
        equal!("retryable", expected.retryable, seen.retryable);
    }
    let is_in_range = match (expected.retry_after_ms, seen.retry_after_ms) {
        (None, None) => true,
        (Some((least, most)), Some(ms)) => (least..=most).contains(&ms),
        _ => false,
    };
    hold(
        "retryAfterMs",
        is_in_range,
        &expected.retry_after_ms,
        &seen.retry_after_ms,
    );
    if let Some(pattern) = &expected.message {
        let message = seen.message.as_deref().unwrap_or_default();
        let matches = RegExp::new(pattern, "").test(message);
        hold("message", matches, pattern, &message);
    }
    equal!("requests", expected.requests, seen.log.requests);
    equal!("strange requests", 0, seen.log.strange);
    equal!("open requests", 0, seen.log.open);
    if let Some(most) = expected.most_sent {
        let sent = seen.log.bytes_sent;
        hold("bytes the server could send", sent <= most, &most, &sent);
    }
    found
}

/// The expectation, made wrong in one thing at a time.
pub fn bent(expected: &Expected) -> Vec<(&'static str, Expected)> {
    let bend = |change: fn(&mut Expected)| {
        let mut wrong = expected.clone();
        change(&mut wrong);
        wrong
    };
    let mut all = vec![
        ("kind", bend(|wrong| wrong.kind.push('x'))),
        ("status", bend(|wrong| wrong.status = Some(299))),
        ("code", bend(|wrong| wrong.code = Some(1))),
        ("path", bend(|wrong| wrong.path = Some("x".to_owned()))),
        ("cause", bend(|wrong| wrong.cause = Some("x".to_owned()))),
        (
            "attempts",
            bend(|wrong| wrong.attempts.push(Outcome::Status(299))),
        ),
        (
            "mismatches",
            bend(|wrong| wrong.mismatches.push("x".to_owned())),
        ),
        ("requests", bend(|wrong| wrong.requests += 1)),
        (
            "retryAfterMs",
            bend(|wrong| wrong.retry_after_ms = Some((1.0, 2.0))),
        ),
    ];
    if expected.kind != "ok" {
        let flip = |wrong: &mut Expected| wrong.retryable = wrong.retryable.map(|is| !is);
        all.push(("retryable", bend(flip)));
        let pattern = |wrong: &mut Expected| wrong.message = Some("x{9}".to_owned());
        all.push(("message", bend(pattern)));
    }
    if expected.most_sent.is_some() {
        all.push(("mostSent", bend(|wrong| wrong.most_sent = Some(1.0))));
    }
    all
}
