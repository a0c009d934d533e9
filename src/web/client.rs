//! The client: one set of options, one way through a call for every endpoint.
//!
//! What happens in a call is decided by its run, step by step. Everything a call holds (listener, timers, connection) ends with it,
//! whatever its outcome.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use js_sys::{Array, JSON, Object};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use super::attempt::Good;
use super::base::Base;
use super::endpoint::Endpoint;
use super::events::tell;
use super::failure::{Failure, TryReport};
use super::flight::Pending;
use super::options::{CallOptions, ClientOptions};
use super::plan::Plan;
use super::run::Run;
use super::transport;
use super::value;
use crate::api::user::UserQuery;
use crate::error::{Error, Kind};
use crate::json::{self, Drift, Mismatch, Mismatches};
use crate::model::{PinterestDetails, User, UserBatch};
use crate::policy::freshness::Store;
use crate::policy::guard::Guard;

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
    pub guard: RefCell<Guard>,
    /// Kept as they came and parsed anew for each caller, who may change theirs.
    pub kept: RefCell<Store<Rc<Good>>>,
    drifts: RefCell<Vec<String>>,
    /// A Map of the package's that outlives this instance of the wasm, for what the guard must not forget.
    pub kept_outside: Option<JsValue>,
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
    /// Where the answer contradicts the types. A field that does not fit its Rust type is `None`, and what came is in `extra`; an
    /// element of a list of names or boards that does not fit is left out.
    pub mismatches: Mismatches,
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
        Self::keeping(options, None)
    }

    /// The same, with a Map that outlives this instance of the wasm.
    pub(super) fn keeping(
        options: ClientOptions,
        kept_outside: Option<JsValue>,
    ) -> Result<Self, Error> {
        let base = options.checked_base()?;
        Ok(Self(Rc::new(Shared {
            options,
            base,
            guard: RefCell::default(),
            kept: RefCell::new(Store::new(MAX_KEPT)),
            drifts: RefCell::default(),
            kept_outside,
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
    /// npm package does it in another module, and only there.
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
            for mismatch in answer.meta.mismatches.iter() {
                let path = mismatch.place();
                let seen = [path.as_str(), " is odd"].concat();
                if !told.contains(&seen) {
                    told.push(seen);
                    tell(observer, &mismatch_object(&path, mismatch));
                }
            }
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
        let plan = Plan::new(&self.0, endpoint, options)?;
        Pending::new(plan, options.signal.as_ref(), Run::end).await
    }

    /// One call whose answer is checked, and stays as it came.
    #[cfg(feature = "npm-gateway")]
    pub(super) async fn text(
        &self,
        endpoint: Endpoint,
        options: &CallOptions,
    ) -> Result<Rc<Good>, Failure> {
        let plan = Plan::new(&self.0, endpoint, options)?;
        Pending::new(plan, options.signal.as_ref(), Run::text).await
    }

    /// What its calls share.
    #[cfg(any(feature = "npm", feature = "npm-gateway"))]
    pub(super) fn shared(&self) -> &Rc<Shared> {
        &self.0
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

/// A mismatch as observers see it.
fn mismatch_object(path: &str, mismatch: Mismatch<'_>) -> Object {
    let report = Object::new();
    let Mismatch {
        expected, found, ..
    } = mismatch;
    for (name, text) in [
        ("what", "mismatch"),
        ("path", path),
        ("expected", expected),
        ("found", found),
    ] {
        value::set(&report, name, &JsValue::from_str(text));
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

/// The body as the engine parses it; absence of the two lists means that nothing is linked.
pub(super) fn parsed(good: &Good) -> Result<Parsed, Failure> {
    let failed = |cause| Failure {
        cause,
        ..Failure::from(Error::new(
            Kind::Decode,
            "the engine could not parse the body",
        ))
    };
    let json = transport::parse(&good.body).map_err(failed)?;
    if good.checked.lacks_active_social_accounts {
        value::set(&json, "activeSocialAccounts", &Array::new());
    }
    if good.checked.lacks_display_names {
        value::set(&json, "displayNames", &Array::new());
    }
    Ok(Parsed {
        json,
        deleted: good.checked.deleted,
    })
}
