//! The life of one call in the gateway, from request to reply.

use super::cors::Origin;
use super::etag;
use super::grant::{Authorization, Grant, GrantedProfile};
use super::options::Gateway;
use super::reply::{GatewayRefusal, Reply, ReplyBody, Source};
use super::route::{self, ProfilesQuery, Route, URL_MAX};
use super::store::{CacheEntry, CacheKeyInput, whole};
use super::upstream::{Passed, Upstream};
use crate::digits;
use crate::error::{Error, Kind};
use crate::redact::{self, Secret};

/// The maximum `Retry-After` of the gateway's own, in seconds.
const LONGEST_WAIT_S: f64 = 86_400.0;

const ALLOW: &str = "GET, HEAD, OPTIONS";

/// The parts of a request that matter. Nothing else of it is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct IncomingRequest<'a> {
    /// The method, as sent.
    pub method: &'a str,
    /// The URL, or its path and query, as sent.
    pub url: &'a str,
    /// The header `Origin`.
    pub origin: Option<&'a str>,
    /// The header `Access-Control-Request-Method`, which distinguishes a preflight from other
    /// `OPTIONS` requests.
    pub preflight_method: Option<&'a str>,
    /// The header `If-None-Match`.
    pub if_none_match: Option<&'a str>,
}

/// What to do with a request.
#[derive(Debug, Clone)]
pub enum Received {
    /// Send this reply.
    Reply(Reply),
    /// Call `authorize`, then continue with [`Call::granted`].
    Call(Call),
    /// A webhook event: continue with [`webhook`](super::webhook).
    Webhook,
}

/// A request for data, not yet authorized.
#[derive(Debug, Clone)]
pub struct Call {
    route: Route,
    is_head: bool,
    /// Text from the caller that may contain anything, so it is never shown.
    if_none_match: Option<Secret>,
    origin: Origin,
    stale_if_error_ms: f64,
    everybody: Option<Grant>,
}

/// An authorized request, for one profile.
#[derive(Debug, Clone)]
pub struct AuthorizedRequest {
    call: Call,
    profile: GrantedProfile,
    /// The Profile Key of the grant. Stored even if it is not sent, so that no reply can reveal it.
    granted_key: Option<Secret>,
}

/// A successful response of Ayrshare's, whose body has the documented shape.
#[derive(Debug, Clone, Copy)]
pub struct Success<'a> {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: &'a [u8],
    /// The headers to pass on.
    pub passed: &'a Passed,
    /// The API key of the request.
    pub api_key: &'a Secret,
}

/// A request to Ayrshare that failed.
#[derive(Debug, Clone, Copy)]
pub struct Failed<'a> {
    /// The error.
    pub error: &'a Error,
    /// The headers to pass on, if there was a response.
    pub passed: &'a Passed,
    /// The API key of the request, if known.
    pub api_key: Option<&'a Secret>,
    /// The cached response, even if it is stale.
    pub kept: Option<&'a CacheEntry>,
}

/// A reply, and a change of the cache.
#[derive(Debug, Clone, PartialEq)]
pub struct GatewayOutcome {
    /// Send this reply.
    pub reply: Reply,
    /// Make this change to the entry under [`AuthorizedRequest::key`].
    pub change: StoreChange,
}

/// A change of a cache entry.
#[derive(Debug, Clone, PartialEq)]
pub enum StoreChange {
    /// Leave it unchanged.
    Leave,
    /// Replace it with the body that Ayrshare sent.
    Put(CacheEntry),
    /// Delete it.
    Drop,
}

impl Gateway {
    /// Validates a request.
    #[must_use]
    pub fn receive(&self, request: &IncomingRequest<'_>) -> Received {
        let is_head = request.method == "HEAD";
        let Some(origin) = self.cors.judge(request.origin) else {
            let nowhere = Origin::default();
            return Received::Reply(Reply::refusal(&GatewayRefusal::Origin, &nowhere, is_head));
        };
        self.find(request, &origin)
            .unwrap_or_else(|refusal| Received::Reply(Reply::refusal(&refusal, &origin, is_head)))
    }

    fn find(
        &self,
        request: &IncomingRequest<'_>,
        origin: &Origin,
    ) -> Result<Received, GatewayRefusal> {
        if request.url.len() > URL_MAX {
            return Err(GatewayRefusal::TooLong);
        }
        let (path, query) = route::split(request.url);
        if self.has_webhook && route::is_webhook(path, &self.prefix) {
            let is_post = request.method == "POST";
            return is_post
                .then_some(Received::Webhook)
                .ok_or(GatewayRefusal::Method("POST"));
        }
        let place = route::place(path, &self.prefix).ok_or(GatewayRefusal::NotFound)?;
        match request.method {
            "GET" | "HEAD" => {}
            "OPTIONS" => return Ok(Received::Reply(self.options(request, origin))),
            _ => return Err(GatewayRefusal::Method(ALLOW)),
        }
        Ok(Received::Call(Call {
            route: route::route(place, query).map_err(GatewayRefusal::Query)?,
            is_head: request.method == "HEAD",
            if_none_match: request.if_none_match.map(|it| Secret::new(it.to_owned())),
            origin: origin.clone(),
            stale_if_error_ms: self.stale_if_error_ms,
            everybody: self.everybody().cloned(),
        }))
    }

    fn options(&self, request: &IncomingRequest<'_>, origin: &Origin) -> Reply {
        let mut reply = Reply::options(ALLOW, origin);
        if origin.is_listed() && request.preflight_method.is_some() {
            self.cors.preflight(&mut reply.headers);
        }
        reply
    }
}

impl Call {
    /// Whether `authorize` must be called. If not, continue with [`Call::open`].
    #[must_use]
    pub fn needs_authorization(&self) -> bool {
        self.everybody.is_none()
    }

    /// Checks the result of `authorize`.
    ///
    /// # Errors
    /// The reply to send instead: 401 if the caller is unknown, 403 if the grant does not cover the
    /// request, 500 without details if `authorize` failed, 503 if it timed out.
    pub fn granted(self, authorization: Authorization) -> Result<AuthorizedRequest, Reply> {
        match authorization.grant() {
            Ok(grant) => self.authorized(grant),
            Err(refusal) => Err(self.refuse(&refusal)),
        }
    }

    /// Continues without `authorize`, with the grant that everyone has.
    ///
    /// # Errors
    /// The reply to send instead: 403 if that grant does not cover the request, 401 if `authorize`
    /// must be called.
    pub fn open(mut self) -> Result<AuthorizedRequest, Reply> {
        match self.everybody.take() {
            Some(grant) => self.authorized(grant),
            None => Err(self.refuse(&GatewayRefusal::Unauthorized)),
        }
    }

    fn authorized(self, grant: Grant) -> Result<AuthorizedRequest, Reply> {
        let granted_key = match &grant.profile {
            Some(GrantedProfile::Key(key)) => Some(key.clone()),
            _ => None,
        };
        match grant.profile_for(&self.route) {
            Ok(profile) => Ok(AuthorizedRequest {
                call: self,
                profile,
                granted_key,
            }),
            Err(refusal) => Err(self.refuse(&refusal)),
        }
    }

    fn refuse(&self, refusal: &GatewayRefusal) -> Reply {
        Reply::refusal(refusal, &self.origin, self.is_head)
    }
}

impl AuthorizedRequest {
    /// The one request that may be sent to Ayrshare for this call.
    #[must_use]
    pub fn upstream(&self) -> Upstream {
        Upstream {
            target: self.call.route.target(),
            profile: self.profile.clone(),
        }
    }

    /// The route of the request.
    #[must_use]
    pub fn route(&self) -> &Route {
        &self.call.route
    }

    /// Which records to send, if the request is for the records of the batch file.
    #[must_use]
    pub fn profiles(&self) -> Option<&ProfilesQuery> {
        match &self.call.route {
            Route::Profiles(query) => Some(query),
            _ => None,
        }
    }

    /// The cache key of the response; `None` if it is not cached.
    #[must_use]
    pub fn key(&self, base_url: &str, api_key: &Secret) -> Option<CacheKeyInput> {
        let is_kept = self.call.route.is_kept();
        is_kept.then(|| self.request(base_url, api_key))
    }

    /// Identifies the request by account, profile, path and query.
    #[must_use]
    pub fn request(&self, base_url: &str, api_key: &Secret) -> CacheKeyInput {
        CacheKeyInput::response(base_url, api_key, &self.upstream())
    }

    /// Replies from the cache, if the entry is fresh.
    #[must_use]
    pub fn cached_reply(&self, kept: &CacheEntry, now_ms: f64) -> Option<Reply> {
        let is_hit = self.call.route.is_kept() && kept.is_fresh(now_ms);
        is_hit.then(|| self.stored(kept, Source::Stored, now_ms))
    }

    /// Replies with Ayrshare's response.
    ///
    /// A response that is an error after all, or that contains a key, is treated as a failure.
    #[must_use]
    pub fn succeed(&self, success: &Success<'_>, now_ms: f64) -> GatewayOutcome {
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
            return GatewayOutcome {
                reply: self.without_body(Reply::profiles(&self.call.origin)),
                change: StoreChange::Leave,
            };
        }
        let etag = (!self.call.route.is_batch()).then(|| etag::of(success.body));
        let mut reply = Reply::response(etag.as_deref(), Source::Upstream, &self.call.origin);
        success.passed.push(&mut reply.headers);
        GatewayOutcome {
            reply: self.conditional(reply, etag.as_deref()),
            change: self.change(success.body, etag.as_deref(), now_ms),
        }
    }

    /// Replies with an error, or during an outage of Ayrshare with the cached response, if
    /// `staleIfErrorMs` allows.
    #[must_use]
    pub fn fail(&self, failed: &Failed<'_>, now_ms: f64) -> GatewayOutcome {
        let stand_in = failed.kept.filter(|kept| {
            self.call.route.is_kept() && kept.is_usable(now_ms) && is_outage(failed.error)
        });
        if let Some(kept) = stand_in {
            return GatewayOutcome {
                reply: self.stored(kept, Source::Stale, now_ms),
                change: StoreChange::Leave,
            };
        }
        let is_refused = self.call.route.is_kept() && failed.error.kind == Kind::Auth;
        GatewayOutcome {
            reply: self.error(failed),
            change: if is_refused {
                StoreChange::Drop
            } else {
                StoreChange::Leave
            },
        }
    }

    fn stored(&self, kept: &CacheEntry, source: Source, now_ms: f64) -> Reply {
        let mut reply = Reply::response(Some(&kept.etag), source, &self.call.origin);
        reply.headers.push(("age", kept.age(now_ms)));
        self.conditional(reply, Some(&kept.etag))
    }

    /// The reason not to treat a response as a success.
    fn fault_of(&self, success: &Success<'_>) -> Option<Error> {
        if success.status != 200 {
            let mut error = Error::new(Kind::Api, "the response has an unusual HTTP status");
            error.status = Some(502);
            return Some(Error::from_response(success.status, success.body).unwrap_or(error));
        }
        if let Some(error) = Error::from_response(success.status, success.body) {
            return Some(error);
        }
        let secrets = self.secrets(Some(success.api_key));
        let holds = |secret: &&str| contains(success.body, secret);
        let is_leak = secrets.iter().any(holds);
        is_leak.then(|| {
            Error::new(
                Kind::Decode,
                "the response contains a key: it is not passed on",
            )
        })
    }

    fn secrets<'a>(&'a self, api_key: Option<&'a Secret>) -> Vec<&'a str> {
        let secrets = api_key.into_iter().chain(&self.granted_key);
        secrets.map(Secret::expose).collect()
    }

    fn error(&self, failed: &Failed<'_>) -> Reply {
        let (error, origin) = (failed.error, &self.call.origin);
        let secrets = self.secrets(failed.api_key);
        let message = redact::text(&error.message, &secrets);
        let action = error.action.as_deref();
        let action = action.map(|action| redact::text(action, &secrets));
        let mut reply = Reply::error(
            error,
            &message,
            action.as_deref(),
            origin,
            self.call.is_head,
        );
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
        CacheEntry::of(body, etag, self.call.stale_if_error_ms, now_ms)
            .map_or(StoreChange::Drop, StoreChange::Put)
    }

    fn conditional(&self, reply: Reply, etag: Option<&str>) -> Reply {
        let known = self.call.if_none_match.as_ref().zip(etag);
        if known.is_some_and(|(list, etag)| etag::matches(list.expose(), etag)) {
            return reply.into_not_modified();
        }
        self.without_body(reply)
    }

    /// Removes the body from the reply to a `HEAD` request.
    fn without_body(&self, mut reply: Reply) -> Reply {
        if self.call.is_head {
            reply.body = ReplyBody::Empty;
        }
        reply
    }
}

/// Whether the error is an outage and not a refusal: the data of a suspended profile must disappear
/// at once.
fn is_outage(error: &Error) -> bool {
    match error.kind {
        Kind::Network | Kind::Timeout | Kind::RateLimit | Kind::Decode => true,
        Kind::Api => error.status.is_some_and(|status| status >= 500),
        _ => false,
    }
}

/// Whether a body contains a secret, as it is or with escapes. Scans for its first byte and for
/// backslashes, since few positions in a body begin like that.
fn contains(body: &[u8], secret: &str) -> bool {
    let Some(first) = secret.as_bytes().first() else {
        return false;
    };
    let mut rest = body;
    while let Some(at) = rest.iter().position(|byte| byte == first || *byte == b'\\') {
        let found = rest.get(at..).unwrap_or_default();
        if found.starts_with(secret.as_bytes()) || redact::occurrence(found, secret).is_some() {
            return true;
        }
        rest = found.get(1..).unwrap_or_default();
    }
    false
}
