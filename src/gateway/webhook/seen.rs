//! Which events came before: Ayrshare sends each at least once.

/// How long an event is remembered, in milliseconds. Source: docs, which ask for 24 hours.
pub const REMEMBERED_MS: f64 = 86_400_000.0;

/// Whether to handle an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// It is new: handle it, then tell how that went.
    New,
    /// It is being handled.
    Busy,
    /// It was handled.
    Done,
}

/// The events of late, as many as there is room for.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The newest is at the end.
    entries: Vec<Entry>,
    max_entries: usize,
    remembered_ms: f64,
}

#[derive(Debug, Clone)]
struct Entry {
    id: String,
    until_ms: f64,
    is_done: bool,
}

impl Seen {
    /// Remembers at most that many events, at least one; each as long as it may come again, at least for a day.
    #[must_use]
    pub fn new(max_entries: usize, tolerance_ms: f64) -> Self {
        Seen {
            entries: Vec::new(),
            max_entries: max_entries.max(1),
            remembered_ms: tolerance_ms.max(REMEMBERED_MS),
        }
    }

    /// Asks whether to handle an event. When there is no room, the oldest one is forgotten.
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
        self.entries.push(Entry {
            id: id.to_owned(),
            until_ms: now_ms + self.remembered_ms,
            is_done: false,
        });
        Claim::New
    }

    /// The event was handled.
    pub fn finish(&mut self, id: &str) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) {
            entry.is_done = true;
        }
    }

    /// The event could not be handled: it counts as new when it comes again.
    pub fn release(&mut self, id: &str) {
        self.entries.retain(|entry| entry.id != id);
    }
}
