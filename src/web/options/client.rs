//! The options that callers set, read from JavaScript once and typed from then on.
//!
//! Every invalid option is an [`Error`] of kind `config` that names it, and is found before
//! anything is sent. Unknown options are errors, too: with `profilekey` for `profileKey`, the call
//! would silently read the Primary Profile.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortSignal;

use super::base_url::BaseUrl;
use super::reader::{OptionsReader, check_positive, invalid_option};
use crate::error::{Error, Kind, config};
pub(crate) use crate::header::check_key;
use crate::header::is_header_name;
use crate::redact::Secret;
use crate::web::js::value;

/// Where the API key comes from.
#[derive(Clone, Debug, Default)]
pub enum ApiKey {
    /// No key: a gateway behind `base_url` holds it.
    #[default]
    None,
    /// A fixed key.
    Fixed(Secret),
    /// A function that returns a key or a promise of one; called once per attempt.
    Ask(Function),
    /// Each call has a key of its own, in its header `authorization`.
    PerCall,
}

/// Request headers. Values may be secrets, so they are never shown. `None` removes a header.
pub type Headers = Vec<(String, Option<Secret>)>;

/// How responses are cached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cache {
    /// Every call goes to the network.
    #[default]
    None,
    /// `GET /user` returns the cached response until its own `nextUpdate`.
    UntilNextUpdate,
}

/// What to do with a response that contradicts the types but still holds usable data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnMismatch {
    /// Return it unchanged, and list the mismatches in [`Meta`](crate::web::client::Meta).
    #[default]
    Report,
    /// Fail with kind `decode`, and list them in the error.
    Throw,
}

/// The User Profile of a call.
#[derive(Clone, Debug, Default)]
pub enum Profile {
    /// The client's own profile.
    #[default]
    Inherit,
    /// The Primary Profile, even if the client has a Profile Key.
    Primary,
    /// The User Profile with this Profile Key.
    Key(Secret),
}

/// Options of a client.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// The API key of the Primary Profile.
    pub api_key: ApiKey,
    /// Profile Key of a User Profile; `None` means the Primary Profile.
    pub profile_key: Option<Secret>,
    /// The base URL of the API; `None` means `https://app.ayrshare.com/api`.
    pub base_url: Option<String>,
    /// A function like the global `fetch`, called without a receiver.
    pub fetch: Option<Function>,
    /// Additional request headers; `None` as the value removes a default header.
    pub headers: Headers,
    /// Timeout of one attempt in milliseconds, its body included. Infinity for no limit.
    pub timeout_ms: f64,
    /// Timeout of the whole call in milliseconds, its waits included. Infinity for no limit.
    pub total_timeout_ms: f64,
    /// The maximum number of retries.
    pub max_retries: u32,
    /// The maximum size of a response's body in bytes.
    pub max_body_bytes: f64,
    /// Whether calls fail at once while the rate limit is known to be used up.
    pub rate_limit_guard: bool,
    /// Whether `GET /user` may return a cached response.
    pub cache: Cache,
    /// What to do with responses that contradict the types.
    pub on_invalid: OnMismatch,
    /// Allows an API key for Ayrshare in a page, where anybody can read it.
    pub dangerously_allow_browser: bool,
    /// Called with every event, redacted.
    pub on_event: Option<Function>,
    /// Called with every field, network and value that the types do not declare.
    pub on_drift: Option<Function>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            api_key: ApiKey::None,
            profile_key: None,
            base_url: None,
            fetch: None,
            headers: Vec::new(),
            timeout_ms: 10_000.0,
            total_timeout_ms: 30_000.0,
            max_retries: 2,
            max_body_bytes: 8_388_608.0,
            rate_limit_guard: true,
            cache: Cache::None,
            on_invalid: OnMismatch::Report,
            dangerously_allow_browser: false,
            on_event: None,
            on_drift: None,
        }
    }
}

/// Options of one call. The client's options apply where these are not set.
#[derive(Clone, Debug, Default)]
pub struct CallOptions {
    /// Ends the call when aborted; its reason becomes the error's cause.
    pub signal: Option<AbortSignal>,
    /// The User Profile of this call.
    pub profile: Profile,
    /// Additional request headers; `None` as the value removes a default header.
    pub headers: Headers,
    /// Timeout of one attempt in milliseconds, its body included.
    pub timeout_ms: Option<f64>,
    /// Timeout of the whole call in milliseconds, its waits included.
    pub total_timeout_ms: Option<f64>,
    /// The maximum number of retries.
    pub max_retries: Option<u32>,
    /// Whether this call may return a cached response.
    pub cache: Option<Cache>,
    /// What to do with a response that contradicts the types.
    pub on_invalid: Option<OnMismatch>,
}

#[wasm_bindgen(module = "/src/web/http/fetch.js")]
extern "C" {
    /// Alternating names and values of a plain object; `undefined` for any other object.
    #[wasm_bindgen(js_name = readHeaders)]
    fn read_headers(object: &JsValue) -> Option<Array>;
}

impl ClientOptions {
    /// Reads a JavaScript caller's options.
    ///
    /// # Errors
    /// Kind `config`, naming the invalid option.
    pub fn from_js(object: &JsValue) -> Result<Self, Error> {
        let given = OptionsReader::new(object, "client")?;
        // Filled in place: an early return then has only one value to drop, which compiles to less
        // code.
        let mut options = Self {
            api_key: given.api_key()?,
            ..Self::default()
        };
        options.profile_key = given.profile_key()?;
        options.base_url = given.string("baseUrl")?;
        options.fetch = given.function("fetch")?;
        options.headers = given.headers()?;
        fill(&mut options.timeout_ms, given.duration("timeoutMs")?);
        fill(
            &mut options.total_timeout_ms,
            given.duration("totalTimeoutMs")?,
        );
        fill(&mut options.max_retries, given.retries()?);
        fill(&mut options.max_body_bytes, given.duration("maxBodyBytes")?);
        fill(
            &mut options.rate_limit_guard,
            given.boolean("rateLimitGuard")?,
        );
        fill(&mut options.cache, given.cache()?);
        fill(&mut options.on_invalid, given.on_invalid()?);
        let allow_browser = given.boolean("dangerouslyAllowBrowser")?;
        fill(&mut options.dangerously_allow_browser, allow_browser);
        options.on_event = given.function("onEvent")?;
        options.on_drift = given.function("onDrift")?;
        Ok(options)
    }

    /// Whether `fetch` belongs to a sandbox, so that nothing is sent. Such a function has a
    /// property that marks it.
    fn is_sandboxed(&self) -> bool {
        let mark = |fetch| value::get(fetch, "isAyrshareSandbox");
        self.fetch
            .as_ref()
            .is_some_and(|fetch| mark(fetch).as_bool() == Some(true))
    }

    /// Checks what the types cannot express, and resolves the base URL.
    pub(crate) fn checked_base(&self) -> Result<BaseUrl, Error> {
        if let ApiKey::Fixed(key) = &self.api_key {
            check_key("apiKey", key.expose())?;
        }
        if let Some(key) = &self.profile_key {
            check_key("profileKey", key.expose())?;
        }
        check_headers(&self.headers)?;
        check_positive("timeoutMs", self.timeout_ms)?;
        check_positive("totalTimeoutMs", self.total_timeout_ms)?;
        check_positive("maxBodyBytes", self.max_body_bytes)?;
        let base = BaseUrl::parse(self.base_url.as_deref())?;
        base.check_key_use(
            !matches!(self.api_key, ApiKey::None),
            self.dangerously_allow_browser || self.is_sandboxed(),
        )?;
        Ok(base)
    }
}

impl CallOptions {
    /// Reads a JavaScript caller's options.
    ///
    /// # Errors
    /// Kind `config`, naming the invalid option.
    pub fn from_js(object: &JsValue) -> Result<Self, Error> {
        if object.is_undefined() {
            return Ok(Self::default());
        }
        let given = OptionsReader::new(object, "call")?;
        let mut options = Self {
            signal: given.signal()?,
            ..Self::default()
        };
        options.profile = given.profile()?;
        options.headers = given.headers()?;
        options.timeout_ms = given.duration("timeoutMs")?;
        options.total_timeout_ms = given.duration("totalTimeoutMs")?;
        options.max_retries = given.retries()?;
        options.cache = given.cache()?;
        options.on_invalid = given.on_invalid()?;
        Ok(options)
    }

    /// Checks what the types cannot express.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if let Profile::Key(key) = &self.profile {
            check_key("profileKey", key.expose())?;
        }
        check_headers(&self.headers)?;
        self.timeout_ms
            .map_or(Ok(()), |ms| check_positive("timeoutMs", ms))?;
        self.total_timeout_ms
            .map_or(Ok(()), |ms| check_positive("totalTimeoutMs", ms))
    }
}

/// Leaves the option unchanged if no value is given.
fn fill<T>(option: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *option = given;
    }
}

/// Readers for the options of clients and calls.
impl OptionsReader {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked before"
    )]
    fn retries(&self) -> Result<Option<u32>, Error> {
        let Some(given) = self.get("maxRetries") else {
            return Ok(None);
        };
        match given.as_f64() {
            Some(count) if (0.0..=1_000.0).contains(&count) && count.fract() == 0.0 => {
                Ok(Some(count as u32))
            }
            _ => Err(invalid_option(
                "maxRetries",
                "a whole number from 0 to 1000",
            )),
        }
    }

    fn cache(&self) -> Result<Option<Cache>, Error> {
        let words = ["none", "until-next-update"];
        let given = self.word("cache", &words, "\"none\" or \"until-next-update\"")?;
        let meaning = |index| match index {
            0 => Cache::None,
            _ => Cache::UntilNextUpdate,
        };
        Ok(given.map(meaning))
    }

    /// Streams have more words of their own.
    pub(crate) fn on_invalid(&self) -> Result<Option<OnMismatch>, Error> {
        let given = self.word("onInvalid", &["report", "throw"], "\"report\" or \"throw\"")?;
        let meaning = |index| match index {
            0 => OnMismatch::Report,
            _ => OnMismatch::Throw,
        };
        Ok(given.map(meaning))
    }

    fn api_key(&self) -> Result<ApiKey, Error> {
        match self.get("apiKey") {
            None => Ok(ApiKey::None),
            Some(given) => match given.as_string() {
                Some(key) => Ok(ApiKey::Fixed(Secret::new(key))),
                None => given.dyn_into().map(ApiKey::Ask).map_err(|_| {
                    invalid_option("apiKey", "a string or a function that returns one")
                }),
            },
        }
    }

    fn profile_key(&self) -> Result<Option<Secret>, Error> {
        Ok(self.string("profileKey")?.map(Secret::new))
    }

    /// `null` means the Primary Profile; absence means the client's profile.
    fn profile(&self) -> Result<Profile, Error> {
        if self.is_null("profileKey") {
            return Ok(Profile::Primary);
        }
        Ok(self.profile_key()?.map_or(Profile::Inherit, Profile::Key))
    }

    fn headers(&self) -> Result<Headers, Error> {
        let Some(given) = self.get("headers") else {
            return Ok(Vec::new());
        };
        let invalid_option =
            || invalid_option("headers", "a plain object of names and strings or null");
        let entries = read_headers(&given).ok_or_else(invalid_option)?;
        let mut headers = Vec::new();
        for at in (0..entries.length()).step_by(2) {
            let (name, text) = (entries.get(at), entries.get(at + 1));
            if text.is_undefined() {
                continue;
            }
            let known = text.as_string();
            if known.is_none() && !text.is_null() {
                return Err(invalid_option());
            }
            headers.push((name.as_string().unwrap_or_default(), known.map(Secret::new)));
        }
        Ok(headers)
    }
}

fn check_headers(headers: &[(String, Option<Secret>)]) -> Result<(), Error> {
    headers
        .iter()
        .try_for_each(|(name, text)| check_header(name, text.as_ref().map(Secret::expose)))
}

/// Names are tokens as in RFC 9110; values must be sendable unchanged.
fn check_header(name: &str, text: Option<&str>) -> Result<(), Error> {
    if !is_header_name(name) {
        return Err(Error::new(
            Kind::Config,
            "`headers` contains an invalid header name",
        ));
    }
    let Some(text) = text else { return Ok(()) };
    let is_text = |byte: u8| matches!(byte, b'\t' | b' '..=b'~');
    if !text.bytes().all(is_text) {
        let why = "` has a control or non-ASCII character";
        return Err(config(&["`headers`: the value of `", name, why]));
    }
    let is_key = || {
        matches!(
            name.to_ascii_lowercase().as_str(),
            "profile-key" | "authorization"
        )
    };
    if text.trim_ascii().is_empty() && is_key() {
        return Err(config(&[
            "`headers`: `",
            name,
            "` is empty: Ayrshare reads that as a wrong key",
        ]));
    }
    Ok(())
}
