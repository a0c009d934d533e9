//! Answers kept until the server would give a newer one.
//!
//! Bounded in entries; errors never get here. The caller makes the key from everything that
//! changes the answer: profile, path and query.

/// Longer than any documented update interval; a date in the far future must not freeze an answer.
const LONGEST_MS: f64 = 86_400_000.0;

/// Values by key, each with the time at which it stops being the newest.
#[derive(Clone, Debug)]
pub struct Store<T> {
    /// The one put last is at the end.
    entries: Vec<Entry<T>>,
    max_entries: usize,
}

#[derive(Clone, Debug)]
struct Entry<T> {
    key: String,
    value: T,
    from_ms: f64,
    until_ms: f64,
}

impl<T: Clone> Store<T> {
    /// An empty store for at most that many entries; 0 keeps nothing.
    #[must_use]
    pub fn new(max_entries: usize) -> Self {
        Self {
            entries: Vec::new(),
            max_entries,
        }
    }

    /// A copy of the value, strictly before its time. A clock that was set back makes it stale.
    #[must_use]
    pub fn get(&self, key: &str, now_ms: f64) -> Option<T> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        let is_fresh = (entry.from_ms..entry.until_ms).contains(&now_ms);
        is_fresh.then(|| entry.value.clone())
    }

    /// Keeps a value until `until_ms`, at most for a day, in place of an older one. If that time
    /// is not in the future, only the older one goes.
    ///
    /// When the store is full, the entry that expires first makes room, the oldest of equals.
    pub fn put(&mut self, key: String, value: T, until_ms: f64, now_ms: f64) {
        self.forget(&key);
        // Written so that a time that is not a number counts as past.
        let is_useful = until_ms > now_ms && self.max_entries > 0;
        if !is_useful {
            return;
        }
        let until_ms = until_ms.min(now_ms + LONGEST_MS);
        if self.entries.len() >= self.max_entries {
            let order = |a: &(usize, &Entry<T>), b: &(usize, &Entry<T>)| {
                a.1.until_ms.total_cmp(&b.1.until_ms)
            };
            if let Some((index, _)) = self.entries.iter().enumerate().min_by(order) {
                self.entries.remove(index);
            }
        }
        self.entries.push(Entry {
            key,
            value,
            from_ms: now_ms,
            until_ms,
        });
    }

    /// Drops the value of a key, if there is one.
    pub fn forget(&mut self, key: &str) {
        self.entries.retain(|entry| entry.key != key);
    }
}
