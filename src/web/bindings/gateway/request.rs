//! One request through the gateway: authorize, look up in the cache, fetch from Ayrshare, reply.

use std::rc::Rc;

use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::future_to_promise;
use web_sys::AbortSignal;

use super::encoding::{encode_reply, header, name_of, object, push_lines};
use super::profile_lines::{RecordLines, lines, reader};
use super::state::GatewayState;
use crate::api::endpoint::Endpoint;
use crate::api::user::UserQuery;
use crate::gateway::call::{AuthorizedRequest, Call, Failed, StoreChange, Success};
use crate::gateway::grant::{self, Authorization};
use crate::gateway::route::Route;
use crate::gateway::store::{CacheEntry, CacheKeyInput};
use crate::gateway::upstream::Passed;
use crate::gateway::{GatewayOutcome, store};
use crate::redact::Secret;
use crate::web::call::prepared::PreparedCall;
use crate::web::call::shared_request::SharedOutcome;
use crate::web::failure::CallError;
use crate::web::http::fetch;
use crate::web::js::value::{self, now_ms};
use crate::web::options::client::{CallOptions, Profile};

/// An authorized call and the API key to make it with.
struct Granted {
    authorized: AuthorizedRequest,
    api_key: Secret,
}

/// A request for data, held by TypeScript.
#[wasm_bindgen]
pub struct GatewayRequest {
    shared: Rc<GatewayState>,
    call: Option<Call>,
    granted: Option<Rc<Granted>>,
}

impl std::fmt::Debug for GatewayRequest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("GatewayRequest")
            .finish_non_exhaustive()
    }
}

impl GatewayRequest {
    pub(crate) fn new(shared: Rc<GatewayState>, call: Call) -> Self {
        Self {
            shared,
            call: Some(call),
            granted: None,
        }
    }
}

#[wasm_bindgen]
impl GatewayRequest {
    /// Applies the grant that `authorize` returned; it is ignored where everyone may read. Returns an encoded reply if
    /// the request is rejected, which includes an API key that cannot be sent in a header, and otherwise `undefined`.
    #[wasm_bindgen(unchecked_return_type = "EncodedReply | undefined")]
    pub fn grant(
        &mut self,
        api_key: String,
        profile_key: Option<String>,
        scope: Option<String>,
    ) -> JsValue {
        let Some(call) = self.call.take() else {
            return JsValue::UNDEFINED;
        };
        let permitted = if crate::web::options::client::check_key("apiKey", &api_key).is_err() {
            call.granted(Authorization::Failed)
        } else if call.needs_authorization() {
            call.granted(Authorization::Granted {
                profile_key: profile_key.map(Secret::new),
                scope,
            })
        } else {
            call.open()
        };
        match permitted {
            Ok(authorized) => {
                let api_key = Secret::new(api_key);
                self.granted = Some(Rc::new(Granted {
                    authorized,
                    api_key,
                }));
                JsValue::UNDEFINED
            }
            Err(reply) => encode_reply(&reply, None),
        }
    }

    /// The encoded reply to a caller that `authorize` does not know.
    #[wasm_bindgen(unchecked_return_type = "EncodedReply")]
    pub fn refuse(&mut self) -> JsValue {
        self.denied(Authorization::Unknown)
    }

    /// The encoded reply after the operator's code failed or, if `is_late`, timed out.
    #[wasm_bindgen(unchecked_return_type = "EncodedReply")]
    pub fn fail(&mut self, is_late: bool) -> JsValue {
        self.denied(if is_late {
            Authorization::Late
        } else {
            Authorization::Failed
        })
    }

    /// The store's name for the response; `None` if the response is not cacheable.
    #[must_use]
    pub fn cache_key(&self) -> Option<String> {
        let Granted {
            authorized,
            api_key,
        } = self.granted.as_deref()?;
        let key = authorized.key(&self.shared.base_url, api_key)?;
        Some(name_of(&key))
    }

    /// The store's name for the account's cache generation, used while that of the profile is unknown.
    #[must_use]
    pub fn generation(&self) -> Option<String> {
        let Granted { api_key, .. } = self.granted.as_deref()?;
        let name = CacheKeyInput::generation(&self.shared.base_url, api_key, None);
        Some(name_of(&name))
    }

    /// The encoded reply from the store. `undefined` if the cached response is stale, and `null` if the stored headers
    /// cannot be read. `kept` holds those headers, one per line.
    #[must_use]
    #[wasm_bindgen(unchecked_return_type = "EncodedReply | null | undefined")]
    pub fn cached_reply(&self, kept: &str) -> JsValue {
        let (Some(granted), Some(entry)) = (self.granted.as_deref(), entry(kept)) else {
            return JsValue::NULL;
        };
        let reply = granted.authorized.cached_reply(&entry, now_ms());
        reply.map_or(JsValue::UNDEFINED, |reply| encode_reply(&reply, None))
    }

    /// Whether the request is for the records of the batch file.
    #[must_use]
    pub fn is_profiles(&self) -> bool {
        let granted = self.granted.as_deref();
        granted.is_some_and(|granted| granted.authorized.profiles().is_some())
    }

    /// Calls Ayrshare, then `resolve`.
    ///
    /// Identical calls with the same `since` share one upstream request. Only one of them gets the change to the store.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "generated code passes it by value"
    )]
    pub fn fetch_upstream(
        &self,
        kept: Option<String>,
        since: Option<String>,
        signal: Option<AbortSignal>,
        #[wasm_bindgen(unchecked_param_type = "(fetched: FetchedReply) => void")] resolve: Function,
    ) {
        let Some(granted) = self.granted.clone() else {
            return;
        };
        let kept = kept.as_deref().and_then(entry);
        let shared = Rc::clone(&self.shared);
        granted.fetch_upstream(shared, kept, since, signal.as_ref(), move |answer| {
            value::notify(&resolve, &answer);
        });
    }

    /// Requests the batch file and reads the first records.
    #[wasm_bindgen(unchecked_return_type = "Promise<OpenedProfiles>")]
    pub fn profiles(&self, signal: Option<AbortSignal>) -> Promise {
        let (shared, granted) = (Rc::clone(&self.shared), self.granted.clone());
        future_to_promise(async move {
            let Some(granted) = granted else {
                return Ok(JsValue::UNDEFINED);
            };
            Ok(granted.profiles(&shared, signal).await)
        })
    }
}

impl GatewayRequest {
    fn denied(&mut self, authorization: Authorization) -> JsValue {
        let call = self.call.take();
        let refused = call.and_then(|call| call.granted(authorization).err());
        refused.map_or(JsValue::UNDEFINED, |reply| encode_reply(&reply, None))
    }
}

impl Granted {
    /// The options for the upstream call: only the headers of the authorized request are sent.
    fn options(&self, signal: Option<AbortSignal>) -> CallOptions {
        let upstream = self.authorized.upstream();
        let headers = upstream.headers(&self.api_key).into_iter();
        let headers = headers.filter(|(name, _)| *name != "profile-key");
        CallOptions {
            signal,
            profile: match upstream.profile {
                grant::GrantedProfile::Primary => Profile::Primary,
                grant::GrantedProfile::Key(key) => Profile::Key(key),
            },
            headers: headers
                .map(|(name, text)| (name.to_owned(), Some(text)))
                .collect(),
            ..CallOptions::default()
        }
    }

    fn fetch_upstream(
        self: Rc<Self>,
        shared: Rc<GatewayState>,
        kept: Option<CacheEntry>,
        since: Option<String>,
        signal: Option<&AbortSignal>,
        answer: impl FnOnce(JsValue) + 'static,
    ) {
        let endpoint = endpoint(self.authorized.route());
        let options = self.options(None);
        let checked = endpoint.check(matches!(options.profile, Profile::Key(_)));
        let checked = checked.map_err(|mut error| {
            error.status = Some(400);
            error
        });
        let plan =
            checked.and_then(|()| PreparedCall::new(shared.client.shared(), endpoint, &options));
        let plan = match plan {
            Ok(plan) => plan,
            Err(error) => return answer(self.failed(&CallError::from(error), None, true)),
        };
        let name = since.map(|since| {
            let request = self.authorized.request(&shared.base_url, &self.api_key);
            [name_of(&request), since].concat()
        });
        let requests = Rc::clone(&shared.requests);
        let end = move |outcome: SharedOutcome<'_>, keeps| {
            answer(self.fetched(&shared, outcome, kept.as_ref(), keeps));
        };
        requests.ask(name, plan, signal, Box::new(end));
    }

    /// The `FetchedReply` for an outcome. `keeps` is whether this caller changes the store.
    fn fetched(
        &self,
        shared: &GatewayState,
        outcome: SharedOutcome<'_>,
        kept: Option<&CacheEntry>,
        keeps: bool,
    ) -> JsValue {
        let (good, bytes) = match outcome {
            Ok(success) => success,
            Err(failure) => return self.failed(failure, kept, keeps),
        };
        let success = Success {
            status: good.status,
            body: &good.body,
            passed: &passed(&good.headers),
            api_key: &self.api_key,
        };
        let GatewayOutcome { reply, change } = self.authorized.succeed(&success, now_ms());
        let change = match &change {
            StoreChange::Put(entry) if keeps => self.stored(shared, entry, &good.body, bytes),
            other => dropping(other, keeps),
        };
        fetched_reply(encode_reply(&reply, Some(bytes)), change)
    }

    /// The `FetchedReply` after a failed call.
    fn failed(&self, failure: &CallError, kept: Option<&CacheEntry>, keeps: bool) -> JsValue {
        let failed = Failed {
            error: &failure.error,
            passed: &passed(&failure.headers),
            api_key: Some(&self.api_key),
            kept,
        };
        let GatewayOutcome { reply, change } = self.authorized.fail(&failed, now_ms());
        fetched_reply(encode_reply(&reply, None), dropping(&change, keeps))
    }

    /// The `StoredReply` for a body.
    fn stored(
        &self,
        shared: &GatewayState,
        entry: &CacheEntry,
        body: &[u8],
        bytes: &Uint8Array,
    ) -> JsValue {
        let mut headers = String::new();
        push_lines(&mut headers, &entry.headers());
        let generation = store::ref_id(body).map(|ref_id| {
            let (base_url, key) = (&shared.base_url, &self.api_key);
            name_of(&CacheKeyInput::generation(base_url, key, Some(&ref_id)))
        });
        object(&[
            ("headers", headers.into()),
            ("body", bytes.into()),
            ("generation", generation.into()),
        ])
    }

    /// The `OpenedProfiles` of the batch file.
    async fn profiles(&self, shared: &Rc<GatewayState>, signal: Option<AbortSignal>) -> JsValue {
        let Some(query) = self.authorized.profiles() else {
            return JsValue::UNDEFINED;
        };
        let mut feed = reader(shared, query, self.options(signal));
        let first = match feed.pull(|delivery| lines(&delivery)).await {
            Ok(first) => first,
            Err(failure) => return self.failed(&failure, None, false),
        };
        let success = Success {
            status: 200,
            body: b"{}",
            passed: &Passed::default(),
            api_key: &self.api_key,
        };
        let outcome = self.authorized.succeed(&success, now_ms());
        let rest = first.as_ref().map(|_| RecordLines::new(feed));
        object(&[
            ("reply", encode_reply(&outcome.reply, None)),
            ("first", first.into()),
            ("rest", rest.into()),
        ])
    }
}

fn fetched_reply(reply: JsValue, change: JsValue) -> JsValue {
    object(&[("reply", reply), ("change", change)])
}

/// The change to the store if the entry there is to be dropped.
fn dropping(change: &StoreChange, keeps: bool) -> JsValue {
    if keeps && *change == StoreChange::Drop {
        value::constant("drop").clone()
    } else {
        JsValue::UNDEFINED
    }
}

fn endpoint(route: &Route) -> Endpoint {
    match route {
        Route::User(query) => Endpoint::User(UserQuery {
            instagram_quota: query.flag("instagramQuota"),
            instagram_details: query.flag("instagramDetails"),
            validate: query.flag("validate"),
        }),
        Route::Details => Endpoint::Details,
        Route::Batch | Route::Profiles(_) => Endpoint::Batch,
    }
}

fn passed(headers: &JsValue) -> Passed {
    if headers.is_object() {
        Passed::pick(|name| fetch::header(headers, name))
    } else {
        Passed::default()
    }
}

/// Reads a cached response's metadata from its headers, one per line.
fn entry(kept: &str) -> Option<CacheEntry> {
    CacheEntry::read(|wanted| header(kept, wanted).map(str::to_owned))
}

/// The URL for this name in the Cache API.
#[wasm_bindgen]
#[must_use]
pub fn store_url(name: &str) -> String {
    store::url(name)
}
