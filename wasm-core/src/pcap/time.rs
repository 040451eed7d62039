//! Moments of packets: nanoseconds since 1970, from 1677 to 2262; what lies outside is held at the edge.

use serde::{Deserialize, Serialize};

const NANOS: i64 = 1_000_000_000;

/// Nanoseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(i64);

impl Time {
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// Seconds and a fraction in nanoseconds; a fraction of a second or more is carried over.
    pub const fn from_parts(seconds: i64, nanos: i64) -> Self {
        Self(seconds.saturating_mul(NANOS).saturating_add(nanos))
    }

    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// `self - earlier` in nanoseconds.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Decimal seconds since 1970 with nine decimals.
    pub fn epoch(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let nanos = self.0.unsigned_abs();
        format!("{sign}{}.{:09}", nanos.wrapping_div(NANOS as u64), nanos.wrapping_rem(NANOS as u64))
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
            (i64::MAX, "9223372036.854775807"),
        ] {
            assert_eq!(Time::from_nanos(nanos).epoch(), text);
        }
        assert_eq!(Time::from_parts(i64::MAX, 5), Time::from_nanos(i64::MAX));
    }
}
