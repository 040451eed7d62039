//! Moments of packets: whole seconds since 1970 and nanoseconds, as wide as any capture can write them.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

const NANOS: i64 = 1_000_000_000;
const NANOS_U32: u32 = 1_000_000_000;

/// A moment, to the nanosecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Time {
    seconds: i64,
    nanos: u32,
}

impl Ord for Time {
    /// As one wide number, which takes no branch.
    #[inline(always)]
    fn cmp(&self, other: &Self) -> Ordering {
        self.wide().cmp(&other.wide())
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        if other.wide() < self.wide() { other } else { self }
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        if other.wide() > self.wide() { other } else { self }
    }
}

impl PartialOrd for Time {
    #[inline(always)]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Time {
    #[inline(always)]
    const fn wide(self) -> i128 {
        (self.seconds as i128) << 64 | self.nanos as i128
    }

    pub const EPOCH: Self = Self { seconds: 0, nanos: 0 };
    /// Before every packet, and behind.
    pub(super) const MIN: Self = Self { seconds: i64::MIN, nanos: 0 };
    pub(super) const MAX: Self = Self { seconds: i64::MAX, nanos: 999_999_999 };

    pub const fn from_nanos(nanos: i64) -> Self {
        Self { seconds: nanos.div_euclid(NANOS), nanos: nanos.rem_euclid(NANOS) as u32 }
    }

    /// Seconds and a fraction in nanoseconds; a fraction of a second or more is carried over.
    #[inline(always)]
    pub const fn from_parts(seconds: i64, nanos: u32) -> Self {
        if nanos < NANOS_U32 {
            return Self { seconds, nanos };
        }
        Self { seconds: seconds.saturating_add((nanos / NANOS_U32) as i64), nanos: nanos % NANOS_U32 }
    }

    /// Nanoseconds since 1970, from 1677 to 2262; what lies outside is held at the edge.
    #[inline(always)]
    pub const fn nanos(self) -> i64 {
        self.seconds.saturating_mul(NANOS).saturating_add(self.nanos as i64)
    }

    /// A number whose differences are the nanoseconds between moments less than 292 years apart, whenever those were:
    /// for subtraction that wraps.
    #[inline(always)]
    pub const fn clock(self) -> i64 {
        self.seconds.wrapping_mul(NANOS).wrapping_add(self.nanos as i64)
    }

    /// `self - earlier` in nanoseconds, held at the edge.
    pub const fn since(self, earlier: Self) -> i64 {
        self.seconds
            .saturating_sub(earlier.seconds)
            .saturating_mul(NANOS)
            .saturating_add((self.nanos as i64).wrapping_sub(earlier.nanos as i64))
    }

    /// `self - earlier` in seconds.
    pub fn seconds_since(self, earlier: Self) -> f64 {
        let seconds = self.seconds.saturating_sub(earlier.seconds);
        seconds as f64 + (f64::from(self.nanos) - f64::from(earlier.nanos)) / NANOS as f64
    }

    /// Decimal seconds since 1970 with nine decimals.
    pub fn epoch(self) -> String {
        if self.seconds >= 0 || self.nanos == 0 {
            return format!("{}.{:09}", self.seconds, self.nanos);
        }
        let nanos = (NANOS_U32).saturating_sub(self.nanos);
        format!("-{}.{nanos:09}", self.seconds.saturating_add(1).unsigned_abs())
    }
}

/// The earliest and the latest of some moments, side by side: eight bytes less than two of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    seconds: [i64; 2],
    nanos: [u32; 2],
}

impl Span {
    /// Of no moments: the earliest is behind the latest.
    pub const EMPTY: Self =
        Self { seconds: [Time::MAX.seconds, Time::MIN.seconds], nanos: [Time::MAX.nanos, Time::MIN.nanos] };

    pub const fn earliest(self) -> Time {
        let ([seconds, _], [nanos, _]) = (self.seconds, self.nanos);
        Time { seconds, nanos }
    }

    pub const fn latest(self) -> Time {
        let ([_, seconds], [_, nanos]) = (self.seconds, self.nanos);
        Time { seconds, nanos }
    }

    /// Both, where there are moments.
    pub fn ends(self) -> Option<(Time, Time)> {
        let (earliest, latest) = (self.earliest(), self.latest());
        (earliest <= latest).then_some((earliest, latest))
    }

    #[inline(always)]
    pub fn add(&mut self, time: Time) {
        if time < self.earliest() {
            (self.seconds[0], self.nanos[0]) = (time.seconds, time.nanos);
        }
        if time > self.latest() {
            (self.seconds[1], self.nanos[1]) = (time.seconds, time.nanos);
        }
    }

    /// Over the moments of both.
    pub fn merge(&mut self, other: Self) {
        let (earliest, latest) = (self.earliest().min(other.earliest()), self.latest().max(other.latest()));
        self.seconds = [earliest.seconds, latest.seconds];
        self.nanos = [earliest.nanos, latest.nanos];
    }
}

/// Nanoseconds as seconds.
pub fn seconds(nanos: i64) -> f64 {
    nanos as f64 / NANOS as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epochs_are_exact_decimals() {
        for (nanos, text) in [
            (0, "0.000000000"),
            (1_700_000_000_123_456_789, "1700000000.123456789"),
            (-1_500_000_000, "-1.500000000"),
            (-500_000_000, "-0.500000000"),
            (-2_000_000_000, "-2.000000000"),
            (i64::MAX, "9223372036.854775807"),
        ] {
            assert_eq!(Time::from_nanos(nanos).epoch(), text);
            assert_eq!(Time::from_nanos(nanos).nanos(), nanos);
        }
        assert_eq!(Time::from_parts(18_446_744_073_204, 277_451_000).epoch(), "18446744073204.277451000");
        assert_eq!(Time::from_parts(1, 2_500_000_000), Time::from_parts(3, 500_000_000));
    }

    #[test]
    fn the_clock_ticks_in_any_year() {
        for seconds in [0, 1_700_000_000, 18_446_744_073_204, i64::MAX - 2, i64::MIN] {
            let (earlier, later) = (Time::from_parts(seconds, 999_999_999), Time::from_parts(seconds + 1, 1));
            assert_eq!(later.clock().wrapping_sub(earlier.clock()), 2);
        }
    }

    #[test]
    fn differences_hold_at_the_edge() {
        assert_eq!(Time::from_parts(3, 1).since(Time::from_parts(1, 2)), 1_999_999_999);
        assert_eq!(Time::MAX.since(Time::MIN), i64::MAX);
    }

    #[test]
    fn spans_of_no_moments_change_no_others() {
        let (early, late) = (Time::from_parts(-3, 999_999_999), Time::from_parts(7, 1));
        let mut some = Span::EMPTY;
        assert_eq!(some.ends(), None);
        some.add(late);
        assert_eq!(some.ends(), Some((late, late)));
        some.add(early);
        let mut all = some;
        all.merge(Span::EMPTY);
        assert_eq!(all, some);
        let mut none = Span::EMPTY;
        none.merge(some);
        assert_eq!(none.ends(), Some((early, late)));
        none.merge(Span::EMPTY);
        assert_eq!(none, some);
    }
}
