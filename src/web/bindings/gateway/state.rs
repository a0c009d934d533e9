//! State shared by all requests of one gateway, built from its options.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Object};
use wasm_bindgen::JsValue;

use crate::error::{Error, config};
use crate::gateway::webhook::EventDeduplicator;
use crate::gateway::{Access, Gateway, GatewayOptions, WebhookSecrets};
use crate::redact::Secret;
use crate::web::batch::profile_stream::{IDLE_TIMEOUT_MS, WAIT_MS};
use crate::web::call::shared_request::Requests;
use crate::web::client::Client;
use crate::web::js::value::{self};
use crate::web::options::client::{ApiKey, ClientOptions};
use crate::web::options::reader::{OptionsReader, invalid_option};

/// How many event ids are remembered at a time.
const EVENTS_REMEMBERED: usize = 10_000;

/// Options that are passed to the client unchanged.
const CLIENT_OPTIONS: [&str; 8] = [
    "baseUrl",
    "fetch",
    "timeoutMs",
    "totalTimeoutMs",
    "maxRetries",
    "maxBodyBytes",
    "rateLimitGuard",
    "onEvent",
];

/// Options for reading the batch file.
#[derive(Clone)]
pub(crate) struct FileRules {
    pub fetch: Option<Function>,
    pub on_event: Option<Function>,
    pub wait_ms: f64,
    pub idle_timeout_ms: f64,
    pub max_record_bytes: Option<usize>,
}

pub(crate) struct GatewayState {
    pub gateway: Gateway,
    pub client: Client,
    pub base_url: String,
    pub file: FileRules,
    pub requests: Rc<Requests>,
    pub seen: RefCell<EventDeduplicator>,
}

impl GatewayState {
    pub(crate) fn new(
        options: &JsValue,
        guarded: Option<Function>,
        kept: JsValue,
    ) -> Result<Self, Error> {
        let given = OptionsReader::copy(options);
        let mut client = client_options(&given)?;
        let file = FileRules {
            fetch: client.fetch.clone(),
            on_event: client.on_event.clone(),
            wait_ms: given.span("waitMs")?.unwrap_or(WAIT_MS),
            idle_timeout_ms: given.duration("idleTimeoutMs")?.unwrap_or(IDLE_TIMEOUT_MS),
            max_record_bytes: given.count("maxRecordBytes")?,
        };
        client.fetch = guarded.or(client.fetch);
        let client = Client::keeping(client, kept)?;
        let gateway = Gateway::new(gateway_options(&given)?)?;
        let seen = EventDeduplicator::new(EVENTS_REMEMBERED, gateway.webhook_tolerance_ms());
        Ok(Self {
            gateway,
            base_url: client.base_url(),
            client,
            file,
            requests: Rc::default(),
            seen: RefCell::new(seen),
        })
    }
}

fn client_options(given: &OptionsReader) -> Result<ClientOptions, Error> {
    let own = Object::new();
    for name in CLIENT_OPTIONS {
        if let Some(option) = given.get(name) {
            value::set(&own, name, &option);
        }
    }
    let mut options = ClientOptions::from_js(&own)?;
    options.api_key = ApiKey::PerCall;
    Ok(options)
}

fn gateway_options(given: &OptionsReader) -> Result<GatewayOptions, Error> {
    let has_authorize = given.function("authorize")?.is_some();
    let is_open = given.boolean("allowUnauthenticated")?.unwrap_or(false);
    let mut options = GatewayOptions::new(Access::check(has_authorize, is_open)?);
    options.api_key = fixed_key(given)?;
    options.profile_key = given.string("profileKey")?.map(Secret::new);
    if let Some(prefix) = given.string("prefix")? {
        options.prefix = prefix;
    }
    options.allowed_origins = given.names("allowedOrigins")?.unwrap_or_default();
    options.allowed_headers = given.names("allowedHeaders")?.unwrap_or_default();
    options.allow_credentials = given.boolean("allowCredentials")?.unwrap_or(false);
    if let Some(ms) = given.span("staleIfErrorMs")? {
        options.stale_if_error_ms = ms;
    }
    // TypeScript uses these itself; they are only validated here.
    given.function("onError")?;
    given.duration("callbackTimeoutMs")?;
    given.duration("storeTimeoutMs")?;
    if let Some(webhooks) = given.get("webhooks") {
        read_webhooks(&webhooks, &mut options)?;
    }
    Ok(options)
}

/// The API key, or `None` if it is a function, which TypeScript calls for each request.
fn fixed_key(given: &OptionsReader) -> Result<Option<Secret>, Error> {
    match given.get("apiKey") {
        Some(key) if key.is_string() => Ok(key.as_string().map(Secret::new)),
        Some(key) if key.is_function() => Ok(None),
        Some(_) => Err(invalid_option(
            "apiKey",
            "a string or a function that returns one",
        )),
        None => Err(config(&["`apiKey` is missing: the gateway needs it"])),
    }
}

fn read_webhooks(webhooks: &JsValue, options: &mut GatewayOptions) -> Result<(), Error> {
    let given = OptionsReader::copy(webhooks);
    given.function("onEvent")?;
    given.duration("bodyTimeoutMs")?;
    if let Some(ms) = given.span("toleranceMs")? {
        options.webhook_tolerance_ms = ms;
    }
    let secrets = match given.get("secret") {
        // TypeScript calls the function.
        Some(secret) if secret.is_function() => {
            options.webhook_secrets = Some(WebhookSecrets::Asked);
            return Ok(());
        }
        Some(secret) if secret.is_string() => secret.as_string().into_iter().collect(),
        Some(_) => given.names("secret")?.unwrap_or_default(),
        None => Vec::new(),
    };
    let secrets = secrets.into_iter().map(Secret::new).collect();
    options.webhook_secrets = Some(WebhookSecrets::Given(secrets));
    Ok(())
}
