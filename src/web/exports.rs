//! What the TypeScript face calls. Values go in and out as they are; nothing here decides anything.

use js_sys::{Array, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::future_to_promise;

use super::client::Client;
use super::endpoint::Endpoint;
use super::failure::{Failure, flat_tries};
use super::options::{CallOptions, ClientOptions, Given};
use crate::api::user::UserQuery;
use crate::error::{Error, Kind};

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

    /// Calls the endpoint of that name, and resolves to an answer and how it came about. One door for
    /// all of them, because each costs its share of the download.
    ///
    /// `argument` is the query of `user` and the platform of `details`. `trap` panics in the middle
    /// of a call, so that tests can see what a panic leaves behind.
    ///
    /// # Panics
    /// When asked to.
    #[expect(clippy::panic, reason = "tests ask for it")]
    pub fn call(&self, name: &JsValue, argument: &JsValue, options: &JsValue) -> Promise {
        let client = self.0.clone();
        let name = name.as_string().unwrap_or_default();
        let given = endpoint(&name, argument)
            .and_then(|endpoint| Ok((endpoint, CallOptions::from_js(options)?)));
        future_to_promise(async move {
            let (endpoint, options) = given.map_err(rejection)?;
            let Some(endpoint) = endpoint else {
                panic!("asked for by a test");
            };
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

fn endpoint(name: &str, argument: &JsValue) -> Result<Option<Endpoint>, Error> {
    Ok(Some(match name {
        "user" => Endpoint::User(user_query(argument)?),
        "batch" => Endpoint::Batch,
        "trap" => return Ok(None),
        _ if argument.as_string().as_deref() == Some("pinterest") => Endpoint::Details,
        _ => {
            let text = "`platform` must be \"pinterest\", the only one with details";
            return Err(Error::new(Kind::Config, text));
        }
    }))
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
