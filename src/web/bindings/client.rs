//! The exports that the package's TypeScript calls. They only convert values.

use js_sys::{Array, Function};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::api::endpoint::{Endpoint, Parameters};
use crate::error::Error;
use crate::web::call::drive_callbacks::CallbackDriver;
use crate::web::call::prepared::PreparedCall;
use crate::web::call::response::{Parsed, Response};
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
    /// `parameters` is an object with the parameters of the endpoint.
    pub fn call(
        &self,
        name: &JsValue,
        parameters: &JsValue,
        options: &JsValue,
        resolve: Function,
        reject: Function,
    ) {
        let name = name.as_string().unwrap_or_default();
        let given = CallOptions::from_js(options);
        let planned = given.and_then(|options| {
            let endpoint = Endpoint::read(&name, |known| OptionsReader::new(parameters, known))?;
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
fn settled(resolve: &Function, Response { value, meta }: &Response<Parsed>) {
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

impl Parameters for OptionsReader {
    fn flag(&self, name: &'static str) -> Result<Option<bool>, Error> {
        self.boolean(name)
    }

    fn text(&self, name: &'static str) -> String {
        let given = self.get(name).and_then(|given| given.as_string());
        given.unwrap_or_default()
    }
}
