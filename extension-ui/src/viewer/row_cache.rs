//! Rows that have come, in blocks; the rest is asked for when it comes into view.

use std::{collections::BTreeMap, rc::Rc};
use wasm_core::pcap::preview::Row;

/// Rows of a block.
pub const BLOCK: u64 = 64;
/// Blocks kept; the farthest go first.
const MAX_BLOCKS: usize = 48;

/// Blocks of one list. Clones share the rows.
#[derive(Clone, Debug, Default)]
pub struct RowCache {
    blocks: BTreeMap<u64, Rc<Vec<Row>>>,
    version: u64,
}

impl RowCache {
    pub fn get(&self, row: u64) -> Option<&Row> {
        self.blocks.get(&(row / BLOCK))?.get((row % BLOCK) as usize)
    }

    /// Grows with every block that comes.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Empty, and different from before.
    pub fn renewed(&self) -> Self {
        Self { blocks: BTreeMap::new(), version: self.version + 1 }
    }

    /// Takes the rows of the block that begins at `first`.
    pub fn put(&mut self, first: u64, rows: Vec<Row>) {
        let block = first / BLOCK;
        self.version += 1;
        self.blocks.insert(block, Rc::new(rows));
        while self.blocks.len() > MAX_BLOCKS {
            let far = |at: Option<&u64>| at.map_or(0, |at| at.abs_diff(block));
            let (low, high) = (self.blocks.keys().next(), self.blocks.keys().next_back());
            let gone = if far(low) > far(high) { low } else { high }.copied();
            match gone {
                Some(gone) => drop(self.blocks.remove(&gone)),
                None => return,
            }
        }
    }

    /// The first row of the first block in view that lacks rows and is not `under_way`, where the list has `count`.
    pub fn missing(
        &self,
        (first, last): (u64, u64),
        count: u64,
        under_way: impl Fn(u64) -> bool,
    ) -> Option<u64> {
        let last = last.min(count);
        if first >= last {
            return None;
        }
        (first / BLOCK..=(last - 1) / BLOCK).find_map(|block| {
            let start = block * BLOCK;
            let wanted = BLOCK.min(count - start);
            let have = self.blocks.get(&block).map_or(0, |rows| rows.len() as u64);
            (have < wanted && !under_way(start)).then_some(start)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_core::pcap::preview::Meaning;

    fn rows(first: u64, count: u64) -> Vec<Row> {
        (first..first + count)
            .map(|at| Row {
                number: at + 1,
                time: None,
                delta: None,
                source: String::new(),
                destination: String::new(),
                protocol: String::new(),
                length: 0,
                info: String::new(),
                meaning: Meaning::Plain,
            })
            .collect()
    }

    #[test]
    fn what_is_in_view_and_lacks_is_asked_for_block_by_block() {
        let mut cache = RowCache::default();
        assert_eq!(cache.missing((10, 100), 1000, |_| false), Some(0));
        assert_eq!(cache.missing((10, 100), 1000, |first| first == 0), Some(BLOCK));
        assert_eq!(cache.missing((10, 100), 1000, |_| true), None);
        cache.put(0, rows(0, BLOCK));
        assert_eq!(cache.missing((10, 100), 1000, |_| false), Some(BLOCK));
        cache.put(BLOCK, rows(BLOCK, BLOCK));
        assert_eq!(cache.missing((10, 100), 1000, |_| false), None);
        assert_eq!(cache.get(70).map(|row| row.number), Some(71));
        assert_eq!(cache.missing((0, 0), 0, |_| false), None);
    }

    #[test]
    fn a_block_that_was_short_is_asked_for_again_when_the_list_has_grown() {
        let mut cache = RowCache::default();
        cache.put(0, rows(0, 10));
        assert_eq!(cache.missing((0, 30), 10, |_| false), None);
        assert_eq!(cache.missing((0, 30), 40, |_| false), Some(0));
    }

    #[test]
    fn far_blocks_go_first() {
        let mut cache = RowCache::default();
        for block in 0..100 {
            cache.put(block * BLOCK, rows(block * BLOCK, BLOCK));
        }
        assert!(cache.get(0).is_none() && cache.get(99 * BLOCK).is_some());
        assert!(cache.blocks.len() <= MAX_BLOCKS);
    }
}
