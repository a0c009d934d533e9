//! The client: one set of options, one way through a call for every endpoint.
//!
//! A call asks the policy for a try, sends it, and gives a failure back to the policy, which answers
//! "again after so long" or "final". Everything a call holds (listener, timers, connection) ends with
//! it, whatever its outcome.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use js_sys::{Array, JSON, Object};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use super::attempt::{self, Bad, Good};
use super::base::Base;
use super::endpoint::Endpoint;
use super::events::{Event, tell};
use super::failure::{Failure, TryReport};
use super::interrupt::Interrupt;
use super::options::{Cache, CallOptions, ClientOptions, Headers, Profile};
use super::transport::{self, Reply};
use super::value::{self, now_ms};
use crate::api::user::{self, UserQuery};
use crate::error::{Error, Kind};
use crate::json::{self, Drift};
use crate::model::{PinterestDetails, User, UserBatch};
use crate::policy::freshness::Store;
use crate::policy::guard::{Guard, RateHeaders};
use crate::policy::retry::{Call, Limits, Next, RetryAfter};
use crate::redact::{self, Secret};

/// Answers kept at a time.
const MAX_KEPT: usize = 256;

/// Reads Ayrshare user data. Cheap to clone; clones share rate-limit and freshness state.
#[derive(Clone)]
pub struct Client(Rc<Shared>);

/// Shows the address alone: what else is inside holds keys.
impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("base", &self.0.base)
            .finish_non_exhaustive()
    }
}

pub(super) struct Shared {
    pub options: ClientOptions,
    pub base: Base,
    guard: RefCell<Guard>,
    /// Kept as text and parsed anew for each caller, who may change theirs.
    kept: RefCell<Store<Rc<Good>>>,
    drifts: RefCell<Vec<String>>,
}

/// How an answer came about.
#[derive(Clone, Debug)]
pub struct Meta {
    /// HTTP status.
    pub status: u16,
    /// The answer's `Headers`.
    pub headers: JsValue,
    /// Every try made, in order; empty when the answer came from memory.
    pub tries: Vec<TryReport>,
    /// Milliseconds spent waiting between tries.
    pub waited_ms: f64,
    /// Whether the answer came from memory.
    pub from_cache: bool,
}

impl Meta {
    /// The answer's `Date` header, where it can be read.
    pub(super) fn date(&self) -> Option<String> {
        transport::header(&self.headers, "date")
    }
}

/// An answer and how it came about.
#[derive(Clone, Debug)]
pub struct Answer<T> {
    /// The answer.
    pub value: T,
    /// How it came about.
    pub meta: Meta,
}

/// What `GET /user` says: with `validate`, the profile may be gone.
#[derive(Clone, Debug, PartialEq)]
pub enum Existence {
    /// The profile exists.
    User(Box<User>),
    /// The profile was deleted. The shape of this answer is not public: here it is, as JSON text.
    Deleted(String),
}

impl Client {
    /// Checks the options; does no I/O.
    ///
    /// # Errors
    /// Kind `config`, naming the option at fault.
    pub fn new(options: ClientOptions) -> Result<Self, Error> {
        let base = options.checked_base()?;
        Ok(Self(Rc::new(Shared {
            options,
            base,
            guard: RefCell::default(),
            kept: RefCell::new(Store::new(MAX_KEPT)),
            drifts: RefCell::default(),
        })))
    }

    /// The linked social accounts of a profile (`GET /user`).
    ///
    /// # Errors
    /// Every kind but the two of the batch file.
    pub async fn get_user(
        &self,
        query: &UserQuery,
        options: &CallOptions,
    ) -> Result<Answer<Existence>, Failure> {
        let answer = self.told(Endpoint::User(*query), options).await?;
        if answer.value.deleted {
            let text = JSON::stringify(&answer.value.json)
                .map(String::from)
                .unwrap_or_default();
            return Ok(Answer {
                value: Existence::Deleted(text),
                meta: answer.meta,
            });
        }
        let user = typed(&answer.value.json)?;
        Ok(Answer {
            value: Existence::User(Box::new(user)),
            meta: answer.meta,
        })
    }

    /// The Pinterest boards of a profile (`GET /user/details/pinterest`).
    ///
    /// # Errors
    /// Every kind but the two of the batch file.
    pub async fn get_user_details(
        &self,
        options: &CallOptions,
    ) -> Result<Answer<PinterestDetails>, Failure> {
        let answer = self.told(Endpoint::Details, options).await?;
        Ok(Answer {
            value: typed(&answer.value.json)?,
            meta: answer.meta,
        })
    }

    /// The ticket of the file with all User Profiles (`GET /user/batch`).
    ///
    /// # Errors
    /// Every kind but the two of the batch file.
    pub async fn get_user_batch(
        &self,
        options: &CallOptions,
    ) -> Result<Answer<UserBatch>, Failure> {
        let answer = self.told(Endpoint::Batch, options).await?;
        Ok(Answer {
            value: typed(&answer.value.json)?,
            meta: answer.meta,
        })
    }

    /// A call whose answer is looked through for what the types do not know, where somebody asks for that. The
    /// npm package does it in its other module, and only there.
    async fn told(
        &self,
        endpoint: Endpoint,
        options: &CallOptions,
    ) -> Result<Answer<Parsed>, Failure> {
        let answer = self.call(endpoint, options).await?;
        if let Some(observer) = &self.0.options.on_drift
            && !answer.meta.from_cache
        {
            let text = JSON::stringify(&answer.value.json).map(String::from);
            let mut told = self.0.drifts.borrow_mut();
            for drift in json::drift(text.unwrap_or_default().as_bytes(), endpoint.shape()) {
                let word = drift.value.as_deref().unwrap_or_default();
                let seen = [drift.path.as_str(), "=", word].concat();
                if !told.contains(&seen) {
                    told.push(seen);
                    tell(observer, &drift_object(&drift));
                }
            }
        }
        Ok(answer)
    }

    pub(super) fn options(&self) -> &ClientOptions {
        &self.0.options
    }

    /// One call, its answer checked and parsed by the engine.
    pub(super) async fn call(
        &self,
        endpoint: Endpoint,
        options: &CallOptions,
    ) -> Result<Answer<Parsed>, Failure> {
        options.check()?;
        let plan = Plan::new(&self.0, endpoint, options)?;
        let interrupt = Interrupt::new(options.signal.as_ref());
        let mut run = Run::default();
        if !interrupt.is_aborted()
            && let Some(kept) = plan.kept()
        {
            return answer(&kept, run, true);
        }
        let outcome = run.until_the_end(&plan, &interrupt).await;
        let good = outcome.map_err(|bad| run.failure(&plan, *bad))?;
        plan.keep(&good);
        answer(&good, run, false)
    }

    /// One call whose answer is checked, and stays as it came.
    #[cfg(feature = "npm-gateway")]
    pub(super) async fn text(
        &self,
        endpoint: Endpoint,
        options: &CallOptions,
    ) -> Result<Rc<Good>, Failure> {
        options.check()?;
        let plan = Plan::new(&self.0, endpoint, options)?;
        let interrupt = Interrupt::new(options.signal.as_ref());
        let mut run = Run::default();
        let outcome = run.until_the_end(&plan, &interrupt).await;
        outcome.map_err(|bad| run.failure(&plan, *bad))
    }

    /// The API's address, without a slash at its end.
    #[cfg(feature = "npm-gateway")]
    pub(super) fn base_url(&self) -> String {
        self.0.base.join("")
    }
}

/// A drift as observers see it.
pub(super) fn drift_object(drift: &Drift) -> Object {
    let report = Object::new();
    value::set(&report, "what", &JsValue::from_str(drift.kind.as_str()));
    value::set(&report, "path", &JsValue::from_str(&drift.path));
    if let Some(word) = drift.value.as_deref().filter(|word| !word.is_empty()) {
        value::set(&report, "value", &JsValue::from_str(word));
    }
    report
}

/// A checked answer as the engine parsed it.
#[derive(Debug)]
pub(super) struct Parsed {
    pub json: JsValue,
    /// Whether this is the answer of `validate` for a profile that is gone.
    pub deleted: bool,
}

fn typed<T: DeserializeOwned>(json: &JsValue) -> Result<T, Failure> {
    serde_wasm_bindgen::from_value(json.clone())
        .map_err(|error| Failure::from(Error::new(Kind::Internal, error.to_string())))
}

/// What is settled before the first try and stays the same for all of them.
pub(super) struct Plan<'a> {
    pub shared: &'a Shared,
    pub endpoint: Endpoint,
    pub url: String,
    pub profile_key: Option<Secret>,
    /// Names in lower case.
    pub headers: Headers,
    limits: Limits,
    cache: Cache,
}

impl<'a> Plan<'a> {
    fn new(shared: &'a Shared, endpoint: Endpoint, options: &CallOptions) -> Result<Self, Error> {
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
            shared,
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
        })
    }
}

/// What happened so far in one call.
#[derive(Default)]
struct Run {
    tries: Vec<TryReport>,
    waited_ms: f64,
}

impl Run {
    /// The loop: try, ask the policy, wait, try again.
    async fn until_the_end(
        &mut self,
        plan: &Plan<'_>,
        interrupt: &Interrupt,
    ) -> Result<Rc<Good>, Box<Bad>> {
        let mut call = Call::new(plan.limits, now_ms());
        let mut last: Option<Box<Bad>> = None;
        loop {
            if interrupt.is_aborted() {
                return Err(attempt::aborted(interrupt));
            }
            plan.admit()?;
            let Ok(granted) = call.begin(now_ms()) else {
                return Err(last.unwrap_or_else(attempt::out_of_time));
            };
            let started_ms = now_ms();
            let timer = interrupt.arm(granted.timeout_ms);
            let outcome = attempt::make(plan, self.tries.len() + 1, interrupt).await;
            drop(timer);
            let duration_ms = now_ms() - started_ms;
            let mut bad = match outcome {
                Ok(good) => {
                    self.tries.push(TryReport {
                        outcome: Ok(good.status),
                        duration_ms,
                    });
                    return Ok(good);
                }
                Err(bad) => bad,
            };
            let outcome = bad.status.ok_or(bad.error.kind.as_str());
            self.tries.push(TryReport {
                outcome,
                duration_ms,
            });
            if bad.error.kind == Kind::Timeout && granted.cut_by_total {
                attempt::TOTAL_TIMEOUT.clone_into(&mut bad.error.message);
            }
            match call.after(&bad.failure, now_ms(), js_sys::Math::random()) {
                Next::Stop { retry_after_ms } => {
                    bad.error.retry_after_ms = retry_after_ms.or(bad.error.retry_after_ms);
                    return Err(bad);
                }
                Next::Again { wait_ms } => self.wait(plan, interrupt, &bad, wait_ms).await,
            }
            last = Some(bad);
        }
    }

    async fn wait(&mut self, plan: &Plan<'_>, interrupt: &Interrupt, bad: &Bad, wait_ms: f64) {
        if let Some(observer) = &plan.shared.options.on_event {
            let event = plan.event("retry", self.tries.len());
            let event = event.text("reason", bad.error.kind.as_str());
            event.number("waitMs", wait_ms).send(observer);
        }
        let started_ms = now_ms();
        interrupt.sleep(wait_ms).await;
        self.waited_ms += now_ms() - started_ms;
    }

    fn failure(&mut self, plan: &Plan<'_>, bad: Bad) -> Failure {
        Failure {
            error: bad.error,
            tries: std::mem::take(&mut self.tries),
            url: Some(redact::url(&plan.url)),
            cause: bad.cause,
            headers: bad.headers,
        }
    }
}

impl Plan<'_> {
    /// Fails at once, sending nothing, while the profile's rate limit is known to be used up.
    fn admit(&self) -> Result<(), Box<Bad>> {
        if !self.shared.options.rate_limit_guard {
            return Ok(());
        }
        let mut guard = self.shared.guard.borrow_mut();
        guard
            .admit(self.profile(), now_ms())
            .map_err(|held| attempt::held(held.retry_after_ms))
    }

    /// Learns the rate limit from an answer, and what is known about the wait after it.
    pub(super) fn observe(&self, reply: &Reply) -> RetryAfter {
        let headers = RateHeaders::read(|name| reply.header(name), reply.cors, now_ms());
        if !self.shared.options.rate_limit_guard {
            return headers.retry_after;
        }
        let mut guard = self.shared.guard.borrow_mut();
        guard.observe(self.profile(), reply.status, &headers, now_ms())
    }

    /// Whom the call is for, as the server will see it: a header given by the caller comes before the option.
    fn profile(&self) -> &str {
        let option = || self.profile_key.as_ref().map_or("", Secret::expose);
        self.given_header("profile-key").unwrap_or_else(option)
    }

    /// What the caller sends as this header, empty where they remove it.
    fn given_header(&self, name: &str) -> Option<&str> {
        let mut latest_first = self.headers.iter().rev();
        let (_, text) = latest_first.find(|(given, _)| given == name)?;
        Some(text.as_ref().map_or("", Secret::expose))
    }

    /// Defaults, then the client's, then the call's; a name with no value removes.
    pub(super) fn request_headers(&self, key: Option<&Secret>) -> Vec<(String, String)> {
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
            headers.retain(|(known, _)| known != name);
            if let Some(text) = text {
                headers.push((name.clone(), text.expose().to_owned()));
            }
        }
        headers
    }

    /// An event about this call.
    pub(super) fn event(&self, kind: &str, number: usize) -> Event {
        let event = Event::new(kind, self.endpoint.name(), &redact::url(&self.url));
        if number == 0 {
            event
        } else {
            event.number("try", float(number))
        }
    }

    /// Everything sent that may change the answer; a gateway may tell people apart by any header.
    /// Answers of other endpoints say nothing about their age.
    fn cache_key(&self) -> Option<String> {
        let asked = self.cache == Cache::UntilNextUpdate || self.is_refresh();
        let kept = matches!(self.endpoint, Endpoint::User(_)) && asked;
        kept.then(|| {
            let mut key = self.url.clone();
            for (name, text) in self.request_headers(None) {
                key.extend(["\n", &name, ":", &text]);
            }
            key
        })
    }

    /// `cache: "none"` for one call of a client that keeps answers: the newer answer is kept too.
    fn is_refresh(&self) -> bool {
        self.shared.options.cache == Cache::UntilNextUpdate
    }

    fn kept(&self) -> Option<Rc<Good>> {
        if self.cache != Cache::UntilNextUpdate {
            return None;
        }
        let kept = self
            .shared
            .kept
            .borrow()
            .get(&self.cache_key()?, now_ms())?;
        if let Some(observer) = &self.shared.options.on_event {
            self.event("cache", 0).send(observer);
        }
        Some(kept)
    }

    fn keep(&self, good: &Rc<Good>) {
        let Some(key) = self.cache_key() else { return };
        // Without that time the answer is kept no longer, and neither is an older one.
        let until_ms = user::next_update_ms(good.text.as_bytes()).unwrap_or_default();
        self.shared
            .kept
            .borrow_mut()
            .put(key, Rc::clone(good), until_ms, now_ms());
    }
}

/// The body as the engine parses it; absence of the two lists means that nothing is linked.
fn answer(good: &Good, run: Run, from_cache: bool) -> Result<Answer<Parsed>, Failure> {
    let failed = |cause| Failure {
        cause,
        ..Failure::from(Error::new(
            Kind::Decode,
            "the engine could not parse the body",
        ))
    };
    let json = JSON::parse(&good.text).map_err(failed)?;
    if good.checked.lacks_active_social_accounts {
        value::set(&json, "activeSocialAccounts", &Array::new());
    }
    if good.checked.lacks_display_names {
        value::set(&json, "displayNames", &Array::new());
    }
    let meta = Meta {
        status: good.status,
        headers: good.headers.clone(),
        tries: run.tries,
        waited_ms: run.waited_ms,
        from_cache,
    };
    Ok(Answer {
        value: Parsed {
            json,
            deleted: good.checked.deleted,
        },
        meta,
    })
}

#[expect(clippy::cast_precision_loss, reason = "a count of tries")]
fn float(count: usize) -> f64 {
    count as f64
}
