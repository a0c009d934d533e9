//! Counts how often each network is linked. Names are compared as JSON, so that most of them need not be decoded.

use super::report::NetworkCount;
use crate::json::{TrustedCursor, owned};
use crate::sort;

/// How many networks are counted individually.
const NETWORKS_MAX: usize = 64;

/// Counts per network, and the networks that the current profile has named.
#[derive(Debug, Default)]
pub(super) struct NetworkCounter {
    counts: Vec<NetworkCount>,
    /// The JSON spellings seen so far, and the count that each belongs to.
    spellings: Vec<(Vec<u8>, usize)>,
    /// The last spelling found. Accounts are sorted by network, so the next one probably follows it.
    last: usize,
    /// One bit for each network that the current profile has named.
    seen: u64,
    /// Networks that the profile has named beyond those counted individually, and whether each was an account.
    seen_others: Vec<(Vec<u8>, bool)>,
    accounts: u64,
    others: u64,
}

impl NetworkCounter {
    /// Counts a linked account by its network, given as JSON.
    pub fn count(&mut self, json: &[u8]) {
        self.add(json, true);
    }

    /// Counts a network that is listed as linked, unless the profile has an account on it or has already listed it. Must be called after
    /// `count`.
    pub fn count_named(&mut self, json: &[u8]) {
        self.add(json, false);
    }

    /// Values that are not strings are ignored.
    fn add(&mut self, json: &[u8], is_account: bool) {
        if json.first() != Some(&b'"') {
            return;
        }
        let Some(index) = self.index_of(json) else {
            let name = TrustedCursor::new(json).text().into_owned();
            return self.seen_others.push((name, is_account));
        };
        if is_account || self.seen & (1 << index) == 0 {
            self.seen |= 1 << index;
            self.accounts += 1;
            if let Some(count) = self.counts.get_mut(index) {
                count.accounts += 1;
            }
        }
    }

    /// Ends the current profile.
    pub fn end_profile(&mut self) {
        self.seen = 0;
        if self.seen_others.is_empty() {
            return;
        }
        // Sorted, so that equal names are adjacent; comparing all pairs would take quadratic time.
        let others = sort::sorted(std::mem::take(&mut self.seen_others), |a, b| a.0.cmp(&b.0));
        for group in others.chunk_by(|a, b| a.0 == b.0) {
            let accounts = group.iter().filter(|(_, is_account)| *is_account).count();
            let linked = accounts.max(1) as u64;
            self.accounts += linked;
            self.others += linked;
        }
    }

    /// The counts, the most frequent first.
    pub fn sorted(&self) -> Vec<NetworkCount> {
        sort::sorted(self.counts.clone(), |a, b| {
            b.accounts
                .cmp(&a.accounts)
                .then_with(|| a.network.cmp(&b.network))
        })
    }

    /// All accounts, and those on networks that are not counted individually.
    pub fn totals(&self) -> (u64, u64) {
        (self.accounts, self.others)
    }

    fn find(&self, json: &[u8]) -> Option<usize> {
        let len = self.spellings.len();
        let mut index = self.last;
        for _ in 0..len {
            index = if index + 1 < len { index + 1 } else { 0 };
            if self
                .spellings
                .get(index)
                .is_some_and(|(spelling, _)| same(spelling, json))
            {
                return Some(index);
            }
        }
        None
    }

    /// The count for a name; `None` if there are too many networks.
    fn index_of(&mut self, json: &[u8]) -> Option<usize> {
        let Some(spelling) = self.find(json) else {
            return self.learn(json);
        };
        self.last = spelling;
        self.spellings.get(spelling).map(|(_, index)| *index)
    }

    /// Decodes a name with a new spelling, and stores the spelling if there is room.
    fn learn(&mut self, json: &[u8]) -> Option<usize> {
        let network = owned(&TrustedCursor::new(json).text());
        let known = self
            .counts
            .iter()
            .position(|count| count.network == network);
        let index = known.unwrap_or(self.counts.len());
        if index >= NETWORKS_MAX {
            return None;
        }
        if known.is_none() {
            self.counts.push(NetworkCount {
                network,
                accounts: 0,
            });
        }
        if self.spellings.len() < 2 * NETWORKS_MAX {
            self.last = self.spellings.len();
            self.spellings.push((json.to_vec(), index));
        }
        Some(index)
    }
}

/// Whether two short texts are equal. Compares whole words, because comparing slices is a function call that goes byte by byte.
fn same(a: &[u8], b: &[u8]) -> bool {
    match (a.first_chunk::<8>(), a.last_chunk::<8>()) {
        (first @ Some(_), last) if a.len() <= 16 => {
            a.len() == b.len() && first == b.first_chunk() && last == b.last_chunk()
        }
        _ => a == b,
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    /// Counts profiles, each given by the networks of its accounts and the networks that it lists.
    fn counted(profiles: &[(&[&str], &[&str])]) -> NetworkCounter {
        let mut networks = NetworkCounter::default();
        for (accounts, named) in profiles {
            for json in *accounts {
                networks.count(json.as_bytes());
            }
            for json in *named {
                networks.count_named(json.as_bytes());
            }
            networks.end_profile();
        }
        networks
    }

    #[test]
    fn a_network_counts_once_per_profile_in_any_spelling() {
        let networks = counted(&[
            (
                &[],
                &[
                    r#""reddit""#,
                    r#""tiktok""#,
                    r#""redd\u0069t""#,
                    r#""reddit""#,
                ],
            ),
            (&[], &[r#""redd\u0069t""#, r#""a-network-of-long-name""#]),
        ]);
        let counts: Vec<_> = networks
            .sorted()
            .into_iter()
            .map(|count| (count.network, count.accounts))
            .collect();
        let expected = [("reddit", 2), ("a-network-of-long-name", 1), ("tiktok", 1)];
        assert_eq!(
            counts,
            expected.map(|(name, count)| (name.to_owned(), count))
        );
        assert_eq!(networks.totals(), (4, 0));
    }

    #[test]
    fn accounts_count_and_names_only_without_an_account() {
        let (reddit, tiktok) = (r#""reddit""#, r#""tiktok""#);
        let networks = counted(&[
            (&[reddit, r#""redd\u0069t""#], &[reddit, tiktok, tiktok]),
            (&[reddit], &[]),
        ]);
        let counts = networks.sorted();
        let counts: Vec<_> = counts.iter().map(|count| count.accounts).collect();
        assert_eq!((counts, networks.totals()), (vec![3, 1], (4, 0)));
    }

    #[test]
    fn networks_beyond_the_limit_are_counted_together() {
        let names: Vec<String> = (0..70).map(|index| format!("\"n{index}\"")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let twice = [names.as_slice(), names.as_slice()].concat();
        let networks = counted(&[(&[], &twice), (&names, &twice), (&twice, &names)]);
        assert_eq!(networks.sorted().len(), 64);
        assert!(networks.sorted().iter().all(|count| count.accounts == 4));
        assert_eq!(networks.totals(), (280, 24));
    }

    #[test]
    fn many_other_networks_of_one_profile_are_counted_in_near_linear_time() {
        let steps = |count: usize| {
            let names: Vec<String> = (0..count).map(|index| format!("\"n{index}\"")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            sort::steps::of(|| assert_eq!(counted(&[(&[], &names)]).totals().0, count as u64))
        };
        let (few, many) = (steps(1_000), steps(10_000));
        assert!(few > 0 && many < 16 * few, "{few} steps became {many}");
    }

    #[test]
    fn a_spelling_is_stored_once() {
        let [a, b, c] = [r#""reddit""#, r#""tiktok""#, r#""redd\u0069t""#];
        let networks = counted(&[(&[a, b, c], &[c, b, a]), (&[a, c], &[c, b, a])]);
        let taken: Vec<_> = networks.spellings.iter().map(|(one, _)| one).collect();
        assert_eq!(taken, [a, b, c].map(str::as_bytes));
    }

    #[test]
    fn spellings_are_limited_and_still_counted_correctly() {
        let mut networks = NetworkCounter::default();
        for index in 0..1_000 {
            let (escaped, plain) = (index % 200, 200 - index % 200);
            let text = format!("\"{}{}\"", "\\u0061".repeat(escaped), "a".repeat(plain));
            networks.count(text.as_bytes());
            networks.count(b"\"reddit\"");
            networks.end_profile();
        }
        assert_eq!(networks.spellings.len(), 2 * NETWORKS_MAX);
        assert_eq!(networks.totals(), (2_000, 0));
        assert!(
            networks
                .sorted()
                .iter()
                .all(|count| count.accounts == 1_000)
        );
    }

    #[test]
    fn equal_and_different_texts() {
        for a in [
            "",
            "abc",
            "abcdefgh",
            "abcdefghijklmnop",
            "abcdefghijklmnopq",
        ] {
            assert!(same(a.as_bytes(), a.as_bytes()));
            for place in 0..a.len() {
                let mut b = a.as_bytes().to_vec();
                b[place] = b'#';
                assert!(!same(a.as_bytes(), &b), "{a} {place}");
            }
            assert!(!same(a.as_bytes(), format!("{a}x").as_bytes()));
        }
    }
}
