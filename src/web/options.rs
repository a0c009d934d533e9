//! Options: what callers may set, read from JavaScript once and typed from then on.
//!
//! Every fault is an [`Error`] of kind `config` that names the option, and is found before anything
//! is sent. A misspelt option is a fault too: `profilekey` for `profileKey` would otherwise read the
//! Primary Profile without a word.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortSignal;

use super::base::Base;
use super::given::{Given, check_positive, wrong};
use super::value;
use crate::error::{Error, Kind, config};
use crate::redact::Secret;
pub(super) use crate::syntax::check_key;
use crate::syntax::is_header_name;

/// Where the API key comes from.
#[derive(Clone, Debug, Default)]
pub enum ApiKey {
    /// No key: a gateway behind `base_url` holds it.
    #[default]
    None,
    /// A fixed key.
    Fixed(Secret),
    /// A function that returns a key or a promise of one; asked once per try.
    Ask(Function),
}

/// Request headers. A value may be a secret, so none is ever shown; no value removes a header.
pub type Headers = Vec<(String, Option<Secret>)>;

/// How answers are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cache {
    /// Every call goes to the network.
    #[default]
    None,
    /// `GET /user` answers from memory until the answer's own `nextUpdate`.
    UntilNextUpdate,
}

/// What to do with an answer that contradicts the types, though there is something to hand out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnMismatch {
    /// Hand it out as it came, and list the mismatches in [`Meta`](super::client::Meta).
    #[default]
    Report,
    /// Fail with kind `decode`, and list them in the error.
    Throw,
}

/// Which User Profile a call is for.
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
    /// Profile Key of a User Profile; none means the Primary Profile.
    pub profile_key: Option<Secret>,
    /// Where the API is; none means `https://app.ayrshare.com/api`.
    pub base_url: Option<String>,
    /// A function like the global `fetch`, called without a receiver.
    pub fetch: Option<Function>,
    /// Further request headers; a name with no value removes a default header.
    pub headers: Headers,
    /// Milliseconds one try may take, its body included. Infinity for no limit.
    pub timeout_ms: f64,
    /// Milliseconds the whole call may take, its waits included. Infinity for no limit.
    pub total_timeout_ms: f64,
    /// How often a failed try is repeated at most.
    pub max_retries: u32,
    /// Bytes an answer of the API may have at most.
    pub max_body_bytes: f64,
    /// Whether calls fail at once while the rate limit is known to be used up.
    pub rate_limit_guard: bool,
    /// Whether `GET /user` may answer from memory.
    pub cache: Cache,
    /// What to do with answers that contradict the types.
    pub on_invalid: OnMismatch,
    /// Allows an API key aimed at Ayrshare inside a window, where anybody can read it.
    pub dangerously_allow_browser: bool,
    /// Called with every redacted event.
    pub on_event: Option<Function>,
    /// Called with every field, network and value the types do not know.
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

/// Options of one call; what is not set is the client's.
#[derive(Clone, Debug, Default)]
pub struct CallOptions {
    /// Ends the call when aborted; its reason becomes the error's cause.
    pub signal: Option<AbortSignal>,
    /// Which User Profile the call is for.
    pub profile: Profile,
    /// Further request headers; a name with no value removes a default header.
    pub headers: Headers,
    /// Milliseconds one try may take, its body included.
    pub timeout_ms: Option<f64>,
    /// Milliseconds the whole call may take, its waits included.
    pub total_timeout_ms: Option<f64>,
    /// How often a failed try is repeated at most.
    pub max_retries: Option<u32>,
    /// Whether this call may answer from memory.
    pub cache: Option<Cache>,
    /// What to do with an answer that contradicts the types.
    pub on_invalid: Option<OnMismatch>,
}

#[wasm_bindgen(module = "/src/web/wire.js")]
extern "C" {
    /// Names and values of a plain object, in turns; nothing for another one.
    #[wasm_bindgen(js_name = readHeaders)]
    fn read_headers(object: &JsValue) -> Option<Array>;
}

impl ClientOptions {
    /// Reads the options a JavaScript caller gave.
    ///
    /// # Errors
    /// Kind `config`, naming the option at fault.
    pub fn from_js(object: &JsValue) -> Result<Self, Error> {
        let given = Given::new(object, "client")?;
        // Filled in place: an early return then has one thing to drop, which is less code.
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

    /// Whether nothing is sent, because `fetch` is that of a sandbox. Such a function says so itself.
    fn is_sandboxed(&self) -> bool {
        let mark = |fetch| value::get(fetch, "isAyrshareSandbox");
        self.fetch
            .as_ref()
            .is_some_and(|fetch| mark(fetch).as_bool() == Some(true))
    }

    /// Checks what types cannot say, and resolves the base address.
    pub(super) fn checked_base(&self) -> Result<Base, Error> {
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
        let base = Base::parse(self.base_url.as_deref())?;
        base.check_key_use(
            !matches!(self.api_key, ApiKey::None),
            self.dangerously_allow_browser || self.is_sandboxed(),
        )?;
        Ok(base)
    }
}

impl CallOptions {
    /// Reads the options a JavaScript caller gave.
    ///
    /// # Errors
    /// Kind `config`, naming the option at fault.
    pub fn from_js(object: &JsValue) -> Result<Self, Error> {
        if object.is_undefined() {
            return Ok(Self::default());
        }
        let given = Given::new(object, "call")?;
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

    /// Checks what types cannot say.
    pub(super) fn check(&self) -> Result<(), Error> {
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

/// What is not given stays as it is.
fn fill<T>(option: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *option = given;
    }
}

/// What only these options hold.
impl Given {
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
            _ => Err(wrong("maxRetries", "a whole number from 0 to 1000")),
        }
    }

    fn cache(&self) -> Result<Option<Cache>, Error> {
        let words = ["none", "until-next-update"];
        let given = self.is_second("cache", words, "\"none\" or \"until-next-update\"")?;
        let meaning = |is_second| {
            if is_second {
                Cache::UntilNextUpdate
            } else {
                Cache::None
            }
        };
        Ok(given.map(meaning))
    }

    fn on_invalid(&self) -> Result<Option<OnMismatch>, Error> {
        let words = ["report", "throw"];
        let given = self.is_second("onInvalid", words, "\"report\" or \"throw\"")?;
        let meaning = |is_second| {
            if is_second {
                OnMismatch::Throw
            } else {
                OnMismatch::Report
            }
        };
        Ok(given.map(meaning))
    }

    /// Which of two words is given: whether it is the second one.
    fn is_second(
        &self,
        name: &'static str,
        words: [&str; 2],
        expected: &str,
    ) -> Result<Option<bool>, Error> {
        let Some(given) = self.get(name) else {
            return Ok(None);
        };
        let given = given.as_string().unwrap_or_default();
        match words.iter().position(|word| *word == given) {
            Some(index) => Ok(Some(index == 1)),
            None => Err(wrong(name, expected)),
        }
    }

    fn api_key(&self) -> Result<ApiKey, Error> {
        match self.get("apiKey") {
            None => Ok(ApiKey::None),
            Some(given) => match given.as_string() {
                Some(key) => Ok(ApiKey::Fixed(Secret::new(key))),
                None => given
                    .dyn_into()
                    .map(ApiKey::Ask)
                    .map_err(|_| wrong("apiKey", "a string or a function that returns one")),
            },
        }
    }

    fn profile_key(&self) -> Result<Option<Secret>, Error> {
        Ok(self.string("profileKey")?.map(Secret::new))
    }

    /// `null` means the Primary Profile, absence the client's own.
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
        let wrong = || wrong("headers", "a plain object of names and strings or null");
        let entries = read_headers(&given).ok_or_else(wrong)?;
        let mut headers = Vec::new();
        for at in (0..entries.length()).step_by(2) {
            let (name, text) = (entries.get(at), entries.get(at + 1));
            if text.is_undefined() {
                continue;
            }
            let known = text.as_string();
            if known.is_none() && !text.is_null() {
                return Err(wrong());
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

/// Names are tokens of RFC 9110; values must be sendable as they are.
fn check_header(name: &str, text: Option<&str>) -> Result<(), Error> {
    if !is_header_name(name) {
        return Err(Error::new(
            Kind::Config,
            "`headers` has a name that is no header name",
        ));
    }
    let Some(text) = text else { return Ok(()) };
    let is_text = |byte: u8| matches!(byte, b'\t' | b' '..=b'~');
    if !text.bytes().all(is_text) {
        let why = "` has a control character or one beyond ASCII";
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
