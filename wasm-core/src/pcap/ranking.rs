//! The few heaviest of many.

use crate::order::sort;
use std::cmp::Ordering;

/// The value that would stand at `nth` (from 0) if `values` were sorted; `nth` must be less than their number.
/// Byte by byte from the highest: the time does not depend on the values, and it is a twentieth of a general
/// selection's code.
pub fn nth_smallest(values: &[u64], mut nth: usize) -> u64 {
    let mut found = 0_u64;
    let mut known = 0_u64;
    for shift in [56, 48, 40, 32, 24, 16, 8, 0] {
        let mut counts = [0_usize; 256];
        for value in values.iter().filter(|value| *value & known == found) {
            counts[(value >> shift & 0xff) as usize] += 1;
        }
        let mut byte = 0;
        while byte < 255 && nth >= counts[byte] {
            nth -= counts[byte];
            byte += 1;
        }
        found |= (byte as u64) << shift;
        known |= 0xff << shift;
    }
    found
}

/// Keeps the items of the greatest weights.
#[derive(Debug)]
pub struct Heaviest<T> {
    limit: usize,
    items: Vec<(u64, T)>,
    /// Lighter ones have no chance any more.
    least: u64,
    /// So many items before the lightest are thrown out.
    room: usize,
}

impl<T> Heaviest<T> {
    pub fn new(limit: usize) -> Self {
        Self { limit, items: Vec::new(), least: 0, room: limit.saturating_mul(2).max(64) }
    }

    #[inline]
    pub fn offer(&mut self, weight: u64, item: T) {
        if weight < self.least || self.limit == 0 {
            return;
        }
        self.items.push((weight, item));
        if self.items.len() >= self.room {
            self.shed();
        }
    }

    fn shed(&mut self) {
        let weights: Vec<u64> = self.items.iter().map(|(weight, _)| *weight).collect();
        let lighter = weights.len().saturating_sub(self.limit);
        let least = nth_smallest(&weights, lighter);
        self.least = least;
        self.items.retain(|(weight, _)| *weight >= least);
        // Many of the same weight stay.
        self.room = self.room.max(self.items.len().saturating_mul(2));
    }

    /// The heaviest first, those of one weight in the order that `tie` tells; no more than the limit.
    pub fn into_ranking(mut self, mut tie: impl FnMut(&T, &T) -> Ordering) -> Vec<(u64, T)> {
        sort(&mut self.items, |(a, one), (b, other)| b.cmp(a).then_with(|| tie(one, other)));
        self.items.truncate(self.limit);
        self.items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn the_heaviest_are_those_of_a_full_sort(weights in proptest::collection::vec(0_u64..40, 0..600), limit in 0_usize..70) {
            let mut heaviest = Heaviest::new(limit);
            for (at, weight) in weights.iter().enumerate() {
                heaviest.offer(*weight, at);
            }
            let mut all: Vec<(u64, usize)> = weights.iter().copied().zip(0..).collect();
            all.sort_by_key(|(weight, at)| (std::cmp::Reverse(*weight), *at));
            all.truncate(limit);
            proptest::prop_assert_eq!(heaviest.into_ranking(usize::cmp), all);
        }

        #[test]
        fn the_nth_is_that_of_a_sort(mut values in proptest::collection::vec(proptest::prelude::any::<u64>(), 1..200), nth in 0_usize..200) {
            let nth = nth % values.len();
            let found = nth_smallest(&values, nth);
            values.sort_unstable();
            proptest::prop_assert_eq!(found, values[nth]);
        }
    }
}
