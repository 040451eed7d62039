//! Simulated time: capture sessions pass faster than the clock on the wall, so that five hours end in seconds.

use std::time::{Duration, Instant};

use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// Sessions begin at the real time of day and then run `scale` times as fast.
#[derive(Debug, Clone, Copy)]
pub struct Pace(f64);

impl Pace {
    pub const fn new(scale: f64) -> Self {
        Self(scale)
    }

    /// How long a session's stretch of time really takes.
    pub fn real(self, simulated: Duration) -> Duration {
        simulated.div_f64(self.0)
    }

    /// How much of a session has passed since.
    pub fn passed(self, since: Instant) -> Duration {
        since.elapsed().mul_f64(self.0)
    }
}

const ARM: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:7]Z");
const HTTP: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
const SECONDS: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");

/// RFC 3339 with seven fractional digits, as Azure writes its times.
pub fn arm_time(at: OffsetDateTime) -> String {
    at.format(ARM).unwrap_or_default()
}

/// IMF-fixdate of RFC 9110, for `Date` and `Retry-After`.
pub fn http_date(at: OffsetDateTime) -> String {
    at.format(HTTP).unwrap_or_default()
}

/// RFC 3339 in whole seconds, as a SAS carries its times.
pub fn sas_time(at: OffsetDateTime) -> String {
    at.format(SECONDS).unwrap_or_default()
}

/// `yyyy/MM/dd` and `HH_mm_ss_fff` of a capture's blob path (UTC).
pub fn path_times(at: OffsetDateTime) -> (String, String) {
    const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]/[month]/[day]");
    const MOMENT: &[BorrowedFormatItem<'_>] =
        format_description!("[hour]_[minute]_[second]_[subsecond digits:3]");
    (at.format(DAY).unwrap_or_default(), at.format(MOMENT).unwrap_or_default())
}
