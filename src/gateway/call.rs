//! The way of one call through the gateway.

use super::cors::Origin;
use super::etag;
use super::grant::{Authorization, Grant, Profile};
use super::options::Gateway;
use super::reply::{Body, Refusal, Reply, Source};
use super::route::{self, ProfilesQuery, Route, URL_MAX};
use super::store::{Entry, Preimage, whole};
use super::upstream::{Passed, Upstream};
use crate::digits;
use crate::error::{Error, Kind};
use crate::redact::{self, Secret};

/// The longest time that callers are told to wait, in seconds.
const LONGEST_WAIT_S: f64 = 86_400.0;

const ALLOW: &str = "GET, HEAD, OPTIONS";

/// The parts of a request that count. No other part of it is ever read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// The method, as it was sent.
    pub method: &'a str,
    /// The whole URL, or path and query of it, as it was sent.
    pub url: &'a str,
    /// The header `Origin`.
    pub origin: Option<&'a str>,
    /// The header `Access-Control-Request-Method`, which tells a preflight from other `OPTIONS`.
    pub preflight_method: Option<&'a str>,
    /// The header `If-None-Match`.
    pub if_none_match: Option<&'a str>,
}

/// What becomes of a request.
#[derive(Debug, Clone)]
pub enum Received {
    /// Send this.
    Reply(Reply),
    /// Ask `authorize`, then go on with [`Call::granted`].
    Call(Call),
    /// An event: go on with [`webhook`](super::webhook).
    Webhook,
}

/// A request for data, not yet authorized.
#[derive(Debug, Clone)]
pub struct Call {
    route: Route,
    is_head: bool,
    /// The caller's own words, where anything may stand, so they are not shown.
    if_none_match: Option<Secret>,
    origin: Origin,
    stale_if_error_ms: f64,
    everybody: Option<Grant>,
}

/// A request that may be made, for one profile.
#[derive(Debug, Clone)]
pub struct Permit {
    call: Call,
    profile: Profile,
    /// The Profile Key of the grant, even where it is not sent: it never shows in an answer.
    granted_key: Option<Secret>,
}

/// A successful answer of Ayrshare's, whose body is of the documented shape.
#[derive(Debug, Clone, Copy)]
pub struct Success<'a> {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: &'a [u8],
    /// What may be passed on of its headers.
    pub passed: &'a Passed,
    /// The API key it was asked for with.
    pub api_key: &'a Secret,
}

/// Why there is no successful answer.
#[derive(Debug, Clone, Copy)]
pub struct Failed<'a> {
    /// What is wrong.
    pub error: &'a Error,
    /// What may be passed on of the answer's headers, where there was one.
    pub passed: &'a Passed,
    /// The API key it was asked for with, where it is known.
    pub api_key: Option<&'a Secret>,
    /// The kept answer, even if it is not the newest any more.
    pub kept: Option<&'a Entry>,
}

/// A reply, and what becomes of the store.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Send this.
    pub reply: Reply,
    /// Do this with what is kept under [`Permit::key`].
    pub change: StoreChange,
}

/// What becomes of a kept answer.
#[derive(Debug, Clone, PartialEq)]
pub enum StoreChange {
    /// It stays as it is.
    Leave,
    /// The body that Ayrshare sent takes its place.
    Put(Entry),
    /// It goes.
    Drop,
}

impl Gateway {
    /// Judges a request.
    #[must_use]
    pub fn receive(&self, request: &Request<'_>) -> Received {
        let is_head = request.method == "HEAD";
        let Some(origin) = self.cors.judge(request.origin) else {
            let nowhere = Origin::default();
            return Received::Reply(Reply::refusal(&Refusal::Origin, &nowhere, is_head));
        };
        self.find(request, &origin)
            .unwrap_or_else(|refusal| Received::Reply(Reply::refusal(&refusal, &origin, is_head)))
    }

    fn find(&self, request: &Request<'_>, origin: &Origin) -> Result<Received, Refusal> {
        if request.url.len() > URL_MAX {
            return Err(Refusal::TooLong);
        }
        let (path, query) = route::split(request.url);
        if self.has_webhook && route::is_webhook(path, &self.prefix) {
            let is_post = request.method == "POST";
            return is_post
                .then_some(Received::Webhook)
                .ok_or(Refusal::Method("POST"));
        }
        let place = route::place(path, &self.prefix).ok_or(Refusal::NotFound)?;
        match request.method {
            "GET" | "HEAD" => {}
            "OPTIONS" => return Ok(Received::Reply(self.options(request, origin))),
            _ => return Err(Refusal::Method(ALLOW)),
        }
        Ok(Received::Call(Call {
            route: route::route(place, query).map_err(Refusal::Query)?,
            is_head: request.method == "HEAD",
            if_none_match: request.if_none_match.map(|it| Secret::new(it.to_owned())),
            origin: origin.clone(),
            stale_if_error_ms: self.stale_if_error_ms,
            everybody: self.everybody().cloned(),
        }))
    }

    fn options(&self, request: &Request<'_>, origin: &Origin) -> Reply {
        let mut reply = Reply::options(ALLOW, origin);
        if origin.is_listed() && request.preflight_method.is_some() {
            self.cors.preflight(&mut reply.headers);
        }
        reply
    }
}

impl Call {
    /// Whether `authorize` must be asked; without one, go on with [`Call::open`].
    #[must_use]
    pub fn needs_authorization(&self) -> bool {
        self.everybody.is_none()
    }

    /// Judges what `authorize` said.
    ///
    /// # Errors
    /// The reply to send instead: 401 for callers it does not know, 403 where its grant does not
    /// reach, 500 without detail where it failed.
    pub fn granted(self, authorization: Authorization) -> Result<Permit, Reply> {
        match authorization.grant() {
            Ok(grant) => self.permit(grant),
            Err(refusal) => Err(self.refuse(&refusal)),
        }
    }

    /// Goes on without `authorize`, with what everybody is granted.
    ///
    /// # Errors
    /// The reply to send instead: 403 where that does not reach, 401 where `authorize` must be asked.
    pub fn open(mut self) -> Result<Permit, Reply> {
        match self.everybody.take() {
            Some(grant) => self.permit(grant),
            None => Err(self.refuse(&Refusal::Unauthorized)),
        }
    }

    fn permit(self, grant: Grant) -> Result<Permit, Reply> {
        let granted_key = match &grant.profile {
            Some(Profile::Key(key)) => Some(key.clone()),
            _ => None,
        };
        match grant.profile_for(&self.route) {
            Ok(profile) => Ok(Permit {
                call: self,
                profile,
                granted_key,
            }),
            Err(refusal) => Err(self.refuse(&refusal)),
        }
    }

    fn refuse(&self, refusal: &Refusal) -> Reply {
        Reply::refusal(refusal, &self.origin, self.is_head)
    }
}

impl Permit {
    /// The one request that may be sent to Ayrshare for this call.
    #[must_use]
    pub fn upstream(&self) -> Upstream {
        Upstream {
            target: self.call.route.target(),
            profile: self.profile.clone(),
        }
    }

    /// What was asked for.
    #[must_use]
    pub fn route(&self) -> &Route {
        &self.call.route
    }

    /// Which records to send, where the call is for those of the batch file.
    #[must_use]
    pub fn profiles(&self) -> Option<&ProfilesQuery> {
        match &self.call.route {
            Route::Profiles(query) => Some(query),
            _ => None,
        }
    }

    /// Where the answer is kept; `None` for answers that are not.
    #[must_use]
    pub fn key(&self, base_url: &str, api_key: &Secret) -> Option<Preimage> {
        let is_kept = self.call.route.is_kept();
        is_kept.then(|| self.request(base_url, api_key))
    }

    /// What tells requests for the same thing from others: same account, profile, path and query.
    #[must_use]
    pub fn request(&self, base_url: &str, api_key: &Secret) -> Preimage {
        Preimage::answer(base_url, api_key, &self.upstream())
    }

    /// Answers from the store, if what is kept there is the newest.
    #[must_use]
    pub fn hit(&self, kept: &Entry, now_ms: f64) -> Option<Reply> {
        let is_hit = self.call.route.is_kept() && kept.is_fresh(now_ms);
        is_hit.then(|| self.stored(kept, Source::Stored, now_ms))
    }

    /// Answers with what Ayrshare said.
    ///
    /// An answer that is an error after all is treated as one, and so is one that repeats a key.
    #[must_use]
    pub fn succeed(&self, success: &Success<'_>, now_ms: f64) -> Outcome {
        if let Some(error) = self.fault_of(success) {
            let failed = Failed {
                error: &error,
                passed: success.passed,
                api_key: Some(success.api_key),
                kept: None,
            };
            return self.fail(&failed, now_ms);
        }
        if self.profiles().is_some() {
            return Outcome {
                reply: self.without_body(Reply::profiles(&self.call.origin)),
                change: StoreChange::Leave,
            };
        }
        let etag = (!self.call.route.is_batch()).then(|| etag::of(success.body));
        let mut reply = Reply::answer(etag.as_deref(), Source::Upstream, &self.call.origin);
        success.passed.push(&mut reply.headers);
        Outcome {
            reply: self.conditional(reply, etag.as_deref()),
            change: self.change(success.body, etag.as_deref(), now_ms),
        }
    }

    /// Answers with an error, or with the kept answer where Ayrshare fails and it may stand in.
    #[must_use]
    pub fn fail(&self, failed: &Failed<'_>, now_ms: f64) -> Outcome {
        let stand_in = failed.kept.filter(|kept| {
            self.call.route.is_kept() && kept.is_usable(now_ms) && is_outage(failed.error)
        });
        if let Some(kept) = stand_in {
            return Outcome {
                reply: self.stored(kept, Source::Stale, now_ms),
                change: StoreChange::Leave,
            };
        }
        let is_refused = self.call.route.is_kept() && failed.error.kind == Kind::Auth;
        Outcome {
            reply: self.error(failed),
            change: if is_refused {
                StoreChange::Drop
            } else {
                StoreChange::Leave
            },
        }
    }

    fn stored(&self, kept: &Entry, source: Source, now_ms: f64) -> Reply {
        let mut reply = Reply::answer(Some(&kept.etag), source, &self.call.origin);
        reply.headers.push(("age", kept.age(now_ms)));
        self.conditional(reply, Some(&kept.etag))
    }

    /// What is wrong with an answer that was taken for a success.
    fn fault_of(&self, success: &Success<'_>) -> Option<Error> {
        if success.status != 200 {
            let mut error = Error::new(Kind::Api, "the response has an unusual HTTP status");
            error.status = Some(502);
            return Some(Error::from_answer(success.status, success.body).unwrap_or(error));
        }
        if let Some(error) = Error::from_answer(success.status, success.body) {
            return Some(error);
        }
        let secrets = self.secrets(Some(success.api_key));
        let holds = |secret: &&str| contains(success.body, secret.as_bytes());
        let is_leak = secrets.iter().any(holds);
        is_leak.then(|| Error::new(Kind::Decode, "the response contains a key: it is not passed on"))
    }

    fn secrets<'a>(&'a self, api_key: Option<&'a Secret>) -> Vec<&'a str> {
        let secrets = api_key.into_iter().chain(&self.granted_key);
        secrets.map(Secret::expose).collect()
    }

    fn error(&self, failed: &Failed<'_>) -> Reply {
        let (error, origin) = (failed.error, &self.call.origin);
        let secrets = self.secrets(failed.api_key);
        let message = redact::text(&error.message, &secrets);
        let action = redact::text(error.action.as_deref().unwrap_or("gateway"), &secrets);
        let mut reply = Reply::error(error, &message, &action, origin, self.call.is_head);
        failed.passed.push(&mut reply.headers);
        if let Some(ms) = error.retry_after_ms
            && !failed.passed.has_retry_after()
        {
            let mut seconds = String::new();
            digits::push(
                &mut seconds,
                whole((ms / 1000.0).ceil().min(LONGEST_WAIT_S)),
            );
            reply.headers.push(("retry-after", seconds));
        }
        reply
    }

    fn change(&self, body: &[u8], etag: Option<&str>, now_ms: f64) -> StoreChange {
        let Some(etag) = etag.filter(|_| self.call.route.is_kept()) else {
            return StoreChange::Leave;
        };
        Entry::of(body, etag, self.call.stale_if_error_ms, now_ms)
            .map_or(StoreChange::Drop, StoreChange::Put)
    }

    fn conditional(&self, reply: Reply, etag: Option<&str>) -> Reply {
        let known = self.call.if_none_match.as_ref().zip(etag);
        if known.is_some_and(|(list, etag)| etag::matches(list.expose(), etag)) {
            return reply.into_not_modified();
        }
        self.without_body(reply)
    }

    /// `HEAD` gets what `GET` would get, but for the body.
    fn without_body(&self, mut reply: Reply) -> Reply {
        if self.call.is_head {
            reply.body = Body::Empty;
        }
        reply
    }
}

/// Whether Ayrshare fails, as opposed to refusing: a profile that was locked must vanish at once.
fn is_outage(error: &Error) -> bool {
    match error.kind {
        Kind::Network | Kind::Timeout | Kind::RateLimit | Kind::Decode => true,
        Kind::Api => error.status.is_some_and(|status| status >= 500),
        _ => false,
    }
}

/// Looks for the first byte alone: a body has few places that begin like a key.
fn contains(body: &[u8], part: &[u8]) -> bool {
    let Some(first) = part.first() else {
        return false;
    };
    let mut rest = body;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        let found = rest.get(at..).unwrap_or_default();
        if found.starts_with(part) {
            return true;
        }
        rest = found.get(1..).unwrap_or_default();
    }
    false
}
