//! Fetches the batch file.
//!
//! A request for the file consists of a URL and an offset. It cannot hold credentials, so no key can reach the file's host. The URL itself
//! grants access, so it is redacted wherever it is shown.

use js_sys::{Function, Uint8Array};
use web_sys::{ReadableStreamDefaultReader, Url};

use crate::digits;
use crate::policy::download::{ContentRange, FileHeaders, Refusal, Version};
use crate::policy::file_host::{refusal, xml_code};
use crate::policy::retry::retry_after;
use crate::redact::{self, Secret};
use crate::time::parse_http_date_ms;
use crate::web::http::fetch::{self, Connection, ResponseHead, TransportError};
use crate::web::js::cancellation::Cancellation;
use crate::web::js::value;
use crate::web::options::base_url::is_private;

/// How many redirects are followed.
const MAX_REDIRECTS: u32 = 5;

/// How many bytes of a refusal are read to learn the reason.
const MAX_REFUSAL_BYTES: u32 = 4_096;

/// The signed URL of the file. It is sent byte for byte, and redacted when shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FileUrl(Secret);

impl FileUrl {
    /// Rejects plain HTTP to another machine, which would expose the signature and the profiles to the network.
    pub(crate) fn checked(text: &str) -> Option<Self> {
        let url = Url::new(text).ok()?;
        // URL parsers drop line breaks, and the URL must be a single line of the request (see `transport::lines`).
        is_private(&url).then(|| Self(Secret::new(text.replace('\n', ""))))
    }

    /// The URL without its signature.
    pub(crate) fn shown(&self) -> String {
        redact::url(self.0.expose())
    }

    /// The URL itself and its parts that must not be shown.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        redact::signed_url(self.0.expose())
    }

    /// Whether the URL contains the text: hosts repeat the URL in their refusals, signature included. This avoids `str::contains`, whose
    /// search for long patterns would compile to more code than this file.
    fn has(&self, text: &str) -> bool {
        let mut places = self.0.expose().as_bytes().windows(text.len().max(1));
        places.any(|place| place == text.as_bytes())
    }

    fn redirected(&self, location: &str) -> Option<Self> {
        let url = Url::new_with_base(location, self.0.expose()).ok()?;
        Self::checked(&url.href())
    }
}

/// The body of the file or of a range of it, as it arrives.
pub(crate) struct Body {
    reader: Option<ReadableStreamDefaultReader>,
    /// Closed when this is dropped.
    _connection: Connection,
}

impl Body {
    /// The next bytes; `None` at the end.
    pub(crate) async fn chunk(
        &self,
        interrupt: &Cancellation,
    ) -> Result<Option<Uint8Array>, TransportError> {
        match &self.reader {
            Some(reader) => fetch::chunk(reader, interrupt).await,
            None => Ok(None),
        }
    }
}

/// The host's response.
pub(crate) enum FileReply {
    /// Bytes of the file.
    Bytes(FileHeaders, Body),
    /// A refusal: its status, its meaning, and the error code in its body.
    Refused(u16, Refusal, Option<String>),
    /// 416 Range Not Satisfiable, with what it says about the file.
    Unsatisfied(ContentRange, Version),
    /// A redirect to a URL that the file must not be fetched from.
    UnsafeRedirect,
}

/// Requests the file from an offset on. Adds each URL that it requests to `used`.
pub(crate) async fn open(
    fetch: Option<&Function>,
    url: &FileUrl,
    from: u64,
    interrupt: &Cancellation,
    used: &mut Vec<FileUrl>,
) -> Result<FileReply, TransportError> {
    let mut headers = Vec::new();
    if from > 0 {
        let mut range = String::from("bytes=");
        digits::push_u64(&mut range, from);
        range.push('-');
        headers.push(("range".to_owned(), range));
    }
    let mut url = url.clone();
    for _ in 0..=MAX_REDIRECTS {
        if !used.contains(&url) {
            used.push(url.clone());
        }
        let mut opened = request(fetch, &url, &headers, false, interrupt).await?;
        if opened.is_opaque {
            // Browsers hide the target of a redirect until they have followed it.
            opened = request(fetch, &url, &headers, true, interrupt).await?;
            if FileUrl::checked(&opened.url).is_none() {
                return Ok(FileReply::UnsafeRedirect);
            }
        }
        if !matches!(opened.status(), 301 | 302 | 303 | 307 | 308) {
            return answer(opened, &url, interrupt).await;
        }
        let location = opened.header("location").filter(|text| !text.is_empty());
        let Some(next) = location.and_then(|location| url.redirected(&location)) else {
            return Ok(FileReply::UnsafeRedirect);
        };
        url = next;
    }
    Ok(FileReply::UnsafeRedirect)
}

async fn request(
    fetch: Option<&Function>,
    url: &FileUrl,
    headers: &[(String, String)],
    follows: bool,
    interrupt: &Cancellation,
) -> Result<ResponseHead, TransportError> {
    fetch::open(fetch, url.0.expose(), headers, follows, interrupt).await
}

async fn answer(
    opened: ResponseHead,
    url: &FileUrl,
    interrupt: &Cancellation,
) -> Result<FileReply, TransportError> {
    let status = opened.status();
    if status == 200 || status == 206 {
        let headers = headers(&opened);
        let (reader, connection) = opened.into_body()?;
        let body = Body {
            reader,
            _connection: connection,
        };
        return Ok(FileReply::Bytes(headers, body));
    }
    if status == 416 {
        return Ok(FileReply::Unsatisfied(range(&opened), version(&opened)));
    }
    let (after, date) = (opened.header("retry-after"), opened.header("date"));
    let now_ms = value::now_ms();
    let named = retry_after(after.as_deref(), date.as_deref(), opened.cors, now_ms);
    let body = beginning(opened, interrupt).await?;
    let code = xml_code(&body).map(String::from);
    Ok(FileReply::Refused(
        status,
        refusal(status, &body, named),
        code.filter(|code| !url.has(code)),
    ))
}

fn headers(opened: &ResponseHead) -> FileHeaders {
    let encoding = opened.header("content-encoding").unwrap_or_default();
    let encoded = !(encoding.is_empty() || encoding.eq_ignore_ascii_case("identity"));
    // Under CORS, `Content-Encoding` is hidden unless the host exposes it, so any body may be encoded.
    let is_exact = !encoded && !opened.cors;
    let length = fetch::content_length(&opened.headers);
    FileHeaders {
        status: opened.status(),
        version: version(opened),
        range: range(opened),
        length: length.filter(|_| is_exact),
        likely_length: length.filter(|_| !encoded),
        encoded,
    }
}

fn range(opened: &ResponseHead) -> ContentRange {
    ContentRange::parse(opened.header("content-range").as_deref())
}

fn version(opened: &ResponseHead) -> Version {
    let date_ms = opened
        .header("date")
        .and_then(|date| parse_http_date_ms(&date));
    Version::from_headers(
        opened.header("etag"),
        opened.header("last-modified"),
        opened.header("x-goog-generation"),
        date_ms.unwrap_or_else(value::now_ms),
    )
}

/// The beginning of a refusal's body, which gives the reason.
async fn beginning(
    opened: ResponseHead,
    interrupt: &Cancellation,
) -> Result<Vec<u8>, TransportError> {
    let (reader, _connection) = opened.into_body()?;
    let mut text = Vec::new();
    if let Some(reader) = &reader {
        while let Some(piece) = fetch::chunk(reader, interrupt).await? {
            text.extend(piece.subarray(0, MAX_REFUSAL_BYTES).to_vec());
            if text.len() >= MAX_REFUSAL_BYTES as usize {
                break;
            }
        }
    }
    Ok(text)
}
