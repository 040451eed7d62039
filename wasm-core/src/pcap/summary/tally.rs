//! Counts of names, bounded, and the same however parts are merged.

use foldhash::{HashMap, HashMapExt};
use serde::{Deserialize, Serialize};

use super::super::mix::mix;
use super::super::ranking::nth_smallest;
use crate::order::sort;

/// Counts how often each name was seen. Of more names than the cap, those of lowest rank (a hash of the name)
/// are kept: their counts are exact whatever the order, and `total` still counts everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    counts: HashMap<Box<str>, u64>,
    total: u64,
    cap: usize,
    /// Names that rank here or above are left out.
    bound: Option<u64>,
}

fn rank(name: &str) -> u64 {
    name.as_bytes().chunks(8).fold(name.len() as u64, |state, chunk| {
        let word = chunk.iter().fold(0_u64, |word, &byte| word << 8 | u64::from(byte));
        mix(state.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ word)
    })
}

impl Tally {
    pub fn new(cap: usize) -> Self {
        Self { counts: HashMap::new(), total: 0, cap, bound: None }
    }

    pub fn add(&mut self, name: &str, count: u64) {
        self.total += count;
        if let Some(known) = self.counts.get_mut(name) {
            *known += count;
            return;
        }
        if self.bound.is_some_and(|bound| rank(name) >= bound) {
            return;
        }
        self.counts.insert(name.into(), count);
        if self.counts.len() >= self.cap + self.cap / 2 {
            self.purge();
        }
    }

    /// Brings the number of names down to the cap.
    pub fn purge(&mut self) {
        if self.counts.len() > self.cap {
            let ranks: Vec<u64> = self.counts.keys().map(|name| rank(name)).collect();
            let bound = nth_smallest(&ranks, self.cap);
            self.bound = Some(bound);
            self.counts.retain(|name, _| rank(name) < bound);
        }
    }

    pub fn merge(&mut self, other: &Self) {
        self.total += other.total;
        self.bound = match (self.bound, other.bound) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        if let Some(bound) = self.bound {
            self.counts.retain(|name, _| rank(name) < bound);
        }
        for (name, count) in &other.counts {
            if self.bound.is_none_or(|bound| rank(name) < bound) {
                *self.counts.entry(name.clone()).or_default() += count;
            }
        }
        self.purge();
    }

    /// Everything counted, kept by name or not.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Names kept.
    pub fn kept(&self) -> usize {
        self.counts.len()
    }

    pub fn is_capped(&self) -> bool {
        self.bound.is_some()
    }

    /// Most frequent first, then by name.
    pub fn ranking(&self) -> Vec<(&str, u64)> {
        let mut ranking: Vec<(&str, u64)> =
            self.counts.iter().map(|(name, &count)| (&**name, count)).collect();
        sort(&mut ranking, |(name, count), (other, more)| more.cmp(count).then_with(|| name.cmp(other)));
        ranking
    }
}
