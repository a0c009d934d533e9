//! The client. Every endpoint takes the same path through a call.
//!
//! A `CallMachine` decides step by step what happens. Everything that a call holds (listener, timers, connection) is released when it ends,
//! whatever the outcome.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use js_sys::{JSON, Object};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::call::drive_callbacks::CallFuture;
use super::call::prepared::PreparedCall;
use super::call::response::Parsed;
pub use super::call::response::{Meta, Response};
use super::call::state::ClientState;
use super::call::state_machine::CallMachine;
use super::events::{drift_object, tell};
use super::failure::CallError;
use super::js::value;
use super::options::client::{CallOptions, ClientOptions};
use crate::api::endpoint::Endpoint;
use crate::api::user::UserQuery;
use crate::error::{Error, Kind};
use crate::json::{self, Mismatch};
use crate::model::{PinterestDetails, User, UserBatch};
use crate::policy::freshness::ResponseCache;
use crate::policy::guard::Snapshot;

/// How many responses the cache holds.
const MAX_CACHED: usize = 256;

/// Reads Ayrshare user data. Cheap to clone; clones share the rate-limit guard and the cache.
#[derive(Clone)]
pub struct Client(Rc<ClientState>);

/// Shows the base URL only: the other fields hold keys.
impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("base", &self.0.base)
            .finish_non_exhaustive()
    }
}

#[wasm_bindgen(module = "/src/web/http/fetch.js")]
extern "C" {
    /// Stores the guard's state of a profile in a Map.
    fn keep(
        kept: &JsValue,
        profile: &str,
        from_ms: f64,
        count: f64,
        held_from_ms: f64,
        hold_ms: f64,
        refusals: f64,
        refused_at_ms: f64,
    );

    /// The entries of such a Map as one flat list: a profile, then its six numbers.
    #[cfg(feature = "npm-client")]
    fn snapshots(kept: &JsValue) -> js_sys::Array;
}

impl ClientState {
    /// Stores the guard's state of a profile where a later instance finds it. Separate numbers need no array in the glue.
    pub(crate) fn keep(&self, profile: &str, memory: Snapshot) {
        if let Some(kept) = &self.kept_outside {
            let [from, count, held_from, hold, refusals, refused_at] = memory;
            keep(
                kept, profile, from, count, held_from, hold, refusals, refused_at,
            );
        }
    }
}

/// The result of `GET /user`. With `validate`, the profile may turn out to be deleted.
#[derive(Clone, Debug, PartialEq)]
pub enum UserLookup {
    /// The profile exists.
    User(Box<User>),
    /// The profile was deleted. The shape of this response is not documented, so it is given as JSON text.
    Deleted(String),
}

impl Client {
    /// Checks the options; does no I/O.
    ///
    /// # Errors
    /// Kind `config`, naming the invalid option.
    pub fn new(options: ClientOptions) -> Result<Self, Error> {
        Self::with(options, None)
    }

    /// Like [`Self::new`], with a Map that outlives this wasm instance. The guard starts with what an earlier instance stored there.
    #[cfg(feature = "npm-client")]
    pub(crate) fn keeping(options: ClientOptions, kept: JsValue) -> Result<Self, Error> {
        let known = snapshots(&kept);
        let client = Self::with(options, Some(kept))?;
        let mut guard = client.0.guard.borrow_mut();
        let number = |at| known.get(at).as_f64().unwrap_or(f64::NAN);
        for at in (0..known.length()).step_by(7) {
            let profile = known.get(at).as_string().unwrap_or_default();
            let memory = [1, 2, 3, 4, 5, 6].map(|after| number(at + after));
            guard.restore(&profile, &memory);
        }
        drop(guard);
        Ok(client)
    }

    fn with(options: ClientOptions, kept_outside: Option<JsValue>) -> Result<Self, Error> {
        let base = options.checked_base()?;
        Ok(Self(Rc::new(ClientState {
            options,
            base,
            guard: RefCell::default(),
            cache: RefCell::new(ResponseCache::new(MAX_CACHED)),
            drifts: RefCell::default(),
            kept_outside,
        })))
    }

    /// Fetches the linked social accounts of a profile (`GET /user`).
    ///
    /// # Errors
    /// Every kind except the two of the batch file.
    pub async fn get_user(
        &self,
        query: &UserQuery,
        options: &CallOptions,
    ) -> Result<Response<UserLookup>, CallError> {
        let response = self
            .call_reporting_drift(Endpoint::User(*query), options)
            .await?;
        if response.value.deleted {
            let text = JSON::stringify(&response.value.json)
                .map(String::from)
                .unwrap_or_default();
            return Ok(Response {
                value: UserLookup::Deleted(text),
                meta: response.meta,
            });
        }
        let user = typed(&response.value.json)?;
        Ok(Response {
            value: UserLookup::User(Box::new(user)),
            meta: response.meta,
        })
    }

    /// Fetches the Pinterest boards of a profile (`GET /user/details/pinterest`).
    ///
    /// # Errors
    /// Every kind except the two of the batch file.
    pub async fn get_user_details(
        &self,
        options: &CallOptions,
    ) -> Result<Response<PinterestDetails>, CallError> {
        let response = self
            .call_reporting_drift(Endpoint::Details, options)
            .await?;
        Ok(Response {
            value: typed(&response.value.json)?,
            meta: response.meta,
        })
    }

    /// Requests a ticket for the file with all User Profiles (`GET /user/batch`).
    ///
    /// # Errors
    /// Every kind except the two of the batch file.
    pub async fn get_user_batch(
        &self,
        options: &CallOptions,
    ) -> Result<Response<UserBatch>, CallError> {
        let response = self.call_reporting_drift(Endpoint::Batch, options).await?;
        Ok(Response {
            value: typed(&response.value.json)?,
            meta: response.meta,
        })
    }

    /// Makes a call and reports drift if there is an observer for it. In the npm package, only the insight module reports drift.
    async fn call_reporting_drift(
        &self,
        endpoint: Endpoint,
        options: &CallOptions,
    ) -> Result<Response<Parsed>, CallError> {
        let response = self.call(endpoint, options).await?;
        if let Some(observer) = &self.0.options.on_drift
            && !response.meta.from_cache
        {
            let text = JSON::stringify(&response.value.json).map(String::from);
            let mut reported = self.0.drifts.borrow_mut();
            for mismatch in response.meta.mismatches.iter() {
                let path = mismatch.place();
                let seen = [path.as_str(), " is odd"].concat();
                if !reported.contains(&seen) {
                    reported.push(seen);
                    tell(observer, &mismatch_object(&path, mismatch));
                }
            }
            for drift in json::drift(text.unwrap_or_default().as_bytes(), endpoint.shape()) {
                let word = drift.value.as_deref().unwrap_or_default();
                let seen = [drift.path.as_str(), "=", word].concat();
                if !reported.contains(&seen) {
                    reported.push(seen);
                    tell(observer, &drift_object(&drift));
                }
            }
        }
        Ok(response)
    }

    pub(crate) fn options(&self) -> &ClientOptions {
        &self.0.options
    }

    /// Makes one call; the engine parses the checked response.
    pub(crate) async fn call(
        &self,
        endpoint: Endpoint,
        options: &CallOptions,
    ) -> Result<Response<Parsed>, CallError> {
        let plan = PreparedCall::new(&self.0, endpoint, options)?;
        CallFuture::new(plan, options.signal.as_ref(), CallMachine::end).await
    }

    /// Makes one call and returns the checked body unparsed.
    #[cfg(feature = "npm-gateway")]
    pub(crate) async fn text(
        &self,
        endpoint: Endpoint,
        options: &CallOptions,
    ) -> Result<Rc<super::call::attempt::CheckedResponse>, CallError> {
        let plan = PreparedCall::new(&self.0, endpoint, options)?;
        CallFuture::new(plan, options.signal.as_ref(), CallMachine::text).await
    }

    /// The state that all its calls share.
    #[cfg(feature = "npm-client")]
    pub(crate) fn shared(&self) -> &Rc<ClientState> {
        &self.0
    }

    /// The base URL, without a trailing slash.
    #[cfg(feature = "npm-gateway")]
    pub(crate) fn base_url(&self) -> String {
        self.0.base.join("")
    }
}

/// A mismatch as passed to observers.
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

fn typed<T: DeserializeOwned>(json: &JsValue) -> Result<T, CallError> {
    serde_wasm_bindgen::from_value(json.clone())
        .map_err(|error| CallError::from(Error::new(Kind::Internal, error.to_string())))
}
