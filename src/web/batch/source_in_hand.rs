//! A batch file that the caller has in hand. It is read once and never resumed.

use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};

use super::batch_reader::ByteSource;
use super::progress::{ProgressReporter, SourceProgress};
use crate::error::{Error, Kind};
use crate::records::Reader;
use crate::web::failure::CallError;
use crate::web::http::fetch::{self, TransportError};
use crate::web::js::cancellation::{CancelReason, Cancellation};
use crate::web::js::value::{self, float};

/// A source that TypeScript has turned into an object with a `read` method, like that of a `ReadableStreamDefaultReader`, and perhaps a
/// `total`. What `read` rejects with is passed on, and TypeScript releases the source.
pub(crate) struct SourceInHand {
    source: JsValue,
    pub cancellation: Cancellation,
    idle_timeout_ms: f64,
    progress: ProgressReporter,
    has_ended: bool,
}

impl SourceInHand {
    pub(crate) fn new(
        source: JsValue,
        on_event: Option<Function>,
        idle_timeout_ms: f64,
        cancellation: Cancellation,
    ) -> Self {
        Self {
            source,
            cancellation,
            idle_timeout_ms,
            progress: ProgressReporter::new(on_event),
            has_ended: false,
        }
    }

    fn report(&mut self, reader: &Reader) {
        let source = SourceProgress {
            total: self.likely_total(reader),
            ..SourceProgress::default()
        };
        self.progress.report("", reader, &source);
    }

    pub(super) fn interrupted(&self, reason: CancelReason) -> JsValue {
        let (kind, text) = match reason {
            CancelReason::Timer => (Kind::Timeout, "`source` was silent for `idleTimeoutMs`"),
            CancelReason::Signal => (Kind::Aborted, "the read was aborted by its signal"),
        };
        let mut failure = CallError::from(Error::new(kind, text));
        if reason == CancelReason::Signal {
            failure.cause = self.cancellation.reason();
        }
        failure.into()
    }
}

impl ByteSource for SourceInHand {
    type Error = JsValue;

    async fn fill(&mut self, reader: &mut Reader) -> Result<(), JsValue> {
        if self.cancellation.is_aborted() {
            return Err(self.interrupted(CancelReason::Signal));
        }
        let timer = self.cancellation.start_timeout(self.idle_timeout_ms);
        let chunk = fetch::chunk(self.source.unchecked_ref(), &self.cancellation).await;
        drop(timer);
        let chunk = chunk.map_err(|error| match error {
            TransportError::Network(cause) => cause,
            TransportError::Interrupted(reason) => self.interrupted(reason),
            // TypeScript lets nothing but bytes through.
            _ => JsValue::UNDEFINED,
        })?;
        if let Some(chunk) = chunk {
            let length = chunk.length() as usize;
            chunk.copy_to(reader.room(length));
            reader.fed(length);
            if self.progress.is_due(reader, 0.0) {
                self.report(reader);
            }
        } else {
            reader.end();
            self.has_ended = true;
            self.report(reader);
        }
        Ok(())
    }

    fn has_ended(&self) -> bool {
        self.has_ended
    }

    fn likely_total(&self, reader: &Reader) -> Option<f64> {
        let total = value::get(&self.source, "total").as_f64()?;
        let read = float(reader.progress().bytes);
        (read <= total).then_some(total)
    }

    fn unreadable(&mut self, error: Error) -> JsValue {
        CallError::from(error).into()
    }
}
