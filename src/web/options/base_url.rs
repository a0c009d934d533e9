//! The base URL: where requests may go, and whether an API key may go with them.

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Url;

use super::reader::invalid_option;
use crate::error::{Error, Kind, config};
use crate::web::js::value;

#[wasm_bindgen(module = "/src/web/http/fetch.js")]
extern "C" {
    /// The URL that relative paths are resolved against.
    #[wasm_bindgen(js_name = pageUrl)]
    fn page_url() -> Option<String>;

    /// Whether this code runs in a page, where users could read a key.
    #[wasm_bindgen(js_name = isPage)]
    fn is_page() -> bool;
}

/// The base URL in Ayrshare's specification.
const DEFAULT: &str = "https://app.ayrshare.com/api";

/// A validated base URL.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl {
    /// Without a trailing slash, query or fragment.
    href: String,
    /// Whether the URL is Ayrshare itself, as opposed to a gateway or a sandbox.
    is_ayrshare: bool,
}

impl BaseUrl {
    /// Resolves a path such as `/ayrshare` against the page.
    pub(crate) fn parse(given: Option<&str>) -> Result<Self, Error> {
        let text = given.unwrap_or(DEFAULT);
        let page = page_url();
        let parsed = match (&page, text.starts_with('/')) {
            (Some(page), true) => Url::new_with_base(text, page),
            _ => Url::new(text),
        };
        let url = parsed.map_err(|_| {
            if text.starts_with('/') {
                config(&["`baseUrl` is a path, but there is no page to resolve it against"])
            } else {
                invalid_option("baseUrl", "an absolute URL or a path")
            }
        })?;
        Self::check(&url)?;
        let path = part(&url, "pathname");
        let href = [part(&url, "origin").as_str(), path.trim_end_matches('/')].concat();
        let host = part(&url, "hostname");
        let is_ayrshare = host == "ayrshare.com" || host.ends_with(".ayrshare.com");
        Ok(Self { href, is_ayrshare })
    }

    fn check(url: &Url) -> Result<(), Error> {
        match part(url, "protocol").as_str() {
            "https:" => {}
            "http:" if is_loopback(url) => {}
            "http:" => {
                return Err(config(&[
                    "`baseUrl` is plain HTTP to another machine: use HTTPS",
                ]));
            }
            _ => return Err(invalid_option("baseUrl", "an HTTP or HTTPS URL")),
        }
        if has(url, "username") || has(url, "password") {
            return Err(config(&[
                "`baseUrl` has a user name or password: use `apiKey`",
            ]));
        }
        if has(url, "search") || has(url, "hash") {
            return Err(config(&["`baseUrl` has a query or fragment: leave it out"]));
        }
        Ok(())
    }

    /// Requires a key for Ayrshare, and rejects keys in client-side code.
    pub(crate) fn check_key_use(&self, has_key: bool, is_allowed: bool) -> Result<(), Error> {
        if !self.is_ayrshare {
            return Ok(());
        }
        if !has_key {
            let text = "`apiKey` is missing: Ayrshare needs one; without a key, set `baseUrl` to a gateway that holds it";
            return Err(Error::new(Kind::Config, text));
        }
        if !is_allowed && is_page() {
            let text = "`apiKey` would be readable by everybody who opens this page: set `baseUrl` to a gateway that holds it, or set `dangerouslyAllowBrowser`";
            return Err(Error::new(Kind::Config, text));
        }
        Ok(())
    }

    /// The URL of an endpoint, given its path and query.
    pub(crate) fn join(&self, target: &str) -> String {
        [self.href.as_str(), target].concat()
    }
}

/// Whether nobody on the network can read what is sent to this URL: it is encrypted, or never leaves
/// this machine.
pub(crate) fn is_private(url: &Url) -> bool {
    let protocol = part(url, "protocol");
    protocol == "https:" || (protocol == "http:" && is_loopback(url))
}

/// Reads the property by name, because a binding for each one would add more to the download than
/// this whole file.
fn part(url: &Url, name: &'static str) -> String {
    value::text_of(url, name).unwrap_or_default()
}

fn has(url: &Url, name: &'static str) -> bool {
    !part(url, name).is_empty()
}

fn is_loopback(url: &Url) -> bool {
    let host = part(url, "hostname");
    host == "localhost" || host.ends_with(".localhost") || host == "[::1]" || is_loopback_v4(&host)
}

fn is_loopback_v4(host: &str) -> bool {
    host.starts_with("127.")
        && host
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}
