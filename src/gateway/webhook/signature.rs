//! Parses the signatures of events.

use super::WebhookOutcome;
use crate::digits;

/// How far the timestamp may be in the future, in milliseconds: clocks differ.
const AHEAD_MS: f64 = 300_000.0;
/// A longer header is ignored, in bytes.
const HEADER_MAX: usize = 1_024;
/// How many signatures of one header are checked, which bounds the work.
const ITEMS_MAX: usize = 4;
/// Length of an HMAC-SHA256, in bytes.
const LEN: usize = 32;

/// The headers that authenticate an event. Source: docs, webhook security.
#[derive(Debug, Clone, Copy, Default)]
pub struct Signed<'a> {
    /// `X-Authorization-Timestamp`: seconds since 1970.
    pub timestamp: Option<&'a str>,
    /// `X-Authorization-Content-SHA256`: one signature.
    pub signature: Option<&'a str>,
    /// `X-Authorization-Content-SHA256-V2`: one signature for each valid secret, each after `v1=`.
    pub signatures: Option<&'a str>,
}

impl Signed<'_> {
    /// The signatures to verify, each with each secret. One valid signature is enough. The timestamp may be at most `tolerance_ms`
    /// in the past.
    ///
    /// # Errors
    /// [`WebhookOutcome::Untimely`] or [`WebhookOutcome::Unsigned`].
    pub fn signatures(
        &self,
        now_ms: f64,
        tolerance_ms: f64,
    ) -> Result<Vec<[u8; LEN]>, WebhookOutcome> {
        let timestamp_ms = self.timestamp.and_then(seconds).map(|it| it * 1000.0);
        // Written so that NaN is refused.
        let is_timely =
            timestamp_ms.is_some_and(|ms| (-AHEAD_MS..=tolerance_ms).contains(&(now_ms - ms)));
        if !is_timely {
            return Err(WebhookOutcome::Untimely);
        }
        let older = self.signature.and_then(signature);
        let newer = self.signatures.filter(|list| list.len() <= HEADER_MAX);
        let newer = newer.unwrap_or_default().split([',', ' ']);
        let newer = newer
            .filter_map(|item| item.trim_ascii().strip_prefix("v1="))
            .filter_map(signature);
        let found: Vec<_> = newer.take(ITEMS_MAX).chain(older).collect();
        if found.is_empty() {
            return Err(WebhookOutcome::Unsigned);
        }
        Ok(found)
    }
}

fn seconds(text: &str) -> Option<f64> {
    let text = text.trim_ascii();
    (1..=12).contains(&text.len()).then_some(())?;
    digits::number(text.as_bytes())
}

/// Decodes a signature from hexadecimal, or from Base64 with either alphabet.
#[must_use]
pub fn signature(text: &str) -> Option<[u8; LEN]> {
    let text = text.trim_ascii();
    let (text, bits) = match text.len() {
        64 => (text, 4),
        44 => (text.strip_suffix('=')?, 6),
        43 => (text, 6),
        _ => return None,
    };
    let digit = if bits == 4 { digits::hex } else { base64 };
    unpack(text, digit, bits)
}

/// Decodes digits of `bits` bits each. Bits after the last byte must be 0, so that each signature
/// has one encoding.
fn unpack(text: &str, digit: fn(u8) -> Option<u8>, bits: u32) -> Option<[u8; LEN]> {
    let (mut out, mut held, mut count) = (Vec::with_capacity(LEN), 0_u32, 0);
    for byte in text.bytes() {
        held = held << bits | u32::from(digit(byte)?);
        count += bits;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(held >> count).ok()?);
            held &= (1 << count) - 1;
        }
    }
    if held != 0 {
        return None;
    }
    out.try_into().ok()
}

fn base64(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}
