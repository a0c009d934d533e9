//! A cache for responses, each fresh until the server announces a newer one.
//!
//! The number of entries is limited; errors are never cached. The caller builds the key from
//! everything that affects the response: profile, path and query.

/// Longer than any documented update interval: a date in the far future must not freeze an entry.
const LONGEST_MS: f64 = 86_400_000.0;

/// Cached values by key, each with the time at which it becomes stale.
#[derive(Clone, Debug)]
pub struct ResponseCache<T> {
    /// In order of insertion, newest last.
    entries: Vec<CachedValue<T>>,
    max_entries: usize,
}

#[derive(Clone, Debug)]
struct CachedValue<T> {
    key: String,
    value: T,
    requested_ms: f64,
    from_ms: f64,
    until_ms: f64,
}

impl<T> CachedValue<T> {
    fn is_fresh(&self, now_ms: f64) -> bool {
        (self.from_ms..self.until_ms).contains(&now_ms)
    }
}

impl<T: Clone> ResponseCache<T> {
    /// An empty cache with at most that many entries; 0 turns caching off.
    #[must_use]
    pub fn new(max_entries: usize) -> Self {
        Self {
            entries: Vec::new(),
            max_entries,
        }
    }

    /// A copy of the value while it is fresh, that is strictly before its `until_ms`. Setting the
    /// clock back makes it stale.
    #[must_use]
    pub fn get(&self, key: &str, now_ms: f64) -> Option<T> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        entry.is_fresh(now_ms).then(|| entry.value.clone())
    }

    /// Caches a value until `until_ms`, but for a day at most, and replaces the key's older value.
    /// If `until_ms` is not in the future, it only removes the older value. A value that was
    /// requested before the fresh one in the cache is not cached.
    ///
    /// When the cache is full, it evicts the entry that expires first, and the oldest of several.
    pub fn put(&mut self, key: String, value: T, requested_ms: f64, until_ms: f64, now_ms: f64) {
        let is_outdated = |entry: &CachedValue<T>| {
            entry.key == key && requested_ms < entry.requested_ms && entry.is_fresh(now_ms)
        };
        if self.entries.iter().any(is_outdated) {
            return;
        }
        self.forget(&key);
        // Written so that NaN counts as past.
        let is_useful = until_ms > now_ms && self.max_entries > 0;
        if !is_useful {
            return;
        }
        let until_ms = until_ms.min(now_ms + LONGEST_MS);
        if self.entries.len() >= self.max_entries {
            let order = |a: &(usize, &CachedValue<T>), b: &(usize, &CachedValue<T>)| {
                a.1.until_ms.total_cmp(&b.1.until_ms)
            };
            if let Some((index, _)) = self.entries.iter().enumerate().min_by(order) {
                self.entries.remove(index);
            }
        }
        self.entries.push(CachedValue {
            key,
            value,
            requested_ms,
            from_ms: now_ms,
            until_ms,
        });
    }

    /// Removes the value of a key, if there is one.
    pub fn forget(&mut self, key: &str) {
        self.entries.retain(|entry| entry.key != key);
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    fn store(max_entries: usize, entries: &[(&str, f64)]) -> ResponseCache<String> {
        let mut store = ResponseCache::new(max_entries);
        for &(key, until_ms) in entries {
            store.put(
                key.to_owned(),
                format!("value of {key}"),
                0.0,
                until_ms,
                0.0,
            );
        }
        store
    }

    fn has(store: &ResponseCache<String>, key: &str) -> bool {
        store.get(key, 0.0).is_some()
    }

    #[test]
    fn a_value_is_returned_strictly_before_it_expires() {
        let store = store(2, &[("a", 30.0)]);
        assert_eq!(store.get("a", 0.0), Some("value of a".to_owned()));
        assert_eq!(store.get("a", 29.9), Some("value of a".to_owned()));
        assert_eq!(store.get("a", 30.0), None);
        assert_eq!(store.get("a", 31.0), None);
        assert_eq!(store.get("b", 0.0), None);
    }

    #[test]
    fn a_clock_that_was_set_back_or_is_broken_misses() {
        let store = store(2, &[("a", 30.0)]);
        assert_eq!(store.get("a", -1.0), None);
        assert_eq!(store.get("a", f64::NAN), None);
    }

    #[test]
    fn the_newest_value_replaces_the_older_one() {
        let mut store = store(2, &[("a", 30.0), ("b", 30.0)]);
        store.put("a".to_owned(), "newer".to_owned(), 0.0, 20.0, 10.0);
        assert_eq!(store.get("a", 10.0), Some("newer".to_owned()));
        assert_eq!(store.get("a", 25.0), None);
        assert!(has(&store, "b"));
    }

    #[test]
    fn a_value_that_was_requested_earlier_does_not_replace_a_fresh_one() {
        let mut store = store(2, &[]);
        let mut put = |value: &str, requested_ms, now_ms| {
            store.put("a".to_owned(), value.to_owned(), requested_ms, 30.0, now_ms);
            store.get("a", now_ms)
        };
        assert_eq!(put("refreshed", 2.0, 5.0), Some("refreshed".to_owned()));
        assert_eq!(put("slow", 1.0, 6.0), Some("refreshed".to_owned()));
        assert_eq!(put("same time", 2.0, 7.0), Some("same time".to_owned()));
        assert_eq!(
            put("clock set back", 1.0, 4.0),
            Some("clock set back".to_owned())
        );
    }

    #[test]
    fn a_value_that_has_expired_only_removes_the_older_one() {
        for until_ms in [10.0, 9.0, f64::NAN, f64::NEG_INFINITY] {
            let mut store = store(2, &[("a", 30.0)]);
            store.put("a".to_owned(), "newer".to_owned(), 0.0, until_ms, 10.0);
            assert_eq!(store.get("a", 10.0), None, "{until_ms}");
            store.put("a".to_owned(), "again".to_owned(), 0.0, 30.0, 10.0);
            store.put("b".to_owned(), "other".to_owned(), 0.0, 30.0, 10.0);
            store.put("c".to_owned(), "useless".to_owned(), 0.0, until_ms, 10.0);
            assert!(store.get("a", 10.0).is_some(), "{until_ms}: evicted");
        }
        let mut store = store(2, &[]);
        store.put("a".to_owned(), String::new(), 0.0, 30.0, f64::NAN);
        assert_eq!(store.get("a", 0.0), None);
    }

    #[test]
    fn values_are_cached_for_a_day_at_most() {
        for until_ms in [1e15, f64::INFINITY] {
            let store = store(2, &[("a", until_ms)]);
            assert!(store.get("a", LONGEST_MS - 1.0).is_some());
            assert!(store.get("a", LONGEST_MS).is_none());
        }
    }

    #[test]
    fn the_entry_that_expires_first_makes_room() {
        let kept = store(2, &[("a", 50.0), ("b", 20.0), ("c", 30.0)]);
        assert!(has(&kept, "a") && !has(&kept, "b") && has(&kept, "c"));
        let kept = store(2, &[("a", 50.0), ("b", 50.0), ("c", 50.0)]);
        assert!(!has(&kept, "a") && has(&kept, "b") && has(&kept, "c"));
        let kept = store(2, &[("a", 50.0), ("b", 50.0), ("a", 50.0)]);
        assert!(
            has(&kept, "a") && has(&kept, "b"),
            "a replacement evicts nothing"
        );
    }

    #[test]
    fn it_never_exceeds_its_maximum() {
        for max_entries in [0, 1, 3] {
            let mut store = store(max_entries, &[]);
            for index in 0..20_u32 {
                store.put(
                    index.to_string(),
                    String::new(),
                    0.0,
                    f64::from(index * 7 % 5 + 1),
                    0.0,
                );
                assert!(store.entries.len() <= max_entries);
            }
            assert_eq!(store.entries.len(), max_entries);
        }
    }

    #[test]
    fn forget_removes_one_entry() {
        let mut store = store(2, &[("a", 30.0), ("b", 30.0)]);
        store.forget("a");
        store.forget("never there");
        assert!(!has(&store, "a") && has(&store, "b"));
    }
}
