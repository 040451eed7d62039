//! A piece of a packet: what was captured of it, how long it was on the wire, where it starts.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

/// `data` is what was captured; `reported` is the length by the headers and may be more or less than that.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    pub data: &'a [u8],
    /// Offset of `data` in the frame.
    pub at: usize,
    /// Length on the wire.
    pub reported: usize,
}

impl<'a> Part<'a> {
    pub const fn whole(data: &'a [u8], reported: usize) -> Self {
        Self { data, at: 0, reported }
    }

    /// The first `N` bytes and the rest; `None` where fewer were captured or belong to the part.
    #[inline(always)]
    pub fn take<const N: usize>(self) -> Option<(&'a [u8; N], Self)> {
        let (head, data) = self.data.split_first_chunk::<N>()?;
        Some((head, Self { data, at: self.at.wrapping_add(N), reported: self.reported.saturating_sub(N) }))
    }

    #[inline(always)]
    pub fn peek<const N: usize>(self) -> Option<&'a [u8; N]> {
        self.data.first_chunk::<N>()
    }

    /// What follows `n` bytes; `None` where the capture ends before.
    #[inline(always)]
    pub fn skip(self, n: usize) -> Option<Self> {
        let data = self.data.get(n..)?;
        Some(Self { data, at: self.at.wrapping_add(n), reported: self.reported.saturating_sub(n) })
    }

    /// No longer than `length`: what follows is padding.
    #[inline(always)]
    pub fn limit(self, length: usize) -> Self {
        let reported = self.reported.min(length);
        Self { data: self.data.get(..reported).unwrap_or(self.data), at: self.at, reported }
    }

    pub const fn is_empty(self) -> bool {
        self.data.is_empty()
    }
}
