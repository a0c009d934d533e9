//! Runs the fault table of `tests/faults` through the Rust client: the same rows, server and
//! expectations as for the package. The server's own log is also checked against each row.
//!
//! Rows and logs come from the server over HTTP, and options are passed as the JavaScript objects
//! in the rows. Only values are compared less strictly: as JSON, which cannot represent infinities
//! and -0.

mod table;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::rc::Rc;
use std::task::Poll;

use ayrshare_user::api::user::UserQuery;
use ayrshare_user::json::Mismatch;
use ayrshare_user::{CallError, CallOptions, Client, ClientOptions, Meta, UserLookup};
use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::AbortController;

use table::{Elsewhere, Outcome, Report, Row, Table, bent, differences};

const FAULTS: &str = env!(
    "AYRSHARE_FAULTS_URL",
    "run this by `npm test`: it starts the server that misbehaves"
);

/// Browsers open at most six connections to one host, and a row that waits for its stage takes two.
const AT_ONCE: usize = 3;

/// The table, and the result of each row by its number.
struct Seen {
    table: Table,
    reports: BTreeMap<usize, Report>,
    elsewhere: Elsewhere,
}

thread_local! {
    /// Running the rows takes a while, so the tests share one run.
    static SEEN: RefCell<Option<Rc<Seen>>> = const { RefCell::new(None) };
}

async fn seen() -> Rc<Seen> {
    if let Some(seen) = SEEN.with_borrow(Clone::clone) {
        return seen;
    }
    let seen = Rc::new(run_all().await);
    SEEN.set(Some(Rc::clone(&seen)));
    seen
}

#[wasm_bindgen_test]
async fn every_row_of_the_fault_table_is_as_expected() {
    let seen = seen().await;
    assert!(seen.table.count > 0);
    assert_eq!(seen.table.rows.len(), seen.table.count);
    let mut found = Vec::new();
    for row in &seen.table.rows {
        match seen.reports.get(&row.index) {
            Some(report) => found.extend(differences(&row.name, &row.expect, report)),
            None => found.push(format!("{}: it did not run", row.name)),
        }
    }
    assert_eq!(seen.reports.len(), seen.table.count);
    assert!(found.is_empty(), "\n{}", found.join("\n"));
    assert_eq!(seen.elsewhere.requests, 0, "another origin was asked");
}

#[wasm_bindgen_test]
async fn a_wrong_expectation_in_any_row_is_noticed() {
    let seen = seen().await;
    let mut bends = 0;
    for row in &seen.table.rows {
        let report = seen.reports.get(&row.index).unwrap();
        for (name, wrong) in bent(&row.expect) {
            let found = differences(&row.name, &wrong, report);
            assert!(!found.is_empty(), "{} accepts any {name}", row.name);
            bends += 1;
        }
    }
    assert!(bends > 8 * seen.table.count, "{bends} bends");
}

#[wasm_bindgen_test]
async fn no_row_shows_a_planted_secret() {
    let seen = seen().await;
    let shown: Vec<_> = seen
        .reports
        .values()
        .map(|report| report.shown.as_str())
        .collect();
    let shown = shown.concat();
    assert!(shown.len() > 10_000, "{} bytes", shown.len());
    assert!(!shown.contains("SENTINEL"), "{shown}");
}

/// Calls a function given as JavaScript source.
fn javascript(names: &str, source: &str, values: &[JsValue]) -> JsValue {
    let function = Function::new_with_args(names, source);
    function
        .apply(&JsValue::UNDEFINED, &Array::of(values))
        .unwrap()
}

/// The fault server's response to a plain GET.
async fn text(path: &str) -> String {
    let url = JsValue::from_str(&[FAULTS, path].concat());
    let source = "return fetch(url).then((response) => response.text())";
    let response = javascript("url", source, &[url]);
    JsFuture::from(response.unchecked_into::<Promise>())
        .await
        .unwrap()
        .as_string()
        .unwrap()
}

async fn ask<T: DeserializeOwned>(path: &str) -> T {
    let text = text(path).await;
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error} in {text}"))
}

fn browser() -> &'static str {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).unwrap();
    let agent = Reflect::get(&navigator, &"userAgent".into()).unwrap();
    if agent.as_string().unwrap().contains("Firefox") {
        "firefox"
    } else {
        "chromium"
    }
}

async fn run_all() -> Seen {
    let table: Table = ask(&format!("/table/{}", browser())).await;
    let queue = RefCell::new(table.rows.iter());
    let reports = RefCell::new(BTreeMap::new());
    let work = async || {
        let next = || queue.borrow_mut().next();
        while let Some(row) = next() {
            let report = run(row, &table).await;
            reports.borrow_mut().insert(row.index, report);
        }
    };
    let mut workers: Vec<_> = (0..AT_ONCE).map(|_| Box::pin(work())).collect();
    poll_fn(|context| {
        workers.retain_mut(|worker| worker.as_mut().poll(context).is_pending());
        if workers.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    drop(workers);
    Seen {
        reports: reports.take(),
        elsewhere: ask("/elsewhere").await,
        table,
    }
}

/// Makes the calls of one row, and returns the result of the last one.
async fn run(row: &Row, table: &Table) -> Report {
    let path = format!("/rust-{}/{}", browser(), row.index);
    let origin = row.refused.then_some(table.refused.as_str());
    let base_url = format!("{}/rows{path}", origin.unwrap_or(FAULTS));
    let abort = Abort::new(row.abort.clone());
    let events = Array::new();
    let client = Client::new(client_options(row, table, &base_url, &events, &abort)).unwrap();
    abort.at_stage(&path);
    let mut report = Report::default();
    for _ in 0..row.calls.unwrap_or(1) {
        let call = call_options(row, &abort);
        let shown = std::mem::take(&mut report.shown);
        report = match outcome(&client, row, &call).await {
            Ok((value, meta)) => success(row, &value, &meta),
            Err(failure) => error(&failure, &abort),
        };
        report.shown.push_str(&shown);
    }
    let events = String::from(JSON::stringify(&events).unwrap());
    report.shown.push_str(&events);
    report.log = ask(&format!("/log{path}")).await;
    report
}

/// When and how a row's call is aborted.
struct Abort {
    stage: Option<String>,
    controller: AbortController,
    reason: JsValue,
}

impl Abort {
    fn new(stage: Option<String>) -> Self {
        let reason: JsValue = Object::new().into();
        let controller = AbortController::new().unwrap();
        if stage.as_deref() == Some("before") {
            controller.abort_with_reason(&reason);
        }
        Self {
            stage,
            controller,
            reason,
        }
    }

    /// Aborts when the server reports that the request has reached this stage.
    fn at_stage(&self, path: &str) {
        let stage = self.stage.as_deref().unwrap_or("before");
        if ["before", "wait"].contains(&stage) {
            return;
        }
        let path = format!("/stage{path}/{stage}");
        let (controller, reason) = (self.controller.clone(), self.reason.clone());
        spawn_local(async move {
            text(&path).await;
            controller.abort_with_reason(&reason);
        });
    }

    /// Records every event, and aborts during the wait before a retry if the row requires it.
    fn observer(&self, events: &Array) -> JsValue {
        let source = "return (event) => {
            events.push(event);
            if (waits && event.type === 'retry') setTimeout(() => controller.abort(reason), 0);
        }";
        let waits = JsValue::from_bool(self.stage.as_deref() == Some("wait"));
        let (controller, reason) = (self.controller.clone().into(), self.reason.clone());
        let values = [events.into(), waits, controller, reason];
        javascript("events, waits, controller, reason", source, &values)
    }
}

fn set(object: &JsValue, name: &str, value: &JsValue) {
    Reflect::set(object, &JsValue::from_str(name), value).unwrap();
}

fn object_of(options: &table::Object) -> JsValue {
    JSON::parse(&serde_json::to_string(options).unwrap()).unwrap()
}

fn client_options(
    row: &Row,
    table: &Table,
    base_url: &str,
    events: &Array,
    abort: &Abort,
) -> ClientOptions {
    let mut options = table.planted.clone();
    options.extend(row.options.clone());
    let options = object_of(&options);
    set(&options, "baseUrl", &JsValue::from_str(base_url));
    set(&options, "onEvent", &abort.observer(events));
    ClientOptions::from_js(&options).unwrap()
}

fn call_options(row: &Row, abort: &Abort) -> CallOptions {
    let options = object_of(&row.call);
    if abort.stage.is_some() {
        set(&options, "signal", &abort.controller.signal());
    }
    CallOptions::from_js(&options).unwrap()
}

/// The value as JSON text, and how it was obtained.
async fn outcome(
    client: &Client,
    row: &Row,
    call: &CallOptions,
) -> Result<(String, Meta), CallError> {
    match row.method.as_deref() {
        None => {
            let response = client.get_user(&UserQuery::default(), call).await?;
            let text = match &response.value {
                UserLookup::User(user) => json(user),
                UserLookup::Deleted(text) => text.clone(),
            };
            Ok((text, response.meta))
        }
        Some("getUserDetails") => {
            let response = client.get_user_details(call).await?;
            Ok((json(&response.value), response.meta))
        }
        Some("getUserBatch") => {
            let response = client.get_user_batch(call).await?;
            Ok((json(&response.value), response.meta))
        }
        Some(method) => panic!("{}: there is no method {method}", row.name),
    }
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap()
}

fn text_of(mismatch: Mismatch<'_>) -> String {
    format!("{} {} {}", mismatch.path, mismatch.expected, mismatch.found)
}

fn success(row: &Row, value: &str, meta: &Meta) -> Report {
    let kind = match &row.json {
        Some(json) if !is_value_of(value, json, &row.added) => "another value",
        _ => "ok",
    };
    Report {
        kind: kind.to_owned(),
        status: Some(meta.status),
        attempts: meta.attempts.iter().map(Outcome::from).collect(),
        mismatches: meta.mismatches.iter().map(text_of).collect(),
        ..Report::default()
    }
}

fn error(failure: &CallError, abort: &Abort) -> Report {
    let error = &failure.error;
    let is_reason = abort.stage.is_some() && Object::is(&failure.cause, &abort.reason);
    let source = "return [cause, cause?.stack, JSON.stringify(cause)].join()";
    let cause = javascript("cause", source, std::slice::from_ref(&failure.cause));
    let cause = cause.as_string().unwrap();
    Report {
        kind: error.kind.as_str().to_owned(),
        status: error.status,
        code: error.code,
        path: error.path.clone(),
        retryable: Some(error.retryable),
        retry_after_ms: error.retry_after_ms,
        message: Some(error.message.clone()),
        cause: is_reason.then(|| "the reason".to_owned()),
        attempts: failure.attempts.iter().map(Outcome::from).collect(),
        mismatches: error.mismatches.iter().map(text_of).collect(),
        shown: format!("{failure} {failure:?} {cause}"),
        ..Report::default()
    }
}

/// Whether the value equals what the engine parses from the body, plus `added`.
fn is_value_of(value: &str, json: &str, added: &table::Object) -> bool {
    // `null` means absent, and in Rust, absent values are `None`.
    let source = "const bare = (_, value) => value ?? undefined; \
                  return JSON.parse(JSON.stringify({ ...JSON.parse(json, bare), ...added }))";
    let expected = javascript("json, added", source, &[json.into(), object_of(added)]);
    is_same(&JSON::parse(value).unwrap(), &expected)
}

/// Deep equality, regardless of the order of fields.
fn is_same(a: &JsValue, b: &JsValue) -> bool {
    if !a.is_object() || !b.is_object() {
        return Object::is(a, b);
    }
    let [left, right] = [a, b].map(|value| Object::entries(value.unchecked_ref::<Object>()));
    let field = |name: &JsValue| Reflect::get(b, name).unwrap_or_default();
    Array::is_array(a) == Array::is_array(b)
        && left.length() == right.length()
        && left.iter().all(|entry| {
            let entry: Array = entry.unchecked_into();
            let has = Object::has_own(b.unchecked_ref::<Object>(), &entry.get(0));
            has && is_same(&entry.get(1), &field(&entry.get(0)))
        })
}
