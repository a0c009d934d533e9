//! The exports that the package's TypeScript calls. They only convert values.

use js_sys::{Array, Function};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::api::endpoint::Endpoint;
use crate::api::user::UserQuery;
use crate::error::{Error, Kind};
use crate::web::call::drive_callbacks::CallbackDriver;
use crate::web::call::prepared::PreparedCall;
use crate::web::call::response::{Answer, Parsed};
use crate::web::call::state_machine::CallMachine;
use crate::web::client::Client;
use crate::web::failure::{flat_attempts, mismatches, rejection};
use crate::web::js::value;
use crate::web::options::client::{CallOptions, ClientOptions};
use crate::web::options::reader::OptionsReader;

#[wasm_bindgen(module = "/src/web/http/fetch.js")]
extern "C" {
    /// Resolves the promise of a call with its value and metadata.
    fn settle(
        resolve: &Function,
        value: &JsValue,
        status: u16,
        headers: &JsValue,
        earlier: Option<Array>,
        duration_ms: f64,
        waited_ms: f64,
        from_cache: bool,
        mismatches: &JsValue,
    );
}

/// A client, as TypeScript holds it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct WasmClient(Client);

#[wasm_bindgen]
impl WasmClient {
    /// Checks the options. `kept`, a Map that outlives this instance, holds the state that the rate-limit guard must not lose.
    ///
    /// # Errors
    /// A failure of kind `config`.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue, kept: JsValue) -> Result<WasmClient, JsValue> {
        let client = ClientOptions::from_js(options)
            .and_then(|options| Client::keeping(options, kept))
            .map_err(rejection)?;
        Ok(Self(client))
    }

    /// Calls an endpoint by name, and resolves with the value and metadata. There is one export for all endpoints, because each export adds
    /// to the download.
    ///
    /// `argument` is the query of `user` and the platform of `details`. `trap` panics in the middle of a call, so that tests can check the
    /// state after a panic.
    ///
    /// # Panics
    /// For the name `trap`.
    pub fn call(
        &self,
        name: &JsValue,
        argument: &JsValue,
        options: &JsValue,
        resolve: Function,
        reject: Function,
    ) {
        let name = name.as_string().unwrap_or_default();
        let given = CallOptions::from_js(options);
        let planned = given.and_then(|options| {
            let endpoint = endpoint(&name, argument)?;
            let plan = PreparedCall::new(self.0.shared(), endpoint, &options)?;
            Ok((plan, options.signal))
        });
        match planned {
            Ok((plan, signal)) => {
                let end = move |run: &mut CallMachine, outcome| match run.end(outcome) {
                    Ok(answer) => settled(&resolve, &answer),
                    Err(failure) => value::notify(&reject, &failure.into()),
                };
                CallbackDriver::start(plan, signal.as_ref(), Box::new(end));
            }
            Err(error) => value::notify(&reject, &rejection(error)),
        }
    }
}

/// The last attempt is passed as its duration alone, because its status is that of the response. Usually there are no earlier ones.
fn settled(resolve: &Function, Answer { value, meta }: &Answer<Parsed>) {
    let (last, earlier) = meta.attempts.split_last().unzip();
    let earlier = earlier.filter(|attempts| !attempts.is_empty());
    settle(
        resolve,
        &value.json,
        meta.status,
        &meta.headers,
        earlier.map(flat_attempts),
        last.map_or(0.0, |last| last.duration_ms),
        meta.waited_ms,
        meta.from_cache,
        &mismatches(&meta.mismatches),
    );
}

#[expect(clippy::panic, reason = "used by tests")]
fn endpoint(name: &str, argument: &JsValue) -> Result<Endpoint, Error> {
    Ok(match name {
        "user" => Endpoint::User(user_query(argument)?),
        "batch" => Endpoint::Batch,
        "trap" => panic!("requested by a test"),
        _ if argument.as_string().as_deref() == Some("pinterest") => Endpoint::Details,
        _ => {
            let text = "`platform` must be \"pinterest\", the only one with details";
            return Err(Error::new(Kind::Config, text));
        }
    })
}

fn user_query(query: &JsValue) -> Result<UserQuery, Error> {
    let given = OptionsReader::new(query, "instagramQuota instagramDetails validate")?;
    Ok(UserQuery {
        instagram_quota: given.boolean("instagramQuota")?,
        instagram_details: given.boolean("instagramDetails")?,
        validate: given.boolean("validate")?,
    })
}
