//! What happens in a TCP conversation beside its traffic, counted in little space.

use serde::{Deserialize, Serialize};

/// What is counted, over all connections on the tuple.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A SYN without ACK.
    Syn,
    Reset,
    Retransmission,
    OutOfOrder,
    DuplicateAck,
    ZeroWindow,
    UnansweredSyn,
    RefusedSyn,
}

impl Event {
    const ALL: [Self; 8] = [
        Self::Syn,
        Self::Reset,
        Self::Retransmission,
        Self::OutOfOrder,
        Self::DuplicateAck,
        Self::ZeroWindow,
        Self::UnansweredSyn,
        Self::RefusedSyn,
    ];
}

/// How often each event happened. Most conversations have few of any kind: those take no memory of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Events {
    Few([u8; Event::ALL.len()]),
    /// Where one count or another does not fit a byte.
    Many(Box<[u32; Event::ALL.len()]>),
}

impl Events {
    pub const NONE: Self = Self::Few([0; Event::ALL.len()]);

    #[inline]
    pub fn of(&self, event: Event) -> u32 {
        match self {
            Self::Few(counts) => counts[event as usize].into(),
            Self::Many(counts) => counts[event as usize],
        }
    }

    pub fn add(&mut self, event: Event, count: u32) {
        let sum = self.of(event).saturating_add(count);
        match self {
            Self::Few(counts) => match u8::try_from(sum) {
                Ok(sum) => counts[event as usize] = sum,
                Err(_) => {
                    let mut counts = Box::new(counts.map(u32::from));
                    counts[event as usize] = sum;
                    *self = Self::Many(counts);
                }
            },
            Self::Many(counts) => counts[event as usize] = sum,
        }
    }

    pub fn merge(&mut self, other: &Self) {
        for event in Event::ALL {
            self.add(event, other.of(event));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_the_same_in_any_space() {
        let mut one_by_one = Events::NONE;
        for _ in 0..300 {
            one_by_one.add(Event::Reset, 1);
        }
        one_by_one.add(Event::Syn, 7);
        let (mut few, mut many) = (Events::NONE, Events::NONE);
        few.add(Event::Reset, 100);
        few.add(Event::Syn, 7);
        many.add(Event::Reset, 200);
        let [mut there, mut back] = [few.clone(), many.clone()];
        there.merge(&many);
        back.merge(&few);
        assert_eq!([&there, &back], [&one_by_one; 2]);
        assert_eq!(Event::ALL.map(|event| there.of(event)), [7, 300, 0, 0, 0, 0, 0, 0]);
    }
}
