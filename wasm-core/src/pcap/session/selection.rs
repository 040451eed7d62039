//! Which packets a list shows: one bit a packet, with counts that make the n-th one quick to find.

/// Words between two counts.
const BLOCK: usize = 16;

/// A growing set of packet numbers (from 1), in order.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    words: Vec<u64>,
    /// How many are selected before each block of words.
    before: Vec<u64>,
    count: u64,
}

impl Selection {
    /// Numbers must come in rising order; a number that does not is left out.
    pub fn push(&mut self, number: u64) {
        let Some(bit) = number.checked_sub(1) else { return };
        let Ok(word) = usize::try_from(bit / 64) else { return };
        if word.saturating_add(1) < self.words.len() {
            return;
        }
        while self.words.len() <= word {
            if self.words.len().is_multiple_of(BLOCK) {
                self.before.push(self.count);
            }
            self.words.push(0);
        }
        let mask = 1_u64 << (bit % 64);
        if let Some(last) = self.words.last_mut()
            && *last < mask
        {
            *last |= mask;
            self.count = self.count.saturating_add(1);
        }
    }

    pub fn len(&self) -> u64 {
        self.count
    }

    /// The number of the row `at` (from 0).
    pub fn nth(&self, at: u64) -> Option<u64> {
        if at >= self.count {
            return None;
        }
        let block = self.before.partition_point(|before| *before <= at).checked_sub(1)?;
        let mut left = at.checked_sub(*self.before.get(block)?)?;
        let first = block.checked_mul(BLOCK)?;
        for (index, word) in self.words.iter().enumerate().skip(first) {
            let ones = u64::from(word.count_ones());
            if left < ones {
                let mut word = *word;
                for _ in 0..left {
                    word &= word.wrapping_sub(1);
                }
                return Some(index as u64 * 64 + u64::from(word.trailing_zeros()) + 1);
            }
            left -= ones;
        }
        None
    }

    /// How many are selected before `number`: its row, or where it would be.
    pub fn rank(&self, number: u64) -> u64 {
        let bit = number.saturating_sub(1);
        let word = usize::try_from(bit / 64).unwrap_or(usize::MAX);
        if word >= self.words.len() {
            return self.count;
        }
        let block = word / BLOCK;
        let before = self.before.get(block).copied().unwrap_or_default();
        let whole: u64 =
            self.words.iter().take(word).skip(block * BLOCK).map(|word| u64::from(word.count_ones())).sum();
        let part = self.words.get(word).map_or(0, |word| (word & ((1 << (bit % 64)) - 1)).count_ones());
        before + whole + u64::from(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn rows_and_numbers_are_each_others_inverse(numbers in proptest::collection::btree_set(1_u64..20_000, 0..300)) {
            let mut selection = Selection::default();
            for number in &numbers {
                selection.push(*number);
            }
            proptest::prop_assert_eq!(selection.len(), numbers.len() as u64);
            for (row, number) in numbers.iter().enumerate() {
                proptest::prop_assert_eq!(selection.nth(row as u64), Some(*number));
                proptest::prop_assert_eq!(selection.rank(*number), row as u64);
            }
            proptest::prop_assert_eq!(selection.nth(numbers.len() as u64), None);
            proptest::prop_assert_eq!(selection.rank(30_000), numbers.len() as u64);
        }
    }

    #[test]
    fn what_comes_twice_or_backwards_counts_once() {
        let mut selection = Selection::default();
        for number in [5, 5, 3, 200, 4, 0] {
            selection.push(number);
        }
        assert_eq!((selection.len(), selection.nth(0), selection.nth(1)), (2, Some(5), Some(200)));
    }
}
