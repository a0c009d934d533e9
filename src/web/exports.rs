//! What the TypeScript face calls. Values go in and out as they are; nothing here decides anything.

use js_sys::{Array, Function};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::board;
use super::client::Client;
use super::endpoint::Endpoint;
use super::failure::{Failure, flat_tries};
use super::options::{CallOptions, ClientOptions, Given};
use super::value;
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

    /// Calls the endpoint of that name, and resolves with an answer and how it came about. One door for
    /// all of them, because each costs its share of the download.
    ///
    /// `argument` is the query of `user` and the platform of `details`. `trap` panics in the middle
    /// of a call, so that tests can see what a panic leaves behind.
    ///
    /// # Panics
    /// When asked to.
    pub fn call(
        &self,
        name: &JsValue,
        argument: &JsValue,
        options: &JsValue,
        resolve: Function,
        reject: Function,
    ) {
        let client = self.0.clone();
        let name = name.as_string().unwrap_or_default();
        let given = endpoint(&name, argument)
            .and_then(|endpoint| Ok((endpoint, CallOptions::from_js(options)?)));
        board::spawn(async move {
            let (settle, outcome) = match outcome(&client, given).await {
                Ok(answer) => (resolve, answer),
                Err(failure) => (reject, JsValue::from(&failure)),
            };
            let _ = value::apply(&settle, &JsValue::UNDEFINED, &Array::of1(&outcome));
        });
    }
}

#[expect(clippy::panic, reason = "tests ask for it")]
async fn outcome(
    client: &Client,
    given: Result<(Option<Endpoint>, CallOptions), Error>,
) -> Result<JsValue, Failure> {
    let (endpoint, options) = given?;
    let Some(endpoint) = endpoint else {
        panic!("asked for by a test");
    };
    let answer = client.call(endpoint, &options).await?;
    let meta = answer.meta;
    let answer = Array::of(&[
        answer.value.json,
        JsValue::from_f64(f64::from(meta.status)),
        meta.headers,
        flat_tries(&meta.tries).into(),
        JsValue::from_f64(meta.waited_ms),
        JsValue::from_bool(meta.from_cache),
    ]);
    Ok(answer.into())
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
