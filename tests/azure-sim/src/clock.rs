//! Simulated time: captures run by it, so that a five-hour session ends in seconds.

use std::time::{Duration, Instant};

use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// Starts at the real time of day and then runs `scale` times as fast.
#[derive(Debug, Clone)]
pub struct Clock {
    started: Instant,
    epoch: OffsetDateTime,
    scale: f64,
}

impl Clock {
    pub fn new(scale: f64) -> Self {
        Self { started: Instant::now(), epoch: OffsetDateTime::now_utc(), scale }
    }

    pub fn now(&self) -> OffsetDateTime {
        self.epoch + self.started.elapsed().mul_f64(self.scale)
    }

    /// How long a simulated stretch of time really takes.
    pub fn real(&self, simulated: Duration) -> Duration {
        simulated.div_f64(self.scale)
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
