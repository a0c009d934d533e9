use super::call::{Failed, Success};
use super::store::CacheEntry;
use super::upstream::Passed;
use super::*;
use crate::error::{Error, Kind};
use crate::redact::Secret;

mod attacks;
mod errors;
mod options;
mod property;
mod replies;
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

fn set() -> GatewayOptions {
    let mut options = GatewayOptions::new(Access::Authorize);
    options.allowed_origins = vec![APP.to_owned(), "http://localhost:5173".to_owned()];
    options.allowed_headers = vec!["X-Session".to_owned()];
    options.webhook_secrets = Some(WebhookSecrets::Given(vec![secret("s")]));
    options
}

fn gateway() -> Gateway {
    Gateway::new(set()).unwrap()
}

fn get(url: &str) -> IncomingRequest<'_> {
    IncomingRequest {
        method: "GET",
        url,
        ..IncomingRequest::default()
    }
}

/// The status of the reply, 0 for a call to authorize, or 1 for a webhook event.
fn status(request: &IncomingRequest<'_>) -> u16 {
    match gateway().receive(request) {
        Received::Reply(reply) => reply.status,
        Received::Call(_) => 0,
        Received::Webhook => 1,
    }
}

fn refused(request: &IncomingRequest<'_>) -> Reply {
    match gateway().receive(request) {
        Received::Reply(reply) => reply,
        other => panic!("{other:?}"),
    }
}

fn called(request: &IncomingRequest<'_>) -> Call {
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

fn authorized_for(request: &IncomingRequest<'_>) -> AuthorizedRequest {
    let grant = granted(Some("PKEY-0001"), Some("all-profiles"));
    called(request).granted(grant).unwrap()
}

fn authorized(url: &str) -> AuthorizedRequest {
    authorized_for(&get(url))
}

fn succeed(authorized: &AuthorizedRequest, body: &[u8]) -> GatewayOutcome {
    let success = Success {
        status: 200,
        body,
        passed: &Passed::default(),
        api_key: &secret("AKEY-0001"),
    };
    authorized.succeed(&success, NOW_MS)
}

fn fail(
    authorized: &AuthorizedRequest,
    error: &Error,
    kept: Option<&CacheEntry>,
    now_ms: f64,
) -> GatewayOutcome {
    let failed = Failed {
        error,
        passed: &Passed::default(),
        api_key: Some(&secret("AKEY-0001")),
        kept,
    };
    authorized.fail(&failed, now_ms)
}

fn kept(outcome: GatewayOutcome) -> CacheEntry {
    match outcome.change {
        StoreChange::Put(entry) => entry,
        other => panic!("{other:?}"),
    }
}

fn text(reply: &Reply) -> &str {
    match &reply.body {
        ReplyBody::Text(text) => text,
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
