//! A list that grows without moving what is in it: pieces of a fixed size.

use prefetch_index::prefetch_index;
use serde::{Deserialize, Serialize};

/// Items of a piece.
const PIECE: usize = 512;
/// So many items ahead of the one in turn are on their way to the cache: the processor itself looks no further than a
/// page.
const AHEAD: usize = 16;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pieces<T>(Vec<Vec<T>>);

impl<T> Default for Pieces<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Pieces<T> {
    pub fn push(&mut self, item: T) {
        match self.0.last_mut() {
            Some(piece) if piece.len() < PIECE => piece.push(item),
            // The first piece grows, so that a small list stays small.
            None => self.0.push(vec![item]),
            Some(_) => {
                let mut piece = Vec::with_capacity(PIECE);
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
