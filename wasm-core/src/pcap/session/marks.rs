//! What TCP analysis made of the packets: few have a mark, so only those are kept.

use super::super::tcp::Marks;

/// Marked packets kept; marks of later ones are not shown.
const MAX_MARKED: usize = 2_000_000;

#[derive(Debug, Default)]
pub struct MarkTable {
    /// Packet numbers of which the lower 32 bits are kept, in order, with their marks.
    marked: Vec<(u32, Marks)>,
}

impl MarkTable {
    #[inline]
    pub fn push(&mut self, number: u64, marks: Marks) {
        if !marks.is_empty()
            && self.marked.len() < MAX_MARKED
            && let Ok(number) = u32::try_from(number)
        {
            self.marked.push((number, marks));
        }
    }

    pub fn of(&self, number: u64) -> Marks {
        let Ok(number) = u32::try_from(number) else { return Marks::default() };
        let found = self.marked.binary_search_by_key(&number, |(number, _)| *number);
        found.ok().and_then(|at| self.marked.get(at)).map(|(_, marks)| *marks).unwrap_or_default()
    }
}
