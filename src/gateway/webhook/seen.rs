//! Deduplicates events: Ayrshare sends each at least once.

/// How long an event is remembered, in milliseconds. Source: docs, which require 24 hours.
pub const REMEMBERED_MS: f64 = 86_400_000.0;

/// Whether to handle an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// It is new: handle it, then call [`EventDeduplicator::finish`] or [`EventDeduplicator::release`].
    New,
    /// It is being handled.
    Busy,
    /// It was handled.
    Done,
}

/// The events of the last day, up to a maximum number.
#[derive(Debug, Clone)]
pub struct EventDeduplicator {
    /// In order of arrival, newest last.
    entries: Vec<SeenEvent>,
    max_entries: usize,
    remembered_ms: f64,
}

#[derive(Debug, Clone)]
struct SeenEvent {
    id: String,
    until_ms: f64,
    is_done: bool,
}

impl EventDeduplicator {
    /// Remembers at most `max_entries` events, but at least one, for as long as each may arrive again and at least for a day.
    #[must_use]
    pub fn new(max_entries: usize, tolerance_ms: f64) -> Self {
        EventDeduplicator {
            entries: Vec::new(),
            max_entries: max_entries.max(1),
            remembered_ms: tolerance_ms.max(REMEMBERED_MS),
        }
    }

    /// Checks whether to handle an event. If there are too many, forgets the oldest.
    pub fn claim(&mut self, id: &str, now_ms: f64) -> Claim {
        self.entries.retain(|entry| now_ms < entry.until_ms);
        if let Some(entry) = self.entries.iter().find(|entry| entry.id == id) {
            return if entry.is_done {
                Claim::Done
            } else {
                Claim::Busy
            };
        }
        if self.entries.len() >= self.max_entries {
            self.entries.remove(0);
        }
        self.entries.push(SeenEvent {
            id: id.to_owned(),
            until_ms: now_ms + self.remembered_ms,
            is_done: false,
        });
        Claim::New
    }

    /// Records that the event was handled.
    pub fn finish(&mut self, id: &str) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) {
            entry.is_done = true;
        }
    }

    /// Records that the event could not be handled: if it is resent, it counts as new.
    pub fn release(&mut self, id: &str) {
        self.entries.retain(|entry| entry.id != id);
    }
}
