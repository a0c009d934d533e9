//! A prepared call: the options of client and call, merged and validated, and the client's shared state.

use std::rc::Rc;

use super::attempt::{self, CheckedResponse, FailedAttempt};
use crate::api::endpoint::Endpoint;
use crate::api::user;
use crate::error::Error;
use crate::policy::guard::RateHeaders;
use crate::policy::retry::{Limits, RetryAfter};
use crate::redact::{self, Secret};
use crate::web::call::state::ClientState;
use crate::web::events::Event;
use crate::web::http::fetch::{REMOVED, RawResponse};
use crate::web::js::value::{float, now_ms};
use crate::web::options::client::{Cache, CallOptions, Headers, OnMismatch, Profile};

/// Everything about a call that is the same for all attempts.
pub(crate) struct PreparedCall {
    pub shared: Rc<ClientState>,
    pub endpoint: Endpoint,
    pub url: String,
    profile_key: Option<Secret>,
    /// Names are in lower case.
    headers: Headers,
    pub limits: Limits,
    cache: Cache,
    pub on_invalid: OnMismatch,
}

impl PreparedCall {
    /// Validates the call's options and merges them with the client's.
    pub(crate) fn new(
        shared: &Rc<ClientState>,
        endpoint: Endpoint,
        options: &CallOptions,
    ) -> Result<Self, Error> {
        options.check()?;
        let defaults = &shared.options;
        let profile_key = match &options.profile {
            _ if !endpoint.takes_profile() => None,
            Profile::Inherit => defaults.profile_key.clone(),
            Profile::Primary => None,
            Profile::Key(key) => Some(key.clone()),
        };
        endpoint.check(profile_key.is_some())?;
        let url = shared.base.join(&endpoint.target());
        Ok(Self {
            url,
            shared: Rc::clone(shared),
            endpoint,
            profile_key,
            headers: defaults
                .headers
                .iter()
                .chain(&options.headers)
                .map(|(name, text)| (name.to_ascii_lowercase(), text.clone()))
                .collect(),
            limits: Limits {
                max_retries: options.max_retries.unwrap_or(defaults.max_retries),
                timeout_ms: options.timeout_ms.unwrap_or(defaults.timeout_ms),
                total_timeout_ms: options
                    .total_timeout_ms
                    .unwrap_or(defaults.total_timeout_ms),
            },
            cache: options.cache.unwrap_or(defaults.cache),
            on_invalid: options.on_invalid.unwrap_or(defaults.on_invalid),
        })
    }

    /// Fails immediately, without sending a request, while the profile's rate limit is known to be used up.
    pub(crate) fn admit(&self) -> Result<(), Box<FailedAttempt>> {
        if !self.shared.options.rate_limit_guard {
            return Ok(());
        }
        let mut guard = self.shared.guard.borrow_mut();
        guard
            .admit(self.profile(), now_ms())
            .map_err(|held| attempt::held(held.retry_after_ms))
    }

    /// Updates the rate-limit guard from a response. Returns how long to wait before a retry, if known.
    pub(crate) fn observe(&self, reply: &RawResponse) -> RetryAfter {
        let headers = RateHeaders::read(|name| reply.header(name), reply.cors, now_ms());
        if !self.shared.options.rate_limit_guard {
            return headers.retry_after;
        }
        let mut guard = self.shared.guard.borrow_mut();
        let known = guard.observe(self.profile(), reply.status, &headers, now_ms());
        if let (RetryAfter::Ms(_), Some(snapshot)) = (known, guard.snapshot(self.profile())) {
            self.shared.keep(self.profile(), snapshot);
        }
        known
    }

    /// The Profile Key that the server will see, or an empty string: the caller's header overrides the option.
    fn profile(&self) -> &str {
        let option = || self.profile_key.as_ref().map_or("", Secret::expose);
        self.given_header("profile-key").unwrap_or_else(option)
    }

    /// The caller's value for this header; empty if the caller removes the header.
    fn given_header(&self, name: &str) -> Option<&str> {
        let mut latest_first = self.headers.iter().rev();
        let (_, text) = latest_first.find(|(given, _)| given == name)?;
        Some(text.as_ref().map_or("", Secret::expose))
    }

    /// The default headers, then the client's, then the call's. Names may repeat: `fetch.js` lets the last one win in a single pass,
    /// whereas removing duplicates here would take quadratic time.
    pub(crate) fn request_headers(&self, key: Option<&Secret>) -> Vec<(String, String)> {
        let mut headers = vec![("accept".to_owned(), "application/json".to_owned())];
        if let Some(key) = key {
            headers.push((
                "authorization".to_owned(),
                ["Bearer ", key.expose()].concat(),
            ));
        }
        if let Some(key) = &self.profile_key {
            headers.push(("profile-key".to_owned(), key.expose().to_owned()));
        }
        for (name, text) in &self.headers {
            let text = text.as_ref().map_or(REMOVED, Secret::expose);
            headers.push((name.clone(), text.to_owned()));
        }
        headers
    }

    /// An event about this call; `number` is the attempt, or 0 for none.
    pub(crate) fn event(&self, kind: &str, number: usize) -> Event {
        let event = Event::new(kind, self.endpoint.name(), &redact::url(&self.url));
        if number == 0 {
            event
        } else {
            event.number("attempt", float(number as u64))
        }
    }

    /// The key under which the response is cached. It includes all headers, because a gateway may identify its callers by any
    /// of them, and the key of an `apiKey` function, which may belong to another account each time. `None` for other endpoints, whose
    /// responses do not say until when they are valid.
    fn cache_key(&self, api_key: Option<&Secret>) -> Option<String> {
        let asked = self.cache == Cache::UntilNextUpdate || self.is_refresh();
        let kept = self.endpoint.is_cacheable() && asked;
        kept.then(|| {
            let mut key = self.url.clone();
            for (name, text) in self.request_headers(api_key) {
                key.extend(["\n", &name, ":", &text]);
            }
            key
        })
    }

    /// Whether the client caches responses. A call with `cache: "none"` then still updates the cache.
    fn is_refresh(&self) -> bool {
        self.shared.options.cache == Cache::UntilNextUpdate
    }

    pub(crate) fn kept(&self, api_key: Option<&Secret>) -> Option<Rc<CheckedResponse>> {
        if self.cache != Cache::UntilNextUpdate {
            return None;
        }
        let kept = self
            .shared
            .cache
            .borrow()
            .get(&self.cache_key(api_key)?, now_ms())?;
        if let Some(observer) = &self.shared.options.on_event {
            self.event("cache", 0).send(observer);
        }
        Some(kept)
    }

    /// Caches a response that was requested at this time, with this key of an `apiKey` function.
    pub(crate) fn keep(
        &self,
        good: &Rc<CheckedResponse>,
        api_key: Option<&Secret>,
        requested_ms: f64,
    ) {
        let Some(key) = self.cache_key(api_key) else {
            return;
        };
        // Without `nextUpdate`, the response is not cached, and an older one is removed.
        let until_ms = user::next_update_ms(&good.body).unwrap_or_default();
        self.shared
            .cache
            .borrow_mut()
            .put(key, Rc::clone(good), requested_ms, until_ms, now_ms());
    }
}
