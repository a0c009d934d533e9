//! One small sort for every type of item: the standard library's sort adds kilobytes to the
//! download for each type that it is used with.

use std::cmp::Ordering;

/// Counts comparisons and bytes read, so that tests of complexity need no clock. Compiled for tests
/// only.
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod steps {
    use std::cell::Cell;

    thread_local!(static STEPS: Cell<usize> = const { Cell::new(0) });

    pub(crate) fn add(count: usize) {
        STEPS.set(STEPS.get() + count);
    }

    /// The number of steps that a task takes.
    pub(crate) fn of(task: impl FnOnce()) -> usize {
        STEPS.set(0);
        task();
        STEPS.get()
    }
}

/// Sorts the items. The sort is stable.
pub(crate) fn sorted<T>(mut items: Vec<T>, compare: fn(&T, &T) -> Ordering) -> Vec<T> {
    let by_item = |one, other| match (items.get(one), items.get(other)) {
        (Some(one), Some(other)) => compare(one, other),
        _ => Ordering::Equal,
    };
    let swaps = swaps(places(items.len(), &by_item));
    for (one, other) in swaps {
        if one.max(other) < items.len() {
            items.swap(one, other);
        }
    }
    items
}

/// The swaps, in order, that move each item to its place: they follow the cycles of the
/// permutation.
fn swaps(mut places: Vec<usize>) -> Vec<(usize, usize)> {
    let mut swaps = Vec::new();
    for start in 0..places.len() {
        let mut at = start;
        while let Some(place) = places.get_mut(at) {
            let from = std::mem::replace(place, at);
            if from == start {
                break;
            }
            swaps.push((at, from));
            at = from;
        }
    }
    swaps
}

/// The indices of the items in sorted order, by a bottom-up merge sort.
fn places(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..len).collect();
    let mut run = 1;
    while run < len {
        let mut merged = Vec::with_capacity(len);
        for pair in places.chunks(2 * run) {
            let (one, other) = pair.split_at(run.min(pair.len()));
            merge(one, other, compare, &mut merged);
        }
        places = merged;
        run *= 2;
    }
    places
}

fn merge(
    mut one: &[usize],
    mut other: &[usize],
    compare: &dyn Fn(usize, usize) -> Ordering,
    merged: &mut Vec<usize>,
) {
    while let (Some((first, rest)), Some((second, others))) =
        (one.split_first(), other.split_first())
    {
        #[cfg(all(test, not(target_arch = "wasm32")))]
        steps::add(1);
        if compare(*first, *second).is_le() {
            merged.push(*first);
            one = rest;
        } else {
            merged.push(*second);
            other = others;
        }
    }
    merged.extend_from_slice(one);
    merged.extend_from_slice(other);
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn sorts_as_the_standard_library(keys in prop::collection::vec(0_u8..20, 0..100)) {
            let items: Vec<(u8, usize)> = keys.into_iter().zip(0..).collect();
            let mut expected = items.clone();
            expected.sort_by_key(|one| one.0);
            prop_assert_eq!(sorted(items, |one, other| one.0.cmp(&other.0)), expected);
        }
    }
}
