//! Progress events.

use js_sys::Function;

use crate::records::Reader;
use crate::web::events::Event;
use crate::web::js::value::float;

/// How many bytes pass between two progress events.
const EVENT_BYTES: f64 = 1_048_576.0;

/// What a source of bytes knows about its progress, beside what the reader counts.
#[derive(Default)]
pub(super) struct SourceProgress {
    pub total: Option<f64>,
    pub resumes: u32,
    pub bytes_reread: f64,
    /// How long the source is going to wait.
    pub wait_ms: Option<f64>,
}

/// Reports the progress to the caller's observer, if there is one.
pub(super) struct ProgressReporter {
    observer: Option<Function>,
    reported_bytes: f64,
    reported_reread: f64,
}

impl ProgressReporter {
    pub(super) fn new(observer: Option<Function>) -> Self {
        Self {
            observer,
            reported_bytes: 0.0,
            reported_reread: 0.0,
        }
    }

    /// An event for the observer.
    pub(super) fn event(&self, kind: &str, url: &str) -> Option<(&Function, Event)> {
        let observer = self.observer.as_ref()?;
        Some((observer, Event::new(kind, "file", url)))
    }

    /// Whether enough bytes have passed for the next report.
    pub(super) fn is_due(&self, reader: &Reader, bytes_reread: f64) -> bool {
        let bytes = float(reader.progress().bytes);
        bytes - self.reported_bytes >= EVENT_BYTES
            || bytes_reread - self.reported_reread >= EVENT_BYTES
    }

    pub(super) fn report(&mut self, url: &str, reader: &Reader, source: &SourceProgress) {
        let progress = reader.progress();
        let bytes = float(progress.bytes);
        (self.reported_bytes, self.reported_reread) = (bytes, source.bytes_reread);
        let Some((observer, event)) = self.event("progress", url) else {
            return;
        };
        let mut event = event
            .number("bytesRead", bytes)
            .number("profiles", float(progress.records))
            .number("resumes", f64::from(source.resumes))
            .number("bytesReread", source.bytes_reread);
        if let Some(total) = source.total {
            event = event.number("bytesTotal", total);
        }
        if let Some(wait_ms) = source.wait_ms {
            event = event.number("waitMs", wait_ms);
        }
        event.send(observer);
    }
}
