//! Tests the Rust client in a real browser, against the running sandbox, over HTTP from another
//! origin.
//!
//! `npm test` starts the sandbox and passes its address at compile time; for `web_faults`, also
//! that of the fault server.
#![cfg(target_arch = "wasm32")]
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy knows only `#[test]` for a test"
)]

mod web_faults;

use std::cell::{Cell, RefCell};
use std::future::Future as _;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use ayrshare_user::api::user::UserQuery;
use ayrshare_user::error::Kind;
use ayrshare_user::model::{User, UserBatch};
use ayrshare_user::records::{RecordOptions, SweepOptions};
use ayrshare_user::redact::Secret;
use ayrshare_user::{
    ApiKey, Cache, CallError, CallOptions, Client, ClientOptions, FileOptions, OnMismatch, Profile,
    Profiles, Record, UserLookup,
};
use futures_core::Stream;
use js_sys::{Array, Function, JSON, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const SANDBOX: &str = env!(
    "AYRSHARE_SANDBOX_URL",
    "run this by `npm test`: it starts the sandbox"
);
const SANDBOX_KEY: &str = "SANDBOX0-SANDBOX0-SANDBOX0-SANDBOX0";
const SENTINEL: &str = "SENTINEL1-SENTINEL2-SENTINEL3";

fn options() -> ClientOptions {
    ClientOptions {
        api_key: ApiKey::Fixed(Secret::new(SANDBOX_KEY.to_owned())),
        base_url: Some(SANDBOX.to_owned()),
        ..ClientOptions::default()
    }
}

fn client() -> Client {
    Client::new(options()).unwrap()
}

async fn failure(client: &Client, options: &CallOptions) -> CallError {
    client
        .get_user(&UserQuery::default(), options)
        .await
        .unwrap_err()
}

/// A `fetch` that responds to every request with this body.
fn answering(body: &'static str) -> Function {
    let source = "return Promise.resolve(new Response(body, {headers: {'content-type': 'application/json'}}))";
    let make = Function::new_with_args("body", &["return () => {", source, "}"].concat());
    make.call1(&JsValue::UNDEFINED, &JsValue::from_str(body))
        .unwrap()
        .unchecked_into()
}

#[wasm_bindgen_test]
async fn user_is_the_documented_sample() {
    let response = client()
        .get_user(&UserQuery::default(), &CallOptions::default())
        .await
        .unwrap();
    let UserLookup::User(user) = response.value else {
        panic!("the profile exists")
    };
    assert_eq!(user.display_names.len(), 10);
    assert_eq!(user.active_social_accounts.len(), 10);
    assert_eq!(response.meta.status, 200);
    assert_eq!(response.meta.attempts.len(), 1);
    assert!(!response.meta.from_cache);
}

#[wasm_bindgen_test]
async fn the_typed_user_equals_the_body() {
    let body = include_str!("fixtures/user.json");
    let client = Client::new(ClientOptions {
        fetch: Some(answering(body)),
        ..options()
    })
    .unwrap();
    let response = client
        .get_user(&UserQuery::default(), &CallOptions::default())
        .await
        .unwrap();
    let UserLookup::User(user) = response.value else {
        panic!("the profile exists")
    };
    let expected: ayrshare_user::model::User = serde_json::from_str(body).unwrap();
    assert_eq!(*user, expected);
}

#[wasm_bindgen_test]
async fn details_are_the_documented_boards() {
    let response = client()
        .get_user_details(&CallOptions::default())
        .await
        .unwrap();
    let ids: Vec<_> = response
        .value
        .pinterest
        .iter()
        .map(|board| board.id.as_deref().unwrap())
        .collect();
    assert_eq!(ids, ["718465015493014420", "718465015493634450"]);
}

#[wasm_bindgen_test]
async fn batch_is_a_ticket() {
    let response = client()
        .get_user_batch(&CallOptions::default())
        .await
        .unwrap();
    assert_eq!(response.value.success, Some(true));
    assert!(response.value.url.contains("X-Goog-Signature="));
}

#[wasm_bindgen_test]
async fn invalid_keys_are_rejected() {
    let wrong = Secret::new(SENTINEL.to_owned());
    let options = ClientOptions {
        api_key: ApiKey::Fixed(wrong.clone()),
        ..options()
    };
    let refused = failure(&Client::new(options).unwrap(), &CallOptions::default()).await;
    assert_eq!(
        (refused.error.kind, refused.error.code),
        (Kind::Auth, Some(102))
    );

    let unknown = CallOptions {
        profile: Profile::Key(wrong),
        ..CallOptions::default()
    };
    let refused = failure(&client(), &unknown).await;
    assert_eq!(
        (refused.error.kind, refused.error.code),
        (Kind::Auth, Some(144))
    );
    assert_eq!(refused.attempts.len(), 1);
}

#[wasm_bindgen_test]
async fn a_key_function_is_called_once_per_call() {
    let asked = Rc::new(Cell::new(0));
    let counted = Rc::clone(&asked);
    let ask = Closure::<dyn FnMut() -> JsValue>::new(move || {
        counted.set(counted.get() + 1);
        Promise::resolve(&JsValue::from_str(SANDBOX_KEY)).into()
    });
    let api_key = ApiKey::Ask(ask.as_ref().unchecked_ref::<Function>().clone());
    let client = Client::new(ClientOptions {
        api_key,
        ..options()
    })
    .unwrap();
    client
        .get_user_batch(&CallOptions::default())
        .await
        .unwrap();
    assert_eq!(asked.get(), 1);
}

#[wasm_bindgen_test]
async fn an_aborted_signal_ends_the_call_with_its_reason() {
    let controller = web_sys::AbortController::new().unwrap();
    let reason = JsValue::from_str("changed my mind");
    controller.abort_with_reason(&reason);
    let options = CallOptions {
        signal: Some(controller.signal()),
        ..CallOptions::default()
    };
    let aborted = failure(&client(), &options).await;
    assert_eq!(aborted.error.kind, Kind::Aborted);
    assert_eq!(aborted.cause, reason);
    assert!(aborted.attempts.is_empty());
}

/// A `fetch` that never resolves, and the signal of its request.
fn hanging(signal: &Rc<RefCell<Option<web_sys::AbortSignal>>>) -> Function {
    let signal = Rc::clone(signal);
    let fetch = Closure::<dyn Fn(JsValue, JsValue) -> Promise>::new(move |_, init: JsValue| {
        let given = Reflect::get(&init, &"signal".into()).unwrap();
        signal.replace(Some(given.unchecked_into()));
        Promise::new(&mut |_, _| {})
    });
    fetch.into_js_value().unchecked_into()
}

/// Waits for the next turn of the event loop.
async fn turn() {
    let later = Function::new_with_args("resolve", "setTimeout(resolve, 0)");
    let promise = Promise::new(&mut |resolve, _| {
        later.call1(&JsValue::UNDEFINED, &resolve).unwrap();
    });
    wasm_bindgen_futures::JsFuture::from(promise).await.unwrap();
}

/// Polls the call, lets it run for `turns` turns, and drops it.
async fn dropped(client: &Client, turns: usize) {
    let (query, options) = (UserQuery::default(), CallOptions::default());
    let mut call = Box::pin(client.get_user(&query, &options));
    poll_fn(|context| {
        assert!(call.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
    for _ in 0..turns {
        turn().await;
    }
}

#[wasm_bindgen_test]
async fn a_dropped_call_closes_its_connection() {
    let signal = Rc::default();
    let client = Client::new(ClientOptions {
        fetch: Some(hanging(&signal)),
        ..options()
    })
    .unwrap();
    dropped(&client, 1).await;
    let sent = signal.take().unwrap();
    assert!(sent.aborted());
}

#[wasm_bindgen_test]
async fn a_call_dropped_immediately_sends_nothing() {
    let signal = Rc::default();
    let client = Client::new(ClientOptions {
        fetch: Some(hanging(&signal)),
        ..options()
    })
    .unwrap();
    dropped(&client, 0).await;
    turn().await;
    assert!(signal.take().is_none());
}

#[wasm_bindgen_test]
async fn a_body_of_another_shape_is_rejected_with_its_path() {
    let body = r#"{"displayNames": [{"platform": "facebook", "id": 7}]}"#;
    let client = Client::new(ClientOptions {
        fetch: Some(answering(body)),
        on_invalid: OnMismatch::Throw,
        ..options()
    })
    .unwrap();
    let wrong = failure(&client, &CallOptions::default()).await;
    assert_eq!(wrong.error.kind, Kind::Decode);
    assert_eq!(wrong.error.path.as_deref(), Some("displayNames[0].id"));
}

#[wasm_bindgen_test]
async fn cached_responses_are_copies() {
    let body = r#"{"title": "kept", "nextUpdate": "2999-01-01T00:00:00Z"}"#;
    let cache = Cache::UntilNextUpdate;
    let options = ClientOptions {
        fetch: Some(answering(body)),
        cache,
        ..options()
    };
    let client = Client::new(options).unwrap();
    let (query, call) = (UserQuery::default(), CallOptions::default());
    assert!(
        !client
            .get_user(&query, &call)
            .await
            .unwrap()
            .meta
            .from_cache
    );
    let again = client.get_user(&query, &call).await.unwrap();
    assert!(again.meta.from_cache);
    assert!(again.meta.attempts.is_empty());
}

#[wasm_bindgen_test]
async fn header_names_may_be_written_in_any_case() {
    let source = "return (url, init) => Promise.resolve(new Response(JSON.stringify({title: JSON.stringify(init.headers)})))";
    let fetch = Function::new_no_args(source)
        .call0(&JsValue::UNDEFINED)
        .unwrap()
        .unchecked_into();
    let header =
        |name: &str, text: Option<&str>| (name.to_owned(), text.map(|t| Secret::new(t.to_owned())));
    let options = ClientOptions {
        fetch: Some(fetch),
        headers: vec![header("ACCEPT", None), header("X-Trace", Some("client"))],
        ..options()
    };
    let call = CallOptions {
        headers: vec![
            header("x-trace", Some("call")),
            header("Authorization", Some("Bearer ANOTHER")),
        ],
        ..CallOptions::default()
    };
    let client = Client::new(options).unwrap();
    let response = client.get_user(&UserQuery::default(), &call).await.unwrap();
    let UserLookup::User(user) = response.value else {
        panic!("the profile exists")
    };
    let sent = r#"{"authorization":"Bearer ANOTHER","x-trace":"call"}"#;
    assert_eq!(user.title.as_deref(), Some(sent));

    let empty = CallOptions {
        headers: vec![header("Profile-Key", Some(""))],
        ..CallOptions::default()
    };
    let refused = failure(&client, &empty).await;
    assert_eq!(refused.error.kind, Kind::Config);
}

#[wasm_bindgen_test]
async fn no_secret_is_shown() {
    let events = Rc::new(RefCell::new(String::new()));
    let written = Rc::clone(&events);
    let observer = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
        written
            .borrow_mut()
            .push_str(&String::from(JSON::stringify(&event).unwrap()));
    });
    let leaky =
        "return (url, init) => Promise.reject(new Error('sent ' + JSON.stringify(init.headers)))";
    let fetch = Function::new_no_args(leaky)
        .call0(&JsValue::UNDEFINED)
        .unwrap()
        .unchecked_into();
    let options = ClientOptions {
        api_key: ApiKey::Fixed(Secret::new(SENTINEL.to_owned())),
        profile_key: Some(Secret::new(SENTINEL.to_owned())),
        fetch: Some(fetch),
        max_retries: 0,
        on_event: Some(observer.as_ref().unchecked_ref::<Function>().clone()),
        ..options()
    };
    let client = Client::new(options.clone()).unwrap();
    let failed = failure(&client, &CallOptions::default()).await;
    assert_eq!(failed.error.kind, Kind::Network);
    let shown = [
        format!("{failed} {failed:?} {client:?} {options:?}"),
        String::from(JSON::stringify(&JsValue::from(&failed)).unwrap()),
        Reflect::get(&failed.cause, &"message".into())
            .unwrap()
            .as_string()
            .unwrap(),
        Reflect::get(&failed.cause, &"stack".into())
            .unwrap()
            .as_string()
            .unwrap_or_default(),
        events.borrow().clone(),
    ];
    assert!(events.borrow().contains("request"));
    assert!(!shown.concat().contains(SENTINEL), "{shown:?}");
}

#[wasm_bindgen_test]
fn errors_name_the_invalid_option() {
    let headers = vec![(
        "x-a".to_owned(),
        Some(Secret::new("line\nbreak".to_owned())),
    )];
    let wrong = Client::new(ClientOptions {
        headers,
        ..options()
    })
    .unwrap_err();
    assert_eq!(wrong.kind, Kind::Config);
    assert!(wrong.message.contains("`headers`"));
    let from_js = js_sys::Object::new();
    Reflect::set(&from_js, &"timeoutMs".into(), &Array::new()).unwrap();
    let wrong = ClientOptions::from_js(&from_js).unwrap_err();
    assert!(wrong.message.contains("`timeoutMs`"));
}

async fn next(profiles: &mut Profiles) -> Option<Result<Record, CallError>> {
    poll_fn(|context| Pin::new(&mut *profiles).poll_next(context)).await
}

#[wasm_bindgen_test]
async fn profiles_are_a_stream_of_checked_records() {
    let mut profiles = client().stream_profiles(&FileOptions::default(), RecordOptions::default());
    let mut count = 0;
    while let Some(record) = next(&mut profiles).await {
        let Record::Profile(json) = record.unwrap() else {
            panic!("every record is valid")
        };
        let text = String::from_utf8(json).unwrap();
        let profile: User = serde_wasm_bindgen::from_value(JSON::parse(&text).unwrap()).unwrap();
        assert!(profile.ref_id.is_some() || profile.title.is_some());
        count += 1;
    }
    assert_eq!(count, 10);
    assert_eq!(profiles.progress().records, 10);
    assert!(next(&mut profiles).await.is_none());
}

#[wasm_bindgen_test]
async fn a_sweep_counts_the_profiles_of_the_stream() {
    let options = SweepOptions::at(js_sys::Date::now());
    let report = client()
        .sweep_profiles(&FileOptions::default(), options)
        .await
        .unwrap();
    assert_eq!((report.profiles, report.invalid), (10, 0));
    assert!(report.accounts > 10);
}

#[wasm_bindgen_test]
async fn a_file_that_takes_longer_than_allowed_is_not_ready() {
    let batch = client()
        .get_user_batch(&CallOptions::default())
        .await
        .unwrap()
        .value;
    let file = FileOptions {
        batch: Some(UserBatch {
            url_available: Some("2999-01-01T00:00:00Z".to_owned()),
            url_expires: Some("2999-01-02T00:00:00Z".to_owned()),
            ..batch
        }),
        ..FileOptions::default()
    };
    let mut profiles = client().stream_profiles(&file, RecordOptions::default());
    let failure = next(&mut profiles).await.unwrap().unwrap_err();
    assert_eq!(failure.error.kind, Kind::NotReady);
    assert!(failure.error.retry_after_ms.unwrap() > 1e9);
    assert!(next(&mut profiles).await.is_none());
}
