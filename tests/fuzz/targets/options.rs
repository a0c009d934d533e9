//! Options: any options are either accepted, or rejected with an error of kind `config` that reveals no key, and accepted options take
//! effect. The first line of the input is the options; the rest is a batch file to read with them.
#![no_main]

#[path = "../../native/records/support.rs"]
mod records_support;

use ayrshare_user::error::{Error, Kind};
use ayrshare_user::gateway::{Access, Gateway, GatewayOptions, IncomingRequest, Received, WebhookSecrets};
use ayrshare_user::records::{Filter, OnInvalid, RecordOptions};
use ayrshare_user::redact::Secret;
use libfuzzer_sys::fuzz_target;
use records_support::{read, read_pieces};
use serde_json::Value;

const SENTINEL: &str = "SENTINEL-KEY";

fuzz_target!(|input: &[u8]| {
    let mut halves = input.splitn(2, |byte| *byte == b'\n');
    let line = String::from_utf8_lossy(halves.next().unwrap_or_default()).into_owned();
    let fields: Vec<&str> = line.split('|').collect();
    let field = |index: usize| fields.get(index).copied();
    gateway(field);
    batch_file(field, halves.next().unwrap_or_default());
});

fn list(text: Option<&str>) -> Vec<String> {
    text.map(|text| text.split(',').map(str::to_owned).collect()).unwrap_or_default()
}

fn gateway<'a>(field: impl Fn(usize) -> Option<&'a str>) {
    let secret = |text: &str| Secret::new(if text.is_empty() { String::new() } else { [SENTINEL, text].concat() });
    let flags = field(0).unwrap_or_default();
    let access = Access::check(!flags.contains('e'), flags.contains('e'));
    let options = GatewayOptions {
        api_key: field(1).map(secret),
        profile_key: flags.contains('p').then(|| field(2).map(secret)).flatten(),
        prefix: field(3).unwrap_or("/ayrshare").to_owned(),
        allowed_origins: list(field(4)),
        allowed_headers: list(field(5)),
        allow_credentials: flags.contains('c'),
        stale_if_error_ms: field(6).and_then(|text| text.parse().ok()).unwrap_or(0.0),
        webhook_secrets: flags.contains('w').then(|| WebhookSecrets::Given(list(field(7)).iter().map(|text| secret(text)).collect())),
        ..GatewayOptions::new(access.expect("one of the two"))
    };
    assert!(!format!("{options:?}").contains(SENTINEL));
    let origins = options.allowed_origins.clone();
    let prefix = options.prefix.clone();
    match Gateway::new(options) {
        Err(error) => refused(&error),
        Ok(gateway) => {
            assert!(!format!("{gateway:?}").contains(SENTINEL));
            for origin in origins.iter().map(String::as_str).chain(["https://stranger.example"]) {
                preflight(&gateway, &prefix, origin, origins.iter().any(|one| one == origin));
            }
        }
    }
}

fn refused(error: &Error) {
    assert_eq!(error.kind, Kind::Config);
    assert!(!format!("{error:?} {error}").contains(SENTINEL));
}

/// Only pages of allowed origins get permission to read, and every header can be sent.
fn preflight(gateway: &Gateway, prefix: &str, origin: &str, is_allowed: bool) {
    let url = [prefix.trim_end_matches('/'), "/user"].concat();
    let request = IncomingRequest {
        method: "OPTIONS",
        url: &url,
        origin: Some(origin),
        preflight_method: Some("GET"),
        if_none_match: None,
    };
    let Received::Reply(reply) = gateway.receive(&request) else {
        panic!("a preflight reached further");
    };
    assert!(reply.headers.iter().all(|(_, value)| value.bytes().all(|byte| (b' '..=b'~').contains(&byte))));
    let allowed = reply.headers.iter().find(|(name, _)| *name == "access-control-allow-origin");
    assert_eq!(allowed.map(|(_, value)| value.as_str()), is_allowed.then_some(origin));
}

fn batch_file<'a>(field: impl Fn(usize) -> Option<&'a str>, file: &[u8]) {
    let number = |index: usize| field(index).and_then(|text| text.parse::<u16>().ok()).map(usize::from);
    let flags = field(0).unwrap_or_default();
    let select = flags.contains('s').then(|| list(field(8)));
    let options = RecordOptions {
        max_record_bytes: number(9).unwrap_or(4_096),
        batch_bytes: number(10).unwrap_or(1_024),
        ascii: flags.contains('a'),
        on_invalid: if flags.contains('k') { OnInvalid::Skip } else { OnInvalid::Throw },
        select: select.clone(),
        filter: flags.contains('f').then(|| Filter {
            network: field(11).map(str::to_owned),
            refresh_within_days: field(12).and_then(|text| text.parse().ok()),
            nothing_linked: flags.contains('n'),
            now_ms: 1.7e12,
        }),
        ..RecordOptions::default()
    };
    let outcome = read(file, options.clone());
    assert_eq!(read_pieces(file.chunks(7), options), outcome);
    let Some(select) = select else {
        return;
    };
    for record in &outcome.records {
        if let Ok(Value::Object(fields)) = serde_json::from_slice(record) {
            assert!(fields.keys().all(|name| select.contains(name)), "{fields:?} beyond {select:?}");
        }
    }
}
