//! Which paths and query parameters exist. Everything else is refused.
//!
//! A path is compared byte by byte with a few known strings, without decoding or normalizing it
//! first. So there is no second spelling of a path that could bypass a rule.
//!
//! Unknown query parameters are refused rather than ignored: otherwise a misspelled one would
//! silently change the response.

use crate::digits;

/// The maximum length of a URL, in bytes.
pub const URL_MAX: usize = 8_192;
/// The maximum number of fields in `select`.
const SELECT_MAX: usize = 64;
/// The maximum length of the name of a field or network, in bytes.
const NAME_MAX: usize = 64;
/// The maximum of `refreshWithinDays` in `where`.
const DAYS_MAX: u32 = 36_500;
/// Longer parameter names are not quoted in error messages, in bytes.
const SHOWN_MAX: usize = 32;

const USER_FLAGS: [&str; 3] = ["instagramDetails", "instagramQuota", "validate"];

/// What a request is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Route {
    /// `GET /user`
    User(UserFlags),
    /// `GET /user/details/pinterest`
    Details,
    /// `GET /user/batch`
    Batch,
    /// `GET /user/batch/profiles`: the records of the batch file, one per line.
    Profiles(ProfilesQuery),
}

/// The flags of `GET /user`, sorted by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFlags([Option<bool>; USER_FLAGS.len()]);

impl UserFlags {
    /// The value of a flag, by the name of its parameter; `None` if the request does not set it.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<bool> {
        let mut flags = USER_FLAGS.iter().zip(&self.0);
        *flags.find(|(known, _)| **known == name)?.1
    }
}

/// Which records to send, and which of their fields.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProfilesQuery {
    /// The top-level fields to send, sorted; all by default. `select=refId,displayNames`.
    pub select: Option<Vec<String>>,
    /// The records to send; all by default. `where=network:instagram,refreshWithinDays:14`.
    pub filter: Where,
}

/// The conditions of `where`; a record must meet all of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Where {
    /// `network:instagram`: this network is linked.
    pub network: Option<String>,
    /// `refreshWithinDays:14`: a link must be renewed within this many days, or has expired.
    pub refresh_within_days: Option<u32>,
    /// `nothingLinked`: nothing is linked.
    pub nothing_linked: bool,
}

/// A known path below the prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KnownPath {
    User,
    Details,
    Batch,
    Profiles,
}

/// The known paths below the prefix.
pub(super) const KNOWN_PATHS: [(&str, KnownPath); 4] = [
    ("/user", KnownPath::User),
    ("/user/details/pinterest", KnownPath::Details),
    ("/user/batch", KnownPath::Batch),
    ("/user/batch/profiles", KnownPath::Profiles),
];

impl Route {
    /// Path and query of the request to Ayrshare, in canonical form.
    #[must_use]
    pub fn target(&self) -> String {
        match self {
            Route::User(query) => user_target(query),
            Route::Details => String::from("/user/details/pinterest"),
            Route::Batch | Route::Profiles(_) => String::from("/user/batch"),
        }
    }

    /// Whether it reads all profiles of the account instead of one.
    #[must_use]
    pub fn is_batch(&self) -> bool {
        match self {
            Route::Batch | Route::Profiles(_) => true,
            Route::User(_) | Route::Details => false,
        }
    }

    /// Whether responses are cached. Only `GET /user` states how long it stays fresh. A request
    /// with `validate` asks for the current state, and the batch response contains a signed URL,
    /// which is a secret.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        match self {
            Route::User(query) => query.flag("validate").is_none(),
            Route::Details | Route::Batch | Route::Profiles(_) => false,
        }
    }
}

fn user_target(query: &UserFlags) -> String {
    let mut target = String::from("/user");
    let mut mark = "?";
    for (name, value) in USER_FLAGS.iter().zip(query.0) {
        let Some(value) = value else { continue };
        let value = if value { "=true" } else { "=false" };
        target.extend([mark, name, value]);
        mark = "&";
    }
    target
}

/// Path and query of a URL, without decoding them.
pub(super) fn split(url: &str) -> (&str, &str) {
    let url = url.split_once('#').map_or(url, |(before, _)| before);
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    if address.starts_with('/') {
        return (address, query);
    }
    let authority_on = address.split_once("://").map_or("", |(_, rest)| rest);
    let at = authority_on.find('/').unwrap_or(authority_on.len());
    (authority_on.get(at..).unwrap_or_default(), query)
}

/// Looks up a path.
pub(super) fn place(path: &str, prefix: &str) -> Option<KnownPath> {
    let below = path.strip_prefix(prefix)?;
    let (_, place) = KNOWN_PATHS.iter().find(|(known, _)| *known == below)?;
    Some(*place)
}

/// Whether a path is that of the webhook.
pub(super) fn is_webhook(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix) == Some("/webhook")
}

/// Parses the query of a known path.
///
/// # Errors
/// The message that says what is wrong with the query.
pub(super) fn route(place: KnownPath, query: &str) -> Result<Route, String> {
    let pairs = pairs(query)?;
    match place {
        KnownPath::User => user_query(&pairs).map(Route::User),
        KnownPath::Profiles => profiles_query(&pairs).map(Route::Profiles),
        KnownPath::Details => none(&pairs).map(|()| Route::Details),
        KnownPath::Batch => none(&pairs).map(|()| Route::Batch),
    }
}

type Parameter<'a> = (&'a str, &'a str);

/// Splits a query into pairs. A name that occurs twice is refused: servers disagree on which one
/// counts, and attacks exploit that.
fn pairs(query: &str) -> Result<Vec<Parameter<'_>>, String> {
    let mut pairs: Vec<Parameter<'_>> = Vec::new();
    if query.is_empty() {
        return Ok(pairs);
    }
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if pairs.iter().any(|(known, _)| *known == name) {
            return Err(fault(name, "occurs twice: pass it once"));
        }
        pairs.push((name, value));
    }
    Ok(pairs)
}

fn user_query(pairs: &[Parameter<'_>]) -> Result<UserFlags, String> {
    let mut query = UserFlags::default();
    for (name, value) in pairs {
        let mut flags = USER_FLAGS.iter().zip(&mut query.0);
        let Some((_, flag)) = flags.find(|(known, _)| *known == name) else {
            return Err(unknown(name));
        };
        *flag = match *value {
            "true" => Some(true),
            "false" => Some(false),
            _ => return Err(fault(name, "must be `true` or `false`")),
        };
    }
    Ok(query)
}

fn none(pairs: &[Parameter<'_>]) -> Result<(), String> {
    pairs.first().map_or(Ok(()), |(name, _)| Err(unknown(name)))
}

fn profiles_query(pairs: &[Parameter<'_>]) -> Result<ProfilesQuery, String> {
    let mut query = ProfilesQuery::default();
    for (name, value) in pairs {
        match *name {
            "select" => {
                let select = select(value).ok_or_else(|| {
                    fault(
                        name,
                        "must be a list of fields such as `refId,displayNames`",
                    )
                })?;
                query.select = Some(select);
            }
            "where" => {
                query.filter = conditions(value).ok_or_else(|| {
                    fault(
                        name,
                        "must be a comma-separated list of `network:name`, `refreshWithinDays:number` and `nothingLinked`",
                    )
                })?;
            }
            _ => return Err(unknown(name)),
        }
    }
    Ok(query)
}

/// Parses `select`. The names are sorted and deduplicated, so that equivalent queries compare
/// equal.
fn select(value: &str) -> Option<Vec<String>> {
    let text = decode(value)?;
    let mut names: Vec<String> = text.split(',').map(str::to_owned).collect();
    names.sort_unstable();
    names.dedup();
    (names.len() <= SELECT_MAX && names.iter().all(|name| is_name(name))).then_some(names)
}

fn conditions(value: &str) -> Option<Where> {
    let text = decode(value)?;
    let mut found = Where::default();
    for condition in text.split(',') {
        let is_new = match condition.split_once(':') {
            None if condition == "nothingLinked" => {
                !std::mem::replace(&mut found.nothing_linked, true)
            }
            Some(("network", name)) if is_name(name) => {
                found.network.replace(name.to_owned()).is_none()
            }
            Some(("refreshWithinDays", days)) => found
                .refresh_within_days
                .replace(days_within(days)?)
                .is_none(),
            _ => false,
        };
        is_new.then_some(())?;
    }
    Some(found)
}

fn is_name(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=NAME_MAX).contains(&name.len()) && name.bytes().all(is_part)
}

fn days_within(text: &str) -> Option<u32> {
    digits::unsigned(text.as_bytes()).filter(|days| *days <= DAYS_MAX)
}

/// Percent-decodes a value, since `URLSearchParams` encodes commas and colons. Non-ASCII bytes
/// become characters that names cannot contain.
fn decode(value: &str) -> Option<String> {
    let mut text = String::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        let byte = match byte {
            b'%' => digits::hex(rest.next()?)? << 4 | digits::hex(rest.next()?)?,
            byte => byte,
        };
        text.push(char::from(byte));
    }
    Some(text)
}

fn unknown(name: &str) -> String {
    fault(name, "is unknown: remove it")
}

/// A message about a parameter. A caller may have put a key in place of the name, so the message
/// quotes only what looks like a name.
fn fault(name: &str, what: &str) -> String {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_shown = (1..=SHOWN_MAX).contains(&name.len()) && is_plain;
    let name = if is_shown { name } else { "…" };
    ["the query parameter `", name, "` ", what].concat()
}
