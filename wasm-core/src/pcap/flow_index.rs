//! Finds conversations by the hashes of their tuples.
//!
//! Open addressing with eight bytes a slot: half of the hash beside the place. One look at the slot decides nearly
//! always, and growing looks at no conversation; at 100,000 of them each look is a cache miss.

use allocator_api2::vec;
use allocator_api2::vec::Vec;
use hugealloc::HugeAlloc;
use prefetch_index::prefetch_index;

/// Slots at first: a power of two.
const FIRST: usize = 1024;
/// Slots of recent finds.
const RECENT: usize = 4096;
/// A slot that is not taken. Not zero: memory of zeros is no memory before it is written, so that a slot which is read
/// and then entered would fault twice, the second time in the way of all threads.
const FREE: u64 = u64::MAX;

#[derive(Debug)]
pub struct Index {
    /// [`FREE`], or the tag and, below it, the place. At most half are taken: each slot looked at in vain is a guess
    /// gone wrong.
    slots: Vec<u64, HugeAlloc>,
    taken: usize,
    /// How far a tag is shifted to become the number of its first slot.
    shift: u32,
    /// What was found last, by other bits of the hash: few conversations are busy at a time, and these slots stay
    /// in the cache, which all of them together would not.
    recent: Box<[u64; RECENT]>,
}

#[inline(always)]
const fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

impl Index {
    pub fn new() -> Self {
        Self {
            slots: vec![in HugeAlloc; FREE; FIRST],
            taken: 0,
            shift: 32 - FIRST.trailing_zeros(),
            recent: Box::new([FREE; RECENT]),
        }
    }

    pub fn len(&self) -> usize {
        self.taken
    }

    pub fn clear(&mut self) {
        self.slots.fill(FREE);
        self.recent.fill(FREE);
        self.taken = 0;
    }

    #[inline(always)]
    fn recent(&self, hash: u64) -> u64 {
        self.recent[hash as usize % RECENT]
    }

    /// Sends for the slot where a hash will be looked for first.
    #[inline(always)]
    pub fn prefetch(&self, hash: u64) {
        prefetch_index(&self.slots, (tag(hash) >> self.shift) as usize);
    }

    /// The place that is most likely the one of this hash: it has the same tag.
    #[inline(always)]
    pub fn guess(&mut self, hash: u64) -> Option<u32> {
        self.find(hash, |_| true)
    }

    /// The place entered under this hash that is the one.
    #[inline(always)]
    pub fn find(&mut self, hash: u64, mut is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        let recent = self.recent(hash);
        if recent != FREE && (recent >> 32) as u32 == tag(hash) && is_it(recent as u32) {
            return Some(recent as u32);
        }
        self.find_again(hash, is_it)
    }

    #[inline(always)]
    fn find_again(&mut self, hash: u64, mut is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        let (tag, last) = (tag(hash), self.slots.len() - 1);
        let mut at = (tag >> self.shift) as usize;
        loop {
            // A free slot is always met.
            let slot = *self.slots.get(at & last)?;
            if slot == FREE {
                return None;
            }
            if (slot >> 32) as u32 == tag && is_it(slot as u32) {
                self.recent[hash as usize % RECENT] = slot;
                return Some(slot as u32);
            }
            at += 1;
        }
    }

    /// Enters a place, which must be below `u32::MAX`.
    pub fn insert(&mut self, hash: u64, place: u32) {
        if (self.taken + 1) * 2 > self.slots.len() {
            let slots = vec![in HugeAlloc; FREE; self.slots.len() * 2];
            self.shift -= 1;
            for slot in std::mem::replace(&mut self.slots, slots).into_iter().filter(|slot| *slot != FREE) {
                self.enter(slot);
            }
        }
        let entry = u64::from(tag(hash)) << 32 | u64::from(place);
        self.enter(entry);
        self.recent[hash as usize % RECENT] = entry;
        self.taken += 1;
    }

    fn enter(&mut self, entry: u64) {
        let last = self.slots.len() - 1;
        let mut at = (tag(entry) >> self.shift) as usize;
        while let Some(slot) = self.slots.get_mut(at & last) {
            if *slot == FREE {
                *slot = entry;
                return;
            }
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_entered_is_found() {
        let mut index = Index::new();
        // Tags collide, and the last ones run over the end.
        let hash = |place: u32| u64::from(u32::MAX - place % 7000) << 32;
        for place in 0..20_000 {
            assert_eq!(index.find(hash(place), |at| at == place), None);
            index.insert(hash(place), place);
        }
        assert_eq!(index.len(), 20_000);
        for place in 0..20_000 {
            assert_eq!(index.find(hash(place), |at| at == place), Some(place));
        }
        index.clear();
        assert_eq!((index.len(), index.find(hash(3), |_| true)), (0, None));
    }
}
