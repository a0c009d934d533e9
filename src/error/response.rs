//! Extracts code and message from an error response, whatever its shape.

use std::borrow::Cow;

use super::Error;
use super::table::verdict;
use crate::digits;
use crate::json;
use crate::model::Shape;

/// Ayrshare's messages are truncated to this length, in characters.
const MESSAGE_MAX: usize = 512;
/// What precedes the quoted text of an error in a message: Ayrshare's words, or the gateway's.
const AYRSHARE_SAYS: &str = ": Ayrshare says `";
const GATEWAY_SAYS: &str = "the gateway says: `";
/// The maximum length of `details`, in bytes.
const DETAILS_MAX: usize = 8 * 1024;

/// The parsed body of an error response.
#[derive(Debug, Default)]
struct ErrorBody<'a> {
    code: Option<u32>,
    action: Option<Cow<'a, str>>,
    message: Option<Cow<'a, str>>,
    extras: Vec<(Cow<'a, str>, &'a [u8])>,
}

pub(super) fn read(status: u16, body: &[u8]) -> Option<Error> {
    let success = (200..300).contains(&status);
    if success && !says_error(body) {
        return None;
    }
    let said = if success || json::check(body, &Shape::Any).is_ok() {
        said(body)
    } else {
        ErrorBody {
            message: plain_text(body),
            ..ErrorBody::default()
        }
    };
    let verdict = verdict(status, said.code);
    let mut error = Error::new(verdict.kind, message(verdict.advice, status, body, &said));
    error.status = Some(status);
    error.code = said.code;
    error.action = said.action.map(|action| tidy(&action));
    error.details = details(&said.extras);
    error.retryable = verdict.retryable;
    Some(error)
}

/// Whether the body of a 2xx response reports an error.
fn says_error(body: &[u8]) -> bool {
    let (mut status, mut success) = (false, true);
    for (name, raw) in json::members(body) {
        match name.as_ref() {
            "status" => status = json::string(raw).is_some_and(|status| status == "error"),
            "success" => success = json::boolean(raw) != Some(false),
            _ => {}
        }
    }
    status || !success
}

fn said(body: &[u8]) -> ErrorBody<'_> {
    let Some(first) = json::elements(body).next() else {
        let mut said = object(body);
        if let Some(inner) = nested(body, &said) {
            said = inner;
        }
        return said;
    };
    object(first)
}

/// Reads an error object. If it has a list of `errors`, the fields of the first one take
/// precedence.
fn object(raw: &[u8]) -> ErrorBody<'_> {
    let mut said = ErrorBody::default();
    let mut listed = None;
    for (name, value) in json::members(raw) {
        match name.as_ref() {
            "status" => {}
            "code" => said.code = json::unsigned(value),
            "action" => said.action = json::string(value),
            "message" => said.message = json::string(value),
            "errors" => listed = json::elements(value).next(),
            _ => said.extras.push((name, value)),
        }
    }
    let Some(listed) = listed else { return said };
    let first = match json::string(listed) {
        Some(text) => ErrorBody {
            message: Some(text),
            ..ErrorBody::default()
        },
        None => object(listed),
    };
    let mut extras = first.extras;
    said.extras
        .retain(|(name, _)| extras.iter().all(|(inner, _)| inner != name));
    extras.append(&mut said.extras);
    ErrorBody {
        code: first.code.or(said.code),
        action: first.action.or(said.action),
        message: first.message.or(said.message),
        extras,
    }
}

/// Reads an error that is nested under the name of its resource, as in
/// `{"history": {"code": 221, "status": "error"}}`.
fn nested<'a>(body: &'a [u8], outer: &ErrorBody<'a>) -> Option<ErrorBody<'a>> {
    if outer.code.is_some() || outer.message.is_some() || outer.action.is_some() {
        return None;
    }
    json::members(body).find_map(|(_, raw)| {
        let inner = object(raw);
        (inner.code.is_some() || inner.message.is_some()).then_some(inner)
    })
}

/// The text of a body that is not JSON, unless it looks like HTML or broken JSON, or is not UTF-8.
fn plain_text(body: &[u8]) -> Option<Cow<'_, str>> {
    let text = std::str::from_utf8(body).ok()?.trim_ascii();
    (!text.is_empty() && !text.starts_with(['<', '{', '['])).then_some(Cow::Borrowed(text))
}

fn message(advice: &str, status: u16, body: &[u8], said: &ErrorBody<'_>) -> String {
    if let Some(text) = &said.message {
        // An error of the gateway's own is not Ayrshare's, so the usual advice would mislead.
        let is_gateway = said.action.as_deref() == Some("gateway");
        let (advice, says) = if is_gateway {
            ("", GATEWAY_SAYS)
        } else {
            (advice, AYRSHARE_SAYS)
        };
        return [advice, says, &tidy(text), "`"].concat();
    }
    let mut message = advice.to_owned();
    message.push_str(": HTTP ");
    digits::push(&mut message, status.into());
    message.push_str(match body.trim_ascii().first() {
        None => " with an empty body",
        Some(b'<') => " with HTML instead of JSON",
        Some(_) if said.code.is_some() => "",
        Some(_) => " without a message",
    });
    if let Some(code) = said.code {
        message.push_str(" with code ");
        digits::push(&mut message, code as usize);
    }
    message
}

/// Splits the message of an error response that quotes Ayrshare or the gateway: the advice, which the gateway's words do without, and the
/// quoted text. No quoted text contains a backtick.
pub(crate) fn quoted(message: &str) -> Option<(&str, &str)> {
    let unclosed = message.strip_suffix('`')?;
    match unclosed.strip_prefix(GATEWAY_SAYS) {
        Some(text) => Some(("", text)),
        None => unclosed.rsplit_once(AYRSHARE_SAYS),
    }
}

/// Makes foreign text safe to quote in a message: cut to one short line, without control characters
/// and backticks.
fn tidy(text: &str) -> String {
    let mut out = String::new();
    for (count, c) in text.trim_ascii().chars().enumerate() {
        match c {
            _ if count == MESSAGE_MAX => {
                out.push('…');
                break;
            }
            '`' => out.push('\''),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// The extra fields as one JSON object; fields that do not fit are omitted.
fn details(extras: &[(Cow<'_, str>, &[u8])]) -> Option<String> {
    let mut out = String::from("{");
    for (name, raw) in extras {
        let Ok(raw) = std::str::from_utf8(raw) else {
            continue;
        };
        let plain = !name
            .chars()
            .any(|c| matches!(c, '"' | '\\') || c.is_control());
        if !plain || out.len() + name.len() + raw.len() + 5 > DETAILS_MAX {
            continue;
        }
        if out.len() > 1 {
            out.push(',');
        }
        for part in ["\"", name, "\":", raw] {
            out.push_str(part);
        }
    }
    out.push('}');
    (out.len() > 2).then_some(out)
}
