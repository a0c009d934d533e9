use super::call::{Failed, Success};
use super::store::Entry;
use super::upstream::Passed;
use super::*;
use crate::error::{Error, Kind};
use crate::redact::Secret;

mod answers;
mod attacks;
mod options;
mod property;
mod requests;
mod stores;
mod webhooks;

const APP: &str = "https://app.example.com";
const BASE: &str = "https://api.ayrshare.com/api";
const USER: &[u8] = include_bytes!("../../../tests/fixtures/user.json");
/// Ten seconds before the `nextUpdate` in `USER`.
const NOW_MS: f64 = 1_704_383_497_775.0;
const NEXT_MS: f64 = 1_704_383_507_775.0;

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn set() -> Options {
    let mut options = Options::new(Access::Authorize);
    options.allowed_origins = vec![APP.to_owned(), "http://localhost:5173".to_owned()];
    options.allowed_headers = vec!["X-Session".to_owned()];
    options.webhook_secrets = Some(WebhookSecrets::Given(vec![secret("s")]));
    options
}

fn gateway() -> Gateway {
    Gateway::new(set()).unwrap()
}

fn get(url: &str) -> Request<'_> {
    Request {
        method: "GET",
        url,
        ..Request::default()
    }
}

/// The status of the reply, 0 for a call to authorize, or 1 for a webhook event.
fn status(request: &Request<'_>) -> u16 {
    match gateway().receive(request) {
        Received::Reply(reply) => reply.status,
        Received::Call(_) => 0,
        Received::Webhook => 1,
    }
}

fn refused(request: &Request<'_>) -> Reply {
    match gateway().receive(request) {
        Received::Reply(reply) => reply,
        other => panic!("{other:?}"),
    }
}

fn called(request: &Request<'_>) -> Call {
    match gateway().receive(request) {
        Received::Call(call) => call,
        other => panic!("{other:?}"),
    }
}

fn granted(profile_key: Option<&str>, scope: Option<&str>) -> Authorization {
    Authorization::Granted {
        profile_key: profile_key.map(secret),
        scope: scope.map(str::to_owned),
    }
}

fn permitted(request: &Request<'_>) -> AuthorizedRequest {
    let grant = granted(Some("PKEY-0001"), Some("all-profiles"));
    called(request).granted(grant).unwrap()
}

fn permit(url: &str) -> AuthorizedRequest {
    permitted(&get(url))
}

fn succeed(permit: &AuthorizedRequest, body: &[u8]) -> Outcome {
    let success = Success {
        status: 200,
        body,
        passed: &Passed::default(),
        api_key: &secret("AKEY-0001"),
    };
    permit.succeed(&success, NOW_MS)
}

fn fail(permit: &AuthorizedRequest, error: &Error, kept: Option<&Entry>, now_ms: f64) -> Outcome {
    let failed = Failed {
        error,
        passed: &Passed::default(),
        api_key: Some(&secret("AKEY-0001")),
        kept,
    };
    permit.fail(&failed, now_ms)
}

fn kept(outcome: Outcome) -> Entry {
    match outcome.change {
        StoreChange::Put(entry) => entry,
        other => panic!("{other:?}"),
    }
}

fn text(reply: &Reply) -> &str {
    match &reply.body {
        Body::Text(text) => text,
        other => panic!("{other:?}"),
    }
}

/// The error that our own client reads from a reply.
fn understood(reply: &Reply) -> Error {
    Error::from_response(reply.status, text(reply).as_bytes()).unwrap()
}

fn error(kind: Kind, status: Option<u16>) -> Error {
    let mut error = Error::new(kind, "it failed");
    error.status = status;
    error
}
