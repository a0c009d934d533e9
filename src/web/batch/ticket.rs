//! Tickets: where the batch file is, and when it can be downloaded.

use super::http::FileUrl;
use crate::error::{Error, Kind};
use crate::model::UserBatch;
use crate::policy::download::Times;
use crate::time::{parse_http_date_ms, parse_time_ms};
use crate::web::failure::CallError;
use crate::web::js::value::now_ms;

/// A ticket that has been checked.
#[derive(Debug)]
pub(crate) struct Ticket {
    pub url: FileUrl,
    pub times: Times,
}

/// Gets tickets.
pub(crate) trait TicketSource {
    /// The error of a download with these tickets, and of requesting one.
    type Error: From<CallError>;

    /// Gets the first ticket, or a newer one.
    async fn request_ticket(&mut self) -> Result<Ticket, Self::Error>;
}

/// The fields of `GET /user/batch` that a download needs.
pub(crate) struct BatchTicket {
    pub url: String,
    pub available: Option<String>,
    pub expires: Option<String>,
    pub last_updated: Option<String>,
}

impl From<UserBatch> for BatchTicket {
    fn from(batch: UserBatch) -> Self {
        Self {
            url: batch.url,
            available: batch.url_available,
            expires: batch.url_expires,
            last_updated: batch.last_updated,
        }
    }
}

impl Ticket {
    /// Checks the fields of a ticket. If they do not say when the file becomes available, the file is requested at once; if they do not say
    /// when it expires, it is requested until its host refuses. `date` is the `Date` header of the response with the ticket: the times are
    /// by the server's clock, and this machine's clock may be off by hours.
    pub(crate) fn checked(fields: &BatchTicket, date: Option<&str>) -> Result<Self, Error> {
        let time = |text: &Option<String>| text.as_deref().and_then(parse_time_ms);
        let now_ms = now_ms();
        // A file cannot have been requested in the future.
        let requested_ms = time(&fields.last_updated);
        let behind_ms = requested_ms.map_or(0.0, |ms| (ms - now_ms).max(0.0));
        let skew_ms = date
            .and_then(parse_http_date_ms)
            .map_or(behind_ms, |ms| ms - now_ms);
        let text = "the batch ticket's `url` is not an https URL";
        Ok(Self {
            url: FileUrl::checked(&fields.url).ok_or_else(|| Error::new(Kind::Decode, text))?,
            times: Times {
                available_ms: time(&fields.available).unwrap_or_default(),
                expires_ms: time(&fields.expires).unwrap_or(f64::INFINITY),
                skew_ms,
            },
        })
    }
}
