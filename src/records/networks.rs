//! How often each network is linked, counted as names come by: as JSON, which need not be decoded to be
//! known again.

use super::sweep::NetworkCount;
use crate::json::{Skim, owned};
use crate::order;

/// How many networks are counted one by one.
const NETWORKS_MAX: usize = 64;

/// Counts of networks, and which of them the present profile has named.
#[derive(Debug, Default)]
pub(super) struct Networks {
    counts: Vec<NetworkCount>,
    /// How the networks were written, and which count each of these belongs to.
    spellings: Vec<(Vec<u8>, usize)>,
    /// The spelling met last: accounts come sorted by network, so the next one is likely behind it.
    last: usize,
    /// A bit for each network that the profile has named.
    seen: u64,
    /// Networks the profile has named, which are too many to be counted one by one.
    seen_others: Vec<Vec<u8>>,
    accounts: u64,
    others: u64,
}

impl Networks {
    /// Goes on to the next profile.
    pub fn next_profile(&mut self) {
        self.seen = 0;
        self.seen_others.clear();
    }

    /// Counts a network, given as JSON, unless the profile has named it before.
    pub fn count(&mut self, json: &[u8]) {
        let Some(index) = self.index_of(json) else {
            return self.count_other(json);
        };
        if self.seen & (1 << index) == 0 {
            self.seen |= 1 << index;
            self.accounts += 1;
            if let Some(count) = self.counts.get_mut(index) {
                count.accounts += 1;
            }
        }
    }

    /// The counts, the most frequent first.
    pub fn sorted(&self) -> Vec<NetworkCount> {
        order::sorted(self.counts.clone(), |a, b| {
            b.accounts
                .cmp(&a.accounts)
                .then_with(|| a.network.cmp(&b.network))
        })
    }

    /// All accounts, and those of networks that are not counted one by one.
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

    /// Which count it adds to; `None` when there are enough networks.
    fn index_of(&mut self, json: &[u8]) -> Option<usize> {
        let Some(spelling) = self.find(json) else {
            return self.learn(json);
        };
        self.last = spelling;
        self.spellings.get(spelling).map(|(_, index)| *index)
    }

    /// Reads a name whose spelling is not known, and takes the spelling down while there is room.
    fn learn(&mut self, json: &[u8]) -> Option<usize> {
        let network = owned(&Skim::new(json).text());
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

    fn count_other(&mut self, json: &[u8]) {
        let name = Skim::new(json).text().into_owned();
        if !self.seen_others.contains(&name) {
            self.seen_others.push(name);
            self.accounts += 1;
            self.others += 1;
        }
    }
}

/// Whether two short texts are the same: by words, because comparing slices is a call, byte by byte.
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

    fn counted(profiles: &[&[&str]]) -> Networks {
        let mut networks = Networks::default();
        for names in profiles {
            networks.next_profile();
            for name in *names {
                networks.count(name.as_bytes());
            }
        }
        networks
    }

    #[test]
    fn a_network_counts_once_in_a_profile_however_it_is_written() {
        let networks = counted(&[
            &[
                r#""reddit""#,
                r#""tiktok""#,
                r#""redd\u0069t""#,
                r#""reddit""#,
            ],
            &[r#""redd\u0069t""#, r#""a-network-of-long-name""#],
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
    fn networks_beyond_the_most_are_counted_together_and_once_in_a_profile() {
        let names: Vec<String> = (0..70).map(|index| format!("\"n{index}\"")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let twice = [names.as_slice(), names.as_slice()].concat();
        let networks = counted(&[&twice, &names]);
        assert_eq!(networks.sorted().len(), 64);
        assert!(networks.sorted().iter().all(|count| count.accounts == 2));
        assert_eq!(networks.totals(), (140, 12));
    }

    #[test]
    fn a_spelling_is_taken_down_once() {
        let [a, b, c] = [r#""reddit""#, r#""tiktok""#, r#""redd\u0069t""#];
        let networks = counted(&[&[a, b, c], &[c, b, a], &[a], &[c], &[c], &[b], &[a]]);
        let taken: Vec<_> = networks.spellings.iter().map(|(one, _)| one).collect();
        assert_eq!(taken, [a, b, c].map(str::as_bytes));
    }

    #[test]
    fn spellings_are_bounded_and_still_counted_right() {
        let mut networks = Networks::default();
        for index in 0..1_000 {
            networks.next_profile();
            let (escaped, plain) = (index % 200, 200 - index % 200);
            let text = format!("\"{}{}\"", "\\u0061".repeat(escaped), "a".repeat(plain));
            networks.count(text.as_bytes());
            networks.count(b"\"reddit\"");
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
    fn texts_are_the_same_or_not() {
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
