//! The headers of a delivery. An event may be delivered several times.

/// The maximum length of an id that is passed on, in bytes.
const ID_MAX: usize = 128;
/// Digits that the number of an attempt may have.
const DIGITS_MAX: usize = 6;

/// The headers of a delivery. They are not signed, so nothing is decided by them: they are for the operator's logs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WebhookDelivery {
    /// `X-Ayrshare-Delivery-Id`.
    pub id: Option<String>,
    /// `X-Ayrshare-Delivery-Attempt`.
    pub attempt: Option<u32>,
}

impl WebhookDelivery {
    /// Reads the headers; an invalid id or number counts as absent.
    #[must_use]
    pub fn read(id: Option<&str>, attempt: Option<&str>) -> Self {
        let is_id =
            |text: &&str| text.len() <= ID_MAX && text.bytes().all(|byte| byte.is_ascii_graphic());
        let id = id.map(str::trim_ascii).filter(|text| !text.is_empty());
        WebhookDelivery {
            id: id.filter(is_id).map(str::to_owned),
            attempt: attempt.and_then(number),
        }
    }
}

fn number(text: &str) -> Option<u32> {
    let text = text.trim_ascii();
    let is_number = text.len() <= DIGITS_MAX && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}
