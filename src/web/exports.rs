//! What the TypeScript face calls. Values go in and out as they are; nothing here decides anything.

use js_sys::{Array, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::future_to_promise;

use super::client::Client;
use super::endpoint::Endpoint;
use super::failure::{Failure, flat_tries};
use super::options::{CallOptions, ClientOptions, Given, config};
use crate::api::user::UserQuery;
use crate::error::Error;

/// A client as the face holds it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Handle(Client);

#[wasm_bindgen]
impl Handle {
    /// Checks the options.
    ///
    /// # Errors
    /// A failure of kind `config`.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Result<Handle, JsValue> {
        let client = ClientOptions::from_js(options)
            .and_then(Client::new)
            .map_err(rejection)?;
        Ok(Self(client))
    }

    /// `GET /user`.
    #[wasm_bindgen(js_name = getUser)]
    pub fn get_user(&self, query: &JsValue, options: &JsValue) -> Promise {
        self.call(user_query(query).map(Endpoint::User), options)
    }

    /// `GET /user/details/:platform`.
    #[wasm_bindgen(js_name = getUserDetails)]
    pub fn get_user_details(&self, platform: &JsValue, options: &JsValue) -> Promise {
        let endpoint = match platform.as_string().as_deref() {
            Some("pinterest") => Ok(Endpoint::Details),
            _ => Err(config(&[
                "`platform` must be \"pinterest\", the only one with details",
            ])),
        };
        self.call(endpoint, options)
    }

    /// `GET /user/batch`.
    #[wasm_bindgen(js_name = getUserBatch)]
    pub fn get_user_batch(&self, options: &JsValue) -> Promise {
        self.call(Ok(Endpoint::Batch), options)
    }

    /// Panics in the middle of a call, so that tests can see what a panic leaves behind.
    ///
    /// # Panics
    /// That is what it is for.
    #[wasm_bindgen(skip_typescript)]
    #[expect(clippy::panic, reason = "this is what it is for")]
    pub fn trap(&self) -> Promise {
        future_to_promise(async { panic!("asked for by a test") })
    }

    fn call(&self, endpoint: Result<Endpoint, Error>, options: &JsValue) -> Promise {
        let client = self.0.clone();
        let given = endpoint.and_then(|endpoint| Ok((endpoint, CallOptions::from_js(options)?)));
        future_to_promise(async move {
            let (endpoint, options) = given.map_err(rejection)?;
            let answer = client.call(endpoint, &options).await;
            let answer = answer.map_err(|failure| JsValue::from(&failure))?;
            let meta = answer.meta;
            Ok(Array::of(&[
                answer.value.json,
                JsValue::from_f64(f64::from(meta.status)),
                meta.headers,
                flat_tries(&meta.tries).into(),
                JsValue::from_f64(meta.waited_ms),
                JsValue::from_bool(meta.from_cache),
            ])
            .into())
        })
    }
}

fn user_query(query: &JsValue) -> Result<UserQuery, Error> {
    let given = Given::new(query, &["instagramQuota", "instagramDetails", "validate"])?;
    Ok(UserQuery {
        instagram_quota: given.boolean("instagramQuota")?,
        instagram_details: given.boolean("instagramDetails")?,
        validate: given.boolean("validate")?,
    })
}

fn rejection(error: Error) -> JsValue {
    JsValue::from(&Failure::from(error))
}
