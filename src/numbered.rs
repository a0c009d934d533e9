//! Keeps items under numbers that only rise, in little code.

/// Items by number. Adding and removing take about the same time however many there are: a removed item leaves a gap, and the gaps are closed
/// once they are the majority.
#[derive(Debug)]
pub(crate) struct Numbered<T> {
    last: f64,
    /// Sorted by number.
    items: Vec<(f64, Option<T>)>,
    gaps: usize,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Numbered {
            last: 0.0,
            items: Vec::new(),
            gaps: 0,
        }
    }
}

impl<T> Numbered<T> {
    /// Adds an item, and returns its number.
    pub fn add(&mut self, item: T) -> f64 {
        self.last += 1.0;
        self.items.push((self.last, Some(item)));
        self.last
    }

    pub fn get(&self, number: f64) -> Option<&T> {
        let (_, item) = self.items.get(self.place(number)?)?;
        item.as_ref()
    }

    pub fn remove(&mut self, number: f64) -> Option<T> {
        let place = self.place(number)?;
        let removed = self.items.get_mut(place)?.1.take()?;
        self.gaps += 1;
        if self.gaps * 2 > self.items.len() {
            self.items.retain(|(_, item)| item.is_some());
            self.gaps = 0;
        }
        Some(removed)
    }

    fn place(&self, number: f64) -> Option<usize> {
        let found = self
            .items
            .binary_search_by(|(other, _)| other.total_cmp(&number));
        found.ok()
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// Moving all later items at each removal would take quadratic time for as many calls at once.
    #[test]
    fn removing_the_first_items_rarely_moves_the_others() {
        let mut numbered = Numbered::default();
        let numbers: Vec<f64> = (0..1_000).map(|item| numbered.add(item)).collect();
        let mut moved = 0;
        for number in numbers {
            let before = numbered.items.len();
            assert!(numbered.remove(number).is_some());
            if numbered.items.len() < before {
                moved += numbered.items.len();
            }
        }
        assert!(moved < 1_000, "{moved}");
        assert!(numbered.items.is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn keeps_items_as_a_map_does(steps in prop::collection::vec(0_u32..30, 0..200)) {
            let (mut numbered, mut map) = (Numbered::default(), BTreeMap::new());
            for step in steps {
                if step < 12 {
                    let number = numbered.add(step);
                    prop_assert_eq!(map.insert(number.to_bits(), step), None);
                } else {
                    let number = f64::from(step - 11);
                    prop_assert_eq!(numbered.get(number), map.get(&number.to_bits()));
                    prop_assert_eq!(numbered.remove(number), map.remove(&number.to_bits()));
                }
                prop_assert!(numbered.items.len() <= 2 * map.len());
            }
        }
    }
}
