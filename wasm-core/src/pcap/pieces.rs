//! A list that grows without moving what is in it: pieces of a fixed size.

use allocator_api2::vec::Vec;
use hugealloc::HugeAlloc;
use prefetch_index::prefetch_index;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Items of a piece. Of conversations natively two megabytes, which is a page where the system has large ones: at
/// 100,000 conversations each look at one misses the cache, and with small pages that of the page table, too.
const PIECE: usize = if cfg!(target_family = "wasm") { 512 } else { 16 * 1024 };
/// So many items ahead of the one in turn are on their way to the cache: the processor itself looks no further than a
/// page.
const AHEAD: usize = 16;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pieces<T>(std::vec::Vec<Vec<T, HugeAlloc>>);

impl<T> Default for Pieces<T> {
    fn default() -> Self {
        Self(std::vec::Vec::new())
    }
}

/// As one list: how it is cut is nobody else's business.
impl<T: Serialize> Serialize for Pieces<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pieces<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::vec::Vec::deserialize(deserializer).map(|items| items.into_iter().collect())
    }
}

/// How far the first piece grows when it is full. Growing moves all that is in it to memory that the system has to give
/// out first: soon the piece is a whole one.
fn more(len: usize) -> usize {
    if len < PIECE / 4 { len.max(4) } else { PIECE - len }
}

impl<T> Pieces<T> {
    pub fn push(&mut self, item: T) {
        match self.0.last_mut() {
            Some(piece) if piece.len() < PIECE => {
                if piece.len() == piece.capacity() {
                    piece.reserve_exact(more(piece.len()));
                }
                piece.push(item);
            }
            None => {
                let mut piece = Vec::new_in(HugeAlloc);
                piece.push(item);
                self.0.push(piece);
            }
            Some(_) => {
                let mut piece = Vec::with_capacity_in(PIECE, HugeAlloc);
                piece.push(item);
                self.0.push(piece);
            }
        }
    }

    #[inline(always)]
    pub fn get(&self, at: usize) -> Option<&T> {
        self.0.get(at / PIECE)?.get(at % PIECE)
    }

    #[inline(always)]
    pub fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        self.0.get_mut(at / PIECE)?.get_mut(at % PIECE)
    }

    pub fn len(&self) -> usize {
        self.0.last().map_or(0, |last| (self.0.len() - 1) * PIECE + last.len())
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> + Clone {
        self.0.iter().flat_map(|piece| {
            piece.iter().enumerate().map(move |(at, item)| {
                prefetch_index(piece, at + AHEAD);
                item
            })
        })
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().flatten()
    }

    /// Takes over another list's items, in no order: whole pieces change hands as they are.
    pub fn append(&mut self, mut other: Self) {
        let tails = [self.0.pop(), other.0.pop()];
        self.0.append(&mut other.0);
        for tail in tails.into_iter().flatten() {
            if tail.len() == PIECE {
                self.0.insert(0, tail);
            } else {
                tail.into_iter().for_each(|item| self.push(item));
            }
        }
    }

    /// Gives back the room of a small list: there are many of them when summaries are merged, and of a large page nothing
    /// is left out.
    pub fn shrink(&mut self) {
        if let [only] = self.0.as_mut_slice() {
            only.shrink_to_fit();
        }
    }

    /// Goes through the items, freeing each piece as it is done.
    pub fn into_items(self) -> impl Iterator<Item = T> {
        self.0.into_iter().flatten()
    }
}

impl<T> FromIterator<T> for Pieces<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut pieces = Self::default();
        for item in items {
            pieces.push(item);
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_and_read_as_one_list() {
        let pieces: Pieces<u32> = (0..).take(PIECE + 3).collect();
        let text = serde_json::to_string(&pieces).expect("numbers");
        let list: std::vec::Vec<u32> = serde_json::from_str(&text).expect("a list");
        assert!(list.iter().copied().eq((0..).take(PIECE + 3)));
        assert_eq!(serde_json::from_str::<Pieces<u32>>(&text).expect("the same"), pieces);
        assert_eq!((pieces.len(), pieces.get(PIECE)), (PIECE + 3, Some(&(PIECE as u32))));
    }

    #[test]
    fn a_small_list_leaves_no_room() {
        for count in [1, 3, 700, PIECE / 2, PIECE] {
            let mut pieces: Pieces<usize> = (0..count).collect();
            pieces.shrink();
            assert_eq!(pieces.0.first().map(Vec::capacity), Some(count));
            pieces.push(count);
            assert!(pieces.iter().copied().eq(0..=count));
        }
    }
}
