//! One request through the gateway: authorize, look up in the cache, fetch from Ayrshare, reply.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::future_to_promise;
use web_sys::AbortSignal;

use super::encoding::{encode_reply, header, name_of, push_lines};
use super::state::GatewayState;
use crate::api::endpoint::Endpoint;
use crate::api::user::UserQuery;
use crate::gateway::call::{AuthorizedRequest, Call, Failed, StoreChange, Success};
use crate::gateway::grant::{self, Authorization};
use crate::gateway::route::{ProfilesQuery, Route};
use crate::gateway::store::{CacheKeyInput, Entry};
use crate::gateway::upstream::Passed;
use crate::gateway::{Outcome, store};
use crate::json;
use crate::records::{Delivery, Filter, Reader, RecordOptions};
use crate::redact::Secret;
use crate::web::batch::batch_reader::BatchReader;
use crate::web::batch::download::{Download, DownloadOptions};
use crate::web::batch::ticket::{BatchTicket, Ticket, TicketSource};
use crate::web::call::prepared::PreparedCall;
use crate::web::call::shared_request::SharedOutcome;
use crate::web::failure::CallError;
use crate::web::http::fetch;
use crate::web::js::cancellation::{Cancellation, Canceller};
use crate::web::js::value::{self, now_ms};
use crate::web::options::client::{CallOptions, Profile};

/// An authorized call and the API key to make it with.
struct Granted {
    permit: AuthorizedRequest,
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
    /// the request is rejected, which includes an API key that cannot be sent in a header, and otherwise nothing.
    pub fn grant(
        &mut self,
        api_key: String,
        profile_key: Option<String>,
        scope: Option<String>,
    ) -> Option<Array> {
        let call = self.call.take()?;
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
            Ok(permit) => {
                let api_key = Secret::new(api_key);
                self.granted = Some(Rc::new(Granted { permit, api_key }));
                None
            }
            Err(reply) => Some(encode_reply(&reply, None)),
        }
    }

    /// The encoded reply to a caller that `authorize` does not know.
    pub fn refuse(&mut self) -> Option<Array> {
        self.denied(Authorization::Unknown)
    }

    /// The encoded reply after the operator's code failed or, if `is_late`, timed out.
    pub fn fail(&mut self, is_late: bool) -> Option<Array> {
        self.denied(if is_late {
            Authorization::Late
        } else {
            Authorization::Failed
        })
    }

    /// The store's name for the response; `None` if the response is not cacheable.
    #[must_use]
    pub fn cache_key(&self) -> Option<String> {
        let Granted { permit, api_key } = self.granted.as_deref()?;
        let key = permit.key(&self.shared.base_url, api_key)?;
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
    pub fn cached_reply(&self, kept: &str) -> JsValue {
        let (Some(granted), Some(entry)) = (self.granted.as_deref(), entry(kept)) else {
            return JsValue::NULL;
        };
        let reply = granted.permit.hit(&entry, now_ms());
        reply.map_or(JsValue::UNDEFINED, |reply| {
            encode_reply(&reply, None).into()
        })
    }

    /// Whether the request is for the records of the batch file.
    #[must_use]
    pub fn is_profiles(&self) -> bool {
        let granted = self.granted.as_deref();
        granted.is_some_and(|granted| granted.permit.profiles().is_some())
    }

    /// Calls Ayrshare. Calls `resolve` with an encoded reply and the change to the store:
    /// `[head, body, headers, bytes, generationName]`. `headers` are the ones to store with the bytes; `null` means
    /// delete the entry, `undefined` leave it unchanged.
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
        resolve: Function,
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

    /// Requests the batch file and reads the first records. Resolves to an encoded reply and, on success, to the first
    /// lines and the source of the rest: `[head, body, lines, rest]`.
    pub fn profiles(&self, signal: Option<AbortSignal>) -> Promise {
        let (shared, granted) = (Rc::clone(&self.shared), self.granted.clone());
        future_to_promise(async move {
            let Some(granted) = granted else {
                return Ok(JsValue::UNDEFINED);
            };
            Ok(granted.profiles(&shared, signal).await.into())
        })
    }
}

impl GatewayRequest {
    fn denied(&mut self, authorization: Authorization) -> Option<Array> {
        let call = self.call.take()?;
        let refused = call.granted(authorization).err()?;
        Some(encode_reply(&refused, None))
    }
}

impl Granted {
    /// The options for the upstream call: only the headers of the permit are sent.
    fn options(&self, signal: Option<AbortSignal>) -> CallOptions {
        let upstream = self.permit.upstream();
        let headers = upstream.headers(&self.api_key).into_iter();
        let headers = headers.filter(|(name, _)| *name != "profile-key");
        CallOptions {
            signal,
            profile: match upstream.profile {
                grant::Profile::Primary => Profile::Primary,
                grant::Profile::Key(key) => Profile::Key(key),
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
        kept: Option<Entry>,
        since: Option<String>,
        signal: Option<&AbortSignal>,
        answer: impl FnOnce(Array) + 'static,
    ) {
        let endpoint = endpoint(self.permit.route());
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
            Err(error) => return answer(self.failed(&CallError::from(error), None)),
        };
        let name = since.map(|since| {
            let request = self.permit.request(&shared.base_url, &self.api_key);
            [name_of(&request), since].concat()
        });
        let requests = Rc::clone(&shared.requests);
        let end = move |outcome: SharedOutcome<'_>, keeps| {
            let reply = self.reply(&shared, outcome, kept.as_ref());
            // The items after head and body are the change to the store.
            answer(if keeps { reply } else { reply.slice(0, 2) });
        };
        requests.ask(name, plan, signal, Box::new(end));
    }

    fn reply(
        &self,
        shared: &GatewayState,
        outcome: SharedOutcome<'_>,
        kept: Option<&Entry>,
    ) -> Array {
        let (good, bytes) = match outcome {
            Ok(success) => success,
            Err(failure) => return self.failed(failure, kept),
        };
        let success = Success {
            status: good.status,
            body: &good.body,
            passed: &passed(&good.headers),
            api_key: &self.api_key,
        };
        let outcome = self.permit.succeed(&success, now_ms());
        self.answered(shared, &outcome, &good.body, bytes)
    }

    fn failed(&self, failure: &CallError, kept: Option<&Entry>) -> Array {
        let failed = Failed {
            error: &failure.error,
            passed: &passed(&failure.headers),
            api_key: Some(&self.api_key),
            kept,
        };
        let Outcome { reply, change } = self.permit.fail(&failed, now_ms());
        let answer = encode_reply(&reply, None);
        if change == StoreChange::Drop {
            answer.push(&JsValue::NULL);
        }
        answer
    }

    fn answered(
        &self,
        shared: &GatewayState,
        outcome: &Outcome,
        body: &[u8],
        bytes: &Uint8Array,
    ) -> Array {
        let answer = encode_reply(&outcome.reply, Some(bytes));
        match &outcome.change {
            StoreChange::Leave => {}
            StoreChange::Drop => {
                answer.push(&JsValue::NULL);
            }
            StoreChange::Put(entry) => {
                let mut head = String::new();
                push_lines(&mut head, &entry.headers());
                answer.push(&head.into());
                answer.push(bytes);
                if let Some(ref_id) = store::ref_id(body) {
                    let (base_url, key) = (&shared.base_url, &self.api_key);
                    let generation = CacheKeyInput::generation(base_url, key, Some(&ref_id));
                    answer.push(&name_of(&generation).into());
                }
            }
        }
        answer
    }

    async fn profiles(&self, shared: &Rc<GatewayState>, signal: Option<AbortSignal>) -> Array {
        let Some(query) = self.permit.profiles() else {
            return Array::new();
        };
        let mut feed = self.feed(shared, query, signal);
        let first = match feed.pull(|delivery| lines(&delivery)).await {
            Ok(first) => first,
            Err(failure) => return self.failed(&failure, None),
        };
        let success = Success {
            status: 200,
            body: b"{}",
            passed: &Passed::default(),
            api_key: &self.api_key,
        };
        let outcome = self.permit.succeed(&success, now_ms());
        let answer = encode_reply(&outcome.reply, None);
        if let Some(first) = first {
            answer.push(&first);
            answer.push(&RecordLines::new(feed).into());
        }
        answer
    }

    fn feed(
        &self,
        shared: &Rc<GatewayState>,
        query: &ProfilesQuery,
        signal: Option<AbortSignal>,
    ) -> BatchReader<Download<Orders>> {
        let file = shared.file.clone();
        let interrupt = Cancellation::new(signal.as_ref());
        let orders = Orders {
            shared: Rc::clone(shared),
            options: self.options(signal),
        };
        let rules = DownloadOptions {
            fetch: file.fetch,
            on_event: file.on_event,
            wait_ms: file.wait_ms,
            idle_timeout_ms: file.idle_timeout_ms,
        };
        BatchReader {
            source: Download::new(orders, rules, interrupt),
            reader: Reader::new(record_options(query, file.max_record_bytes)),
        }
    }
}

/// Requests batch tickets with the API key of the call.
struct Orders {
    shared: Rc<GatewayState>,
    options: CallOptions,
}

impl TicketSource for Orders {
    type Error = CallError;

    async fn request_ticket(&mut self) -> Result<Ticket, CallError> {
        let client = &self.shared.client;
        let good = client.text(Endpoint::Batch, &self.options).await?;
        let text = |name| {
            let found = json::field(&good.body, name).and_then(json::string);
            found.map(std::borrow::Cow::into_owned)
        };
        let order = BatchTicket {
            url: text("url").unwrap_or_default(),
            available: text("urlAvailable"),
            expires: text("urlExpires"),
            last_updated: text("lastUpdated"),
        };
        let date = fetch::header(&good.headers, "date");
        Ok(Ticket::checked(&order, date.as_deref())?)
    }
}

/// The records of the batch file as NDJSON, held by TypeScript.
#[wasm_bindgen]
pub struct RecordLines {
    /// `None` while a read is in progress.
    feed: Rc<RefCell<Option<BatchReader<Download<Orders>>>>>,
    canceller: Canceller,
}

impl std::fmt::Debug for RecordLines {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("RecordLines")
            .finish_non_exhaustive()
    }
}

impl RecordLines {
    fn new(feed: BatchReader<Download<Orders>>) -> Self {
        Self {
            canceller: feed.source.cancellation.canceller(),
            feed: Rc::new(RefCell::new(Some(feed))),
        }
    }
}

#[wasm_bindgen]
impl RecordLines {
    /// Resolves to the next lines, or to `undefined` at the end and after a failure.
    pub fn next(&self) -> Promise {
        let slot = Rc::clone(&self.feed);
        future_to_promise(async move {
            let taken = slot.borrow_mut().take();
            let Some(mut feed) = taken else {
                return Ok(JsValue::UNDEFINED);
            };
            let Some(lines) = feed.pull(|delivery| lines(&delivery)).await? else {
                return Ok(JsValue::UNDEFINED);
            };
            slot.replace(Some(feed));
            Ok(lines.into())
        })
    }

    /// Closes the connection.
    pub fn cancel(&self) {
        self.canceller.cancel();
        self.feed.borrow_mut().take();
    }
}

/// The records, one per line. Line breaks inside a record become spaces: in JSON they occur only as whitespace.
fn lines(delivery: &Delivery<'_>) -> Uint8Array {
    let mut lines = Vec::new();
    if let Delivery::Records(batch) = delivery {
        lines.reserve(batch.text().len());
        for record in batch.records() {
            let is_end = |byte: u8| matches!(byte, b'\n' | b'\r');
            lines.extend(
                record
                    .iter()
                    .map(|&byte| if is_end(byte) { b' ' } else { byte }),
            );
            lines.push(b'\n');
        }
    }
    Uint8Array::from(lines.as_slice())
}

fn record_options(query: &ProfilesQuery, max_record_bytes: Option<usize>) -> RecordOptions {
    let mut options = RecordOptions {
        select: query.select.clone(),
        ..RecordOptions::default()
    };
    if let Some(bytes) = max_record_bytes {
        options.max_record_bytes = bytes;
    }
    let wanted = &query.filter;
    options.filter = (*wanted != crate::gateway::route::Where::default()).then(|| Filter {
        network: wanted.network.clone(),
        refresh_within_days: wanted.refresh_within_days.map(f64::from),
        nothing_linked: wanted.nothing_linked,
        now_ms: now_ms(),
    });
    options
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
fn entry(kept: &str) -> Option<Entry> {
    Entry::read(|wanted| header(kept, wanted).map(str::to_owned))
}

/// The URL for this name in the Cache API.
#[wasm_bindgen]
#[must_use]
pub fn store_url(name: &str) -> String {
    store::url(name)
}
