//! The options of a gateway, validated once: a gateway with invalid options does not start.

use super::cors::Cors;
use super::grant::{Grant, GrantedProfile};
use super::webhook;
use crate::digits;
use crate::error::{Error, config};
use crate::header::{check_key, is_header_name};
use crate::redact::Secret;

/// The maximum length of the prefix, in bytes.
const PREFIX_MAX: usize = 100;
/// How long a stale response may be used during an outage of Ayrshare by default, in milliseconds.
const STALE_IF_ERROR_MS: f64 = 3_600_000.0;

/// Who may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Callers to whom `authorize` grants access.
    Authorize,
    /// Everyone, but only the profile in the options.
    Everybody,
}

impl Access {
    /// Makes sure that a gateway lacks `authorize` only on purpose.
    ///
    /// # Errors
    /// Kind `config`, unless exactly one of `authorize` and `allowUnauthenticated` is set.
    pub fn check(has_authorize: bool, allow_unauthenticated: bool) -> Result<Self, Error> {
        match (has_authorize, allow_unauthenticated) {
            (true, false) => Ok(Access::Authorize),
            (false, true) => Ok(Access::Everybody),
            (false, false) => Err(config(&[
                "`authorize` is missing: without it anyone could read; pass a function, or set `allowUnauthenticated` to allow that",
            ])),
            (true, true) => Err(config(&[
                "`authorize` and `allowUnauthenticated` exclude each other: remove one",
            ])),
        }
    }
}

/// Where the signing secrets of events come from.
#[derive(Debug, Clone)]
pub enum WebhookSecrets {
    /// From the options: several during a rotation, or if a few profiles have their own.
    Given(Vec<Secret>),
    /// From the operator's function, called for each event, so that each User Profile can have its own secret.
    Asked,
}

/// Options of a gateway.
#[derive(Debug, Clone)]
pub struct GatewayOptions {
    /// Who may read.
    pub access: Access,
    /// The API key, if it is fixed. If it is a function, the JavaScript side calls it.
    pub api_key: Option<Secret>,
    /// The profile that everyone may read with [`Access::Everybody`]; `None` means the Primary
    /// Profile.
    pub profile_key: Option<Secret>,
    /// The path prefix of all routes, such as `/ayrshare`; `/` for none.
    pub prefix: String,
    /// The origins whose pages may read responses, each exactly as browsers send it.
    pub allowed_origins: Vec<String>,
    /// More request headers that these pages may send, such as one that `authorize` reads.
    pub allowed_headers: Vec<String>,
    /// Whether these pages may send cookies.
    pub allow_credentials: bool,
    /// How long a stale response may be used during an outage of Ayrshare, in milliseconds; 0 for
    /// never.
    pub stale_if_error_ms: f64,
    /// The secrets that webhooks may be signed with; `None` for no webhook route.
    pub webhook_secrets: Option<WebhookSecrets>,
    /// The maximum age of an event's timestamp, in milliseconds.
    pub webhook_tolerance_ms: f64,
}

impl GatewayOptions {
    /// Sets the defaults of all options but `access`.
    #[must_use]
    pub fn new(access: Access) -> Self {
        GatewayOptions {
            access,
            api_key: None,
            profile_key: None,
            prefix: String::from("/ayrshare"),
            allowed_origins: Vec::new(),
            allowed_headers: Vec::new(),
            allow_credentials: false,
            stale_if_error_ms: STALE_IF_ERROR_MS,
            webhook_secrets: None,
            webhook_tolerance_ms: webhook::REMEMBERED_MS,
        }
    }
}

/// A gateway with valid options.
#[derive(Debug, Clone)]
pub struct Gateway {
    /// Without trailing slash.
    pub(super) prefix: String,
    pub(super) cors: Cors,
    pub(super) stale_if_error_ms: f64,
    pub(super) has_webhook: bool,
    webhook_tolerance_ms: f64,
    everybody: Option<Grant>,
}

impl Gateway {
    /// Validates the options.
    ///
    /// # Errors
    /// Kind `config`, naming the invalid option.
    pub fn new(options: GatewayOptions) -> Result<Self, Error> {
        check_keys(&options)?;
        check_prefix(&options.prefix)?;
        options
            .allowed_origins
            .iter()
            .try_for_each(|it| check_origin(it))?;
        options
            .allowed_headers
            .iter()
            .try_for_each(|it| check_header(it))?;
        if !(0.0..f64::INFINITY).contains(&options.stale_if_error_ms) {
            return Err(config(&["`staleIfErrorMs` must be a number of at least 0"]));
        }
        check_webhooks(&options)?;
        let everybody = (options.access == Access::Everybody).then(|| Grant {
            profile: Some(
                options
                    .profile_key
                    .map_or(GrantedProfile::Primary, GrantedProfile::Key),
            ),
            all_profiles: false,
        });
        Ok(Gateway {
            prefix: options.prefix.trim_end_matches('/').to_owned(),
            cors: Cors::new(
                options.allowed_origins,
                &options.allowed_headers,
                options.allow_credentials,
            ),
            stale_if_error_ms: options.stale_if_error_ms,
            has_webhook: options.webhook_secrets.is_some(),
            webhook_tolerance_ms: options.webhook_tolerance_ms,
            everybody,
        })
    }

    /// What everyone may read without `authorize`: one profile, never all of them.
    #[must_use]
    pub fn everybody(&self) -> Option<&Grant> {
        self.everybody.as_ref()
    }

    /// Milliseconds that the timestamp of an event may lie in the past.
    #[must_use]
    pub fn webhook_tolerance_ms(&self) -> f64 {
        self.webhook_tolerance_ms
    }
}

fn check_keys(options: &GatewayOptions) -> Result<(), Error> {
    if let Some(key) = &options.api_key {
        check_key("apiKey", key.expose())?;
    }
    let Some(key) = &options.profile_key else {
        return Ok(());
    };
    if options.access == Access::Authorize {
        return Err(config(&[
            "`profileKey` has no effect with `authorize`: return it from there",
        ]));
    }
    check_key("profileKey", key.expose())
}

/// Allows only segments of unreserved characters, which clients never percent-encode.
fn check_prefix(prefix: &str) -> Result<(), Error> {
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let is_segment =
        |segment: &str| !matches!(segment, "" | "." | "..") && segment.bytes().all(is_plain);
    let is_path = |rest: &str| rest.is_empty() || rest.split('/').all(is_segment);
    if prefix.len() <= PREFIX_MAX && prefix.strip_prefix('/').is_some_and(is_path) {
        return Ok(());
    }
    Err(config(&[
        "`prefix` must be a path such as `/ayrshare`, of letters, digits and `-._~`, without a trailing slash",
    ]))
}

/// Refuses origins that no browser sends: since origins are compared byte by byte, they would never
/// match.
fn check_origin(origin: &str) -> Result<(), Error> {
    match origin {
        "*" => {
            return Err(config(&[
                "`allowedOrigins` contains `*`: list each origin, or any page could read",
            ]));
        }
        "null" => {
            return Err(config(&[
                "`allowedOrigins` contains `null`: any page can send that origin; remove it",
            ]));
        }
        _ if is_origin(origin) => return Ok(()),
        _ => {}
    }
    Err(config(&[
        "`allowedOrigins` contains an invalid origin: write it as browsers do, such as `https://app.example.com`, in lower case, without path, trailing slash or default port",
    ]))
}

fn is_origin(origin: &str) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else {
        return false;
    };
    let is_scheme_part =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte);
    let starts_plainly = scheme
        .as_bytes()
        .first()
        .is_some_and(u8::is_ascii_lowercase);
    if !starts_plainly || !scheme.bytes().all(is_scheme_part) {
        return false;
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    is_host(host) && port.is_none_or(|port| is_port(scheme, port)) && is_secure(scheme, host)
}

fn is_host(host: &str) -> bool {
    let is_ip6_part = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b':');
    if let Some(ip6) = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        return !ip6.is_empty() && ip6.bytes().all(is_ip6_part);
    }
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(is_part);
    host.split('.').all(is_label)
}

fn is_port(scheme: &str, port: &str) -> bool {
    let is_default = matches!((scheme, port), ("http", "80") | ("https", "443"));
    let number = digits::unsigned(port.as_bytes());
    !is_default && !port.starts_with('0') && number.is_some_and(|it| (1..=65_535).contains(&it))
}

/// Refuses plain HTTP except on this machine, since anyone on the network could have sent such a
/// page.
fn is_secure(scheme: &str, host: &str) -> bool {
    let is_loopback =
        matches!(host, "localhost" | "127.0.0.1" | "[::1]") || host.ends_with(".localhost");
    scheme != "http" || is_loopback
}

fn check_header(name: &str) -> Result<(), Error> {
    if is_header_name(name) && name != "*" {
        return Ok(());
    }
    Err(config(&[
        "`allowedHeaders` contains an invalid header name",
    ]))
}

fn check_webhooks(options: &GatewayOptions) -> Result<(), Error> {
    if !(0.0..f64::INFINITY).contains(&options.webhook_tolerance_ms) {
        return Err(config(&[
            "`toleranceMs` of `webhooks` must be a number of at least 0",
        ]));
    }
    let Some(WebhookSecrets::Given(secrets)) = &options.webhook_secrets else {
        return Ok(());
    };
    if secrets.is_empty() || secrets.iter().any(|secret| secret.expose().is_empty()) {
        return Err(config(&[
            "the `secret` of `webhooks` is empty: copy it from the Ayrshare dashboard",
        ]));
    }
    Ok(())
}
