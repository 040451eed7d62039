//! TCP analysis of one conversation by Wireshark's rules.
//!
//! The rules: <https://www.wireshark.org/docs/wsug_html_chunked/ChAdvTCPAnalysis.html>, checked packet by packet
//! against Wireshark 4.0. A sequence number of 0 stands for "not seen", as it does there.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

use super::dissect::flags::{ACK, FIN, RST, SYN};

/// What one segment is marked as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks(u16);

impl Marks {
    pub const RETRANSMISSION: Self = Self(1);
    pub const FAST_RETRANSMISSION: Self = Self(1 << 1);
    pub const SPURIOUS_RETRANSMISSION: Self = Self(1 << 2);
    pub const OUT_OF_ORDER: Self = Self(1 << 3);
    pub const DUPLICATE_ACK: Self = Self(1 << 4);
    pub const ZERO_WINDOW: Self = Self(1 << 5);
    pub const ZERO_WINDOW_PROBE: Self = Self(1 << 6);
    pub const ZERO_WINDOW_PROBE_ACK: Self = Self(1 << 7);
    pub const WINDOW_FULL: Self = Self(1 << 8);
    pub const WINDOW_UPDATE: Self = Self(1 << 9);
    pub const KEEP_ALIVE: Self = Self(1 << 10);
    pub const KEEP_ALIVE_ACK: Self = Self(1 << 11);
    /// A segment before this one was not captured.
    pub const LOST_SEGMENT: Self = Self(1 << 12);
    /// This one acknowledges what was not captured.
    pub const ACKED_LOST_SEGMENT: Self = Self(1 << 13);
    pub const REUSED_PORTS: Self = Self(1 << 14);
    /// Of what is kept of the last segment: there was one.
    const CAME: Self = Self(1 << 15);
    /// Every kind of retransmission.
    pub const ANY_RETRANSMISSION: Self =
        Self(Self::RETRANSMISSION.0 | Self::FAST_RETRANSMISSION.0 | Self::SPURIOUS_RETRANSMISSION.0);

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether any of `others` is set.
    pub const fn has(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    const fn set(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// The fields of a segment that the analysis looks at.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub sequence: u32,
    pub acknowledgment: u32,
    pub flags: u16,
    pub window: u16,
    /// Payload bytes on the wire; `None` where unknown, then no sequence numbers are analysed.
    pub length: Option<u32>,
    pub window_scale: Option<u8>,
    /// Wireshark stops in such a header, behind the sequence numbers.
    pub bogus: bool,
    /// [`Time::clock`](super::time::Time::clock), or 0 without a time.
    pub now: i64,
    /// It has a time. A SYN without one says nothing about the round trip.
    pub timed: bool,
}

/// How a side scales its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Scale {
    #[default]
    Unknown,
    /// The handshake did without.
    Unused,
    Shift(u8),
}

/// Wireshark's -1, which it compares as an unsigned number: "many".
const NEUTRALISED: u32 = u32::MAX;

/// One direction.
#[derive(Debug, Clone, Copy, Default)]
struct Side {
    /// The highest sequence number to come, 0 before the first segment.
    next: u32,
    /// The highest contiguous sequence number that the other side may acknowledge.
    contiguous: u32,
    last_ack: u32,
    base: u32,
    /// [`NEUTRALISED`] after an acknowledgment of something that was not captured.
    duplicate_acks: u32,
    window: u16,
    last_marks: Marks,
    scale: Scale,
    has_base: bool,
    /// Its handshake segment came, no plain acknowledgment yet: the window is not scaled.
    before_first_ack: bool,
}

/// Of one direction, apart from the rest so that no space is lost between them.
#[derive(Debug, Clone, Copy, Default)]
struct Times {
    /// When [`Side::next`] last moved.
    next: i64,
    /// When the last segment came.
    last: i64,
}

/// How a connection began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Opening {
    /// No SYN was captured, or it was answered.
    #[default]
    Open,
    /// A SYN went out in this direction and nothing came back.
    Waiting { forward: bool },
}

/// The state of a conversation's current connection.
#[derive(Debug, Clone, Copy, Default)]
pub struct Analysis {
    sides: [Side; 2],
    times: [Times; 2],
    /// When the last SYN came, where one did.
    syn_time: i64,
    /// Nanoseconds from the last SYN to the first plain ACK.
    rtt: i64,
    /// A segment came with it that fits the other side's: Wireshark shows the round trip from there on.
    rtt_confirmed: bool,
    syn_seen: bool,
    opening: Opening,
    /// The handshake has been dealt with: only sequence numbers are left to look at.
    established: bool,
}

/// What a segment means for the handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Handshake {
    #[default]
    Nothing,
    /// The SYN of an earlier connection on this tuple was never answered.
    EarlierUnanswered,
    /// This reset answers a SYN.
    Refused,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Verdict {
    pub marks: Marks,
    pub handshake: Handshake,
    /// A new connection on a tuple that had one: what was being put together is void.
    pub restarted: bool,
}

/// `a` after `b` in sequence space. Numbers that are half of it apart are each after and before the other, as in
/// Wireshark.
const fn after(a: u32, b: u32) -> bool {
    (b.wrapping_sub(a) as i32) < 0
}

const fn before_or_at(a: u32, b: u32) -> bool {
    (a.wrapping_sub(b) as i32) <= 0
}

impl Analysis {
    /// Nanoseconds of the handshake's round trip, once known.
    pub const fn initial_rtt(&self) -> Option<i64> {
        if self.rtt == 0 || !self.rtt_confirmed { None } else { Some(self.rtt) }
    }

    /// Whether a SYN still waits for its answer.
    pub const fn is_unanswered(&self) -> bool {
        matches!(self.opening, Opening::Waiting { .. })
    }

    /// The first sequence number of each direction, as far as it was seen or acknowledged.
    pub fn bases(&self) -> [Option<u32>; 2] {
        self.sides.map(|side| side.has_base.then_some(side.base))
    }

    /// Whether it is the usual segment of an established connection, of which nothing can be said: it begins where
    /// the last one ended, and brings data, the end or a new acknowledgment. If so, notes all that
    /// [`segment`](Self::segment) would. `length` is the payload's, `now` as in [`Seen`].
    #[inline(always)]
    pub fn goes_on(&mut self, forward: bool, tcp: &[u8; 20], length: u32, now: i64) -> bool {
        let seq = u32::from_be_bytes([tcp[4], tcp[5], tcp[6], tcp[7]]);
        let ack = u32::from_be_bytes([tcp[8], tcp[9], tcp[10], tcp[11]]);
        let window = u16::from_be_bytes([tcp[14], tcp[15]]);
        let flags = u16::from(tcp[13]);
        if !self.established || flags & (SYN | RST | ACK) != ACK {
            return false;
        }
        let ([fwd, rev], [time, _]) = self.oriented_in_time(forward);
        let odd = seq != fwd.next
            || seq == 0
            || window == 0
            || rev.window == 0
            || rev.contiguous != 0 && after(ack, rev.contiguous);
        if odd {
            return false;
        }
        let end = seq.wrapping_add(length);
        let next = end.wrapping_add(u32::from(flags & FIN));
        if next == seq {
            if ack == fwd.last_ack || length != 0 {
                return false;
            }
        } else {
            let acknowledged = rev.last_ack != 0 && before_or_at(end, rev.last_ack);
            if length != 0 && (acknowledged || end == rev.window_edge()) || !after(next, seq) {
                return false;
            }
            fwd.next = next;
            time.next = now;
        }
        if fwd.contiguous == seq || fwd.contiguous == 0 {
            fwd.contiguous = next;
        }
        if ack != fwd.last_ack {
            fwd.duplicate_acks = 0;
        }
        fwd.window = window;
        fwd.last_ack = ack;
        time.last = now;
        fwd.last_marks = Marks::CAME;
        fwd.before_first_ack = false;
        true
    }

    /// Looks at the conversation's next segment. `forward` tells the direction.
    #[inline(never)]
    pub fn segment(&mut self, forward: bool, seen: &Seen) -> Verdict {
        let mut verdict = Verdict::default();
        let handshake = seen.flags & (SYN | ACK);
        if handshake == SYN {
            self.syn(forward, seen, &mut verdict);
        } else if handshake == SYN | ACK {
            let [fwd, _] = self.oriented(forward);
            if fwd.has_base && fwd.base != seen.sequence {
                fwd.base = seen.sequence;
                verdict.marks.set(Marks::REUSED_PORTS);
            }
        }
        verdict.handshake = match self.opening {
            Opening::Waiting { forward: asked } if asked != forward => {
                self.opening = Opening::Open;
                if seen.flags & RST != 0 { Handshake::Refused } else { verdict.handshake }
            }
            _ => verdict.handshake,
        };
        if let Some(length) = seen.length {
            let [fwd, rev] = self.oriented(forward);
            if !fwd.has_base {
                fwd.base = if seen.flags & SYN != 0 { seen.sequence } else { seen.sequence.wrapping_sub(1) };
                fwd.has_base = true;
            }
            if !rev.has_base && seen.flags & ACK != 0 {
                rev.base = seen.acknowledgment.wrapping_sub(1);
                rev.has_base = true;
            }
            self.sequence(forward, seen, length, &mut verdict.marks);
        }
        if seen.bogus {
            self.established = false;
            return Verdict::default();
        }
        self.after_sequence(forward, seen);
        if self.rtt != 0 && !self.rtt_confirmed {
            let [_, rev] = self.oriented(forward);
            let acknowledges = rev.next != 0 && rev.next == seen.acknowledgment;
            let carries = seen.length.is_some_and(|length| length > 0);
            self.rtt_confirmed = acknowledges || carries || !verdict.marks.is_empty();
        }
        self.established = self.opening == Opening::Open
            && self.sides.iter().all(|side| side.has_base)
            && (!self.syn_seen || self.rtt != 0 && self.rtt_confirmed);
        verdict
    }

    /// A SYN may open a new connection on the same tuple.
    fn syn(&mut self, forward: bool, seen: &Seen, verdict: &mut Verdict) {
        let [fwd, _] = self.oriented(forward);
        if fwd.has_base {
            if fwd.base != seen.sequence {
                if self.is_unanswered() {
                    verdict.handshake = Handshake::EarlierUnanswered;
                }
                *self = Self::default();
                verdict.restarted = true;
                verdict.marks.set(Marks::REUSED_PORTS);
            } else {
                // A reset may have claimed numbers that were never used.
                fwd.next = fwd.contiguous;
            }
        }
        self.opening = Opening::Waiting { forward };
    }

    /// The sender's side first.
    #[inline(always)]
    fn oriented(&mut self, forward: bool) -> [&mut Side; 2] {
        self.oriented_in_time(forward).0
    }

    #[inline(always)]
    fn oriented_in_time(&mut self, forward: bool) -> ([&mut Side; 2], [&mut Times; 2]) {
        let ([a, b], [at_a, at_b]) = (&mut self.sides, &mut self.times);
        if forward { ([a, b], [at_a, at_b]) } else { ([b, a], [at_b, at_a]) }
    }

    fn sequence(&mut self, forward: bool, seen: &Seen, length: u32, marks: &mut Marks) {
        let rtt = self.rtt;
        let ([fwd, rev], [time, time_back]) = self.oriented_in_time(forward);
        let (seq, ack) = (seen.sequence, seen.acknowledgment);
        let control = seen.flags & (SYN | FIN | RST) != 0;
        let virtual_byte = seen.flags & (SYN | FIN) != 0;
        let repeats = length == 0 && seq == fwd.next && ack == fwd.last_ack && !control;

        'forward: {
            if length == 1 && seq == fwd.next && rev.window() == 0 {
                marks.set(Marks::ZERO_WINDOW_PROBE);
                break 'forward;
            }
            if seen.window == 0 && !control {
                marks.set(Marks::ZERO_WINDOW);
            }
            if fwd.next != 0 && after(seq, fwd.next) && seen.flags & RST == 0 {
                marks.set(Marks::LOST_SEGMENT);
            }
            if length <= 1 && seq == fwd.next.wrapping_sub(1) && !control {
                marks.set(Marks::KEEP_ALIVE);
            }
            let same_window = u32::from(seen.window) == fwd.window();
            if repeats && seen.window != 0 && !same_window {
                marks.set(Marks::WINDOW_UPDATE);
            }
            let reaches_edge = rev.scale != Scale::Unknown && seq.wrapping_add(length) == rev.window_edge();
            if length > 0 && !control && reaches_edge {
                marks.set(Marks::WINDOW_FULL);
            }
            if repeats && same_window {
                if seen.window != 0 && rev.last_marks.has(Marks::KEEP_ALIVE) {
                    marks.set(Marks::KEEP_ALIVE_ACK);
                    break 'forward;
                }
                if seen.window == 0 && rev.last_marks.has(Marks::ZERO_WINDOW_PROBE) {
                    marks.set(Marks::ZERO_WINDOW_PROBE_ACK);
                    break 'forward;
                }
                if seen.window != 0 {
                    fwd.duplicate_acks = match fwd.duplicate_acks {
                        NEUTRALISED => 1,
                        count => count.saturating_add(1),
                    };
                    marks.set(Marks::DUPLICATE_ACK);
                }
            }
        }

        if ack != fwd.last_ack {
            fwd.duplicate_acks = 0;
        }
        if rev.contiguous != 0 && after(ack, rev.contiguous) && seen.flags & ACK != 0 {
            if after(rev.next, rev.contiguous) {
                rev.contiguous = rev.next;
                marks.set(Marks::ACKED_LOST_SEGMENT);
            } else {
                if rev.duplicate_acks == 0 {
                    marks.set(Marks::ACKED_LOST_SEGMENT);
                }
                rev.duplicate_acks = NEUTRALISED;
            }
        }
        if (length > 0 || virtual_byte) && !marks.has(Marks::KEEP_ALIVE) {
            let gaps =
                Gaps { next: seen.now.wrapping_sub(time.next), back: seen.now.wrapping_sub(time_back.last) };
            marks.set(repetition(fwd, rev, gaps, seen, length, rtt));
        }

        let next = seq.wrapping_add(length).wrapping_add(u32::from(virtual_byte));
        let probe = marks.has(Marks::ZERO_WINDOW_PROBE);
        if (fwd.next == 0 || after(next, fwd.next)) && !probe {
            fwd.next = next;
            time.next = seen.now;
        }
        if (seq == fwd.contiguous || fwd.contiguous == 0) && !probe {
            fwd.contiguous = fwd.next;
        }
        fwd.window = seen.window;
        fwd.last_ack = ack;
        time.last = seen.now;
        fwd.last_marks = *marks;
        fwd.last_marks.set(Marks::CAME);
    }

    /// Window scaling, round trip, closing: what Wireshark notes behind the sequence analysis.
    fn after_sequence(&mut self, forward: bool, seen: &Seen) {
        if seen.flags & SYN != 0 {
            if seen.flags & ACK == 0 {
                (self.syn_seen, self.syn_time) = (seen.timed, seen.now);
            }
            let [fwd, rev] = self.oriented(forward);
            fwd.before_first_ack = true;
            if let Some(shift) = seen.window_scale {
                fwd.scale = Scale::Shift(shift.min(14));
            }
            if fwd.scale == Scale::Unknown {
                fwd.scale = Scale::Unused;
                rev.scale = Scale::Unused;
            } else if seen.flags & ACK != 0 && rev.scale == Scale::Unused {
                fwd.scale = Scale::Unused;
            }
        } else if seen.flags & ACK != 0 {
            if self.syn_seen && self.rtt == 0 {
                self.rtt = seen.now.wrapping_sub(self.syn_time);
            }
            let [fwd, _] = self.oriented(forward);
            fwd.before_first_ack = false;
        }
    }
}

impl Side {
    /// The window of its last segment. Before there was one, Wireshark's -1: neither closed nor ever the same.
    #[inline(always)]
    fn window(&self) -> u32 {
        if self.last_marks.has(Marks::CAME) { self.window.into() } else { u32::MAX }
    }

    /// Where this side's advertised window ends, once its scaling is known.
    #[inline(always)]
    fn window_edge(&self) -> u32 {
        let shift = match self.scale {
            Scale::Shift(shift) if !self.before_first_ack => shift,
            _ => 0,
        };
        self.last_ack.wrapping_add(self.window() << shift)
    }
}

/// How long before a segment something else was, in nanoseconds.
struct Gaps {
    /// Its own side's highest sequence number.
    next: i64,
    /// The other side's last segment.
    back: i64,
}

/// Which kind of repeated (or late) data a segment with data, SYN or FIN is, if it is one.
fn repetition(fwd: &Side, rev: &Side, gaps: Gaps, seen: &Seen, length: u32, rtt: i64) -> Marks {
    const FAST: u64 = 20_000_000;
    const OUT_OF_ORDER_WITHOUT_RTT: u64 = 3_000_000;
    let seq = seen.sequence;
    let mut behind = fwd.next != 0 && after(fwd.next, seq);
    // New data that begins with the byte of a zero window probe.
    if length > 1 && fwd.next.wrapping_sub(1) == seq {
        behind = false;
    }
    if length > 0 && rev.last_ack != 0 && before_or_at(seq.wrapping_add(length), rev.last_ack) {
        return Marks::SPURIOUS_RETRANSMISSION;
    }
    if !behind {
        return Marks::default();
    }
    // Times that go backwards are no short times.
    if rev.duplicate_acks >= 2 && rev.last_ack == seq && (gaps.back as u64) < FAST {
        return Marks::FAST_RETRANSMISSION;
    }
    let limit = if rtt == 0 { OUT_OF_ORDER_WITHOUT_RTT } else { rtt as u64 };
    if (gaps.next as u64) < limit {
        let end = seq.wrapping_add(length).wrapping_add(u32::from(seen.flags & (SYN | FIN) != 0));
        if end != fwd.next {
            return Marks::OUT_OF_ORDER;
        }
    }
    Marks::RETRANSMISSION
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Milliseconds, direction, sequence and acknowledgment numbers, flags, window, payload bytes.
    struct Sent(i64, bool, u32, u32, u16, u16, u32);

    fn last_marks(segments: &[Sent]) -> Marks {
        let mut analysis = Analysis::default();
        let mut marks = Marks::default();
        for &Sent(millis, forward, sequence, acknowledgment, flags, window, length) in segments {
            let now = millis.saturating_mul(1_000_000);
            let seen = Seen { now, ..seen(sequence, acknowledgment, flags, window, length) };
            marks = analysis.segment(forward, &seen).marks;
        }
        marks
    }

    fn seen(sequence: u32, acknowledgment: u32, flags: u16, window: u16, length: u32) -> Seen {
        Seen {
            sequence,
            acknowledgment,
            flags,
            window,
            length: Some(length),
            window_scale: None,
            bogus: false,
            now: 9,
            timed: true,
        }
    }

    #[test]
    fn the_short_way_notes_what_the_long_one_does() {
        let mut open = Analysis::default();
        let opening =
            [(true, 99, 0, SYN), (false, 499, 100, SYN | ACK), (true, 100, 500, ACK), (false, 500, 110, ACK)];
        for (now, (forward, sequence, acknowledgment, flags)) in (0..).zip(opening) {
            open.segment(forward, &Seen { now, ..seen(sequence, acknowledgment, flags, 512, 0) });
        }
        // 10 bytes were acknowledged before they came, and 522 fill the window.
        let usual = |flags: u16, length: u32, acknowledgment: u32| {
            matches!(length, 0 | 11..522) && (length > 0 || flags & FIN != 0 || acknowledgment == 499)
        };
        for flags in [ACK, ACK | FIN] {
            for (length, acknowledgment) in
                [0, 1, 10, 11, 300, 522].into_iter().flat_map(|n| [(n, 500_u32), (n, 499)])
            {
                let (mut short, mut long) = (open, open);
                let mut head = [0; 20];
                head[4..8].copy_from_slice(&100_u32.to_be_bytes());
                head[8..12].copy_from_slice(&acknowledgment.to_be_bytes());
                head[13] = flags as u8;
                head[14..16].copy_from_slice(&512_u16.to_be_bytes());
                let taken = short.goes_on(true, &head, length, 9);
                assert_eq!(taken, usual(flags, length, acknowledgment), "{flags} {length} {acknowledgment}");
                if taken {
                    let verdict = long.segment(true, &seen(100, acknowledgment, flags, 512, length));
                    assert!(verdict.marks.is_empty() && verdict.handshake == Handshake::Nothing);
                    assert_eq!(format!("{short:?}"), format!("{long:?}"));
                }
            }
        }
    }

    #[test]
    fn who_has_said_nothing_has_closed_no_window() {
        let one_byte = [Sent(0, true, 3, 9, ACK, 512, 1), Sent(1, true, 4, 9, ACK, 512, 1)];
        assert_eq!(last_marks(&one_byte), Marks::default());
        let closed = [
            Sent(0, true, 3, 9, ACK, 512, 1),
            Sent(1, false, 9, 4, ACK, 0, 0),
            Sent(2, true, 4, 9, ACK, 512, 1),
        ];
        assert_eq!(last_marks(&closed), Marks::ZERO_WINDOW_PROBE);
        // From number 0 on, where "not seen" looks the same.
        assert_eq!(last_marks(&[Sent(0, true, 0, 0, ACK, 512, 1)]), Marks::default());
        assert_eq!(last_marks(&[Sent(0, true, 0, 0, ACK, 512, 0)]), Marks::WINDOW_UPDATE);
    }

    #[test]
    fn a_window_of_unknown_scale_is_never_full() {
        let old = [
            Sent(0, true, 100, 500, ACK, 512, 10),
            Sent(1, false, 500, 110, ACK, 512, 0),
            Sent(2, true, 104, 500, ACK, 512, 5),
        ];
        assert_eq!(last_marks(&old), Marks::SPURIOUS_RETRANSMISSION);
    }

    #[test]
    fn ports_are_used_again_where_numbers_begin_anew() {
        let syn = |millis, sequence| Sent(millis, true, sequence, 0, SYN, 512, 0);
        assert_eq!(last_marks(&[syn(0, 99), syn(1000, 99)]), Marks::RETRANSMISSION);
        assert_eq!(last_marks(&[syn(0, 99), syn(1000, 700)]), Marks::REUSED_PORTS);
        let answers = [
            syn(0, 99),
            Sent(10, false, 499, 100, SYN | ACK, 512, 0),
            Sent(20, false, 500, 100, SYN | ACK, 512, 0),
        ];
        assert_eq!(last_marks(&answers), Marks::REUSED_PORTS);
    }

    #[test]
    fn the_same_syn_again_takes_back_what_a_reset_claimed() {
        let again = || {
            vec![
                Sent(0, true, 99, 0, SYN, 512, 0),
                Sent(10, false, 499, 100, SYN | ACK, 512, 0),
                Sent(20, true, 100, 500, ACK, 512, 0),
                Sent(21, true, 5000, 500, RST, 0, 0),
                Sent(22, true, 99, 0, SYN, 512, 0),
            ]
        };
        assert_eq!(last_marks(&again()), Marks::RETRANSMISSION);
        let mut lost = again();
        lost.push(Sent(23, true, 5000, 500, ACK, 512, 10));
        assert_eq!(last_marks(&lost), Marks::LOST_SEGMENT);
    }
}
