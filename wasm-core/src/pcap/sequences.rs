//! Where the sequence numbers of TCP conversations began, so that a row can count from there.

use super::tuple::Tuple;

/// By the rank of the tuple; two conversations of one rank in one capture are not to be expected.
#[derive(Debug, Clone, Default)]
pub struct Sequences {
    sequences: Vec<(u64, [Option<u32>; 2])>,
    sorted: bool,
}

impl Sequences {
    /// Of at most `count` conversations.
    pub fn new(count: usize, items: impl Iterator<Item = (u64, [Option<u32>; 2])>) -> Self {
        // Room for all at once: growing would hold them twice.
        let mut sequences = Vec::with_capacity(count);
        sequences.extend(items.filter(|(_, bases)| *bases != [None; 2]));
        Self { sequences, sorted: false }
    }

    /// Brings them into order, once: to be done before [`Self::of`], and not while someone waits for a summary.
    pub fn settle(&mut self) {
        if !self.sorted {
            self.sorted = true;
            self.sequences.sort_unstable_by_key(|(rank, _)| *rank);
        }
    }

    /// The first numbers of the lower and of the higher end.
    pub fn of(&self, tuple: &Tuple) -> [Option<u32>; 2] {
        let rank = tuple.rank();
        let found = self.sequences.binary_search_by_key(&rank, |(rank, _)| *rank);
        found.ok().and_then(|at| self.sequences.get(at)).map_or([None; 2], |(_, bases)| *bases)
    }
}
