//! UTC moments as the service writes them, to the millisecond. No clock is read here.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A moment in UTC, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UtcTime(i64);

/// Calendar parts of a [`UtcTime`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    pub millisecond: i64,
}

/// A text that is no moment in UTC.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a time such as 2025-01-31T16:39:41.077Z")]
pub struct NotTime(String);

const DAY: i64 = 86_400_000;

impl UtcTime {
    /// `None` outside the calendar's years 1970 to 9999 or where a part is out of its range.
    pub fn from_civil(civil: Civil) -> Option<Self> {
        let Civil { year, month, day, hour, minute, second, millisecond } = civil;
        let sound = (1970..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day)
            && (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..60).contains(&second)
            && (0..1000).contains(&millisecond);
        sound.then(|| {
            let days = days_since_1970(year, month, day);
            Self(days * DAY + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond)
        })
    }

    pub fn from_epoch_milliseconds(milliseconds: i64) -> Option<Self> {
        // Up to the end of 9999.
        (0..253_402_300_800_000).contains(&milliseconds).then_some(Self(milliseconds))
    }

    pub fn epoch_milliseconds(self) -> i64 {
        self.0
    }

    /// Seconds since 1970 with milliseconds, as text: `1738341581.077`.
    pub fn epoch(self) -> String {
        format!("{}.{:03}", self.0 / 1000, self.0 % 1000)
    }

    pub fn civil(self) -> Civil {
        let (days, rest) = (self.0 / DAY, self.0 % DAY);
        // Days to date by eras of 400 years that start on 1 March (Howard Hinnant, chrono-compatible date
        // algorithms).
        let shifted = days + 719_468;
        let era = shifted / 146_097;
        let day_of_era = shifted % 146_097;
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Civil {
            year,
            month,
            day,
            hour: rest / 3_600_000,
            minute: rest / 60_000 % 60,
            second: rest / 1000 % 60,
            millisecond: rest % 1000,
        }
    }

    /// So many milliseconds later or earlier, within 1970 to 9999.
    pub fn shifted(self, milliseconds: i64) -> Option<Self> {
        Self::from_epoch_milliseconds(self.0.checked_add(milliseconds)?)
    }
}

fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year / 400, year % 400);
    let shifted_month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// RFC 3339 in UTC with any number of digits of a second, of which three count:
/// `2023-09-26T08:12:14.5212847Z`.
impl FromStr for UtcTime {
    type Err = NotTime;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text.trim()).ok_or_else(|| NotTime(text.chars().take(60).collect()))
    }
}

fn parse(text: &str) -> Option<UtcTime> {
    let text = text.strip_suffix(['Z', 'z']).or_else(|| text.strip_suffix("+00:00"))?;
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut date = date.split('-').map(|part| number(part, 4));
    let mut time = time.split(':').map(|part| number(part, 2));
    let mut milliseconds: String = fraction.chars().take(3).collect();
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    while milliseconds.len() < 3 {
        milliseconds.push('0');
    }
    let civil = Civil {
        year: date.next()??,
        month: date.next()??,
        day: date.next()??,
        hour: time.next()??,
        minute: time.next()??,
        second: time.next()??,
        millisecond: number(&milliseconds, 3)?,
    };
    if date.next().is_some() || time.next().is_some() {
        return None;
    }
    UtcTime::from_civil(civil)
}

/// Decimal digits only, at most `max` of them.
pub(super) fn number(text: &str, max: usize) -> Option<i64> {
    let digits = !text.is_empty() && text.len() <= max && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// `2025-01-31T16:39:41.077Z`
impl fmt::Display for UtcTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { year, month, day, hour, minute, second, millisecond } = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z")
    }
}

impl TryFrom<String> for UtcTime {
    type Error = NotTime;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<UtcTime> for String {
    fn from(time: UtcTime) -> Self {
        time.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn moments_of_the_service() {
        for (text, epoch) in [
            ("1970-01-01T00:00:00Z", "0.000"),
            ("2025-01-31T16:39:41.077Z", "1738341581.077"),
            ("2023-09-26T08:12:14.5212847Z", "1695715934.521"),
            ("2000-02-29 23:59:59.9+00:00", "951868799.900"),
            ("9999-12-31T23:59:59.999Z", "253402300799.999"),
        ] {
            assert_eq!(text.parse::<UtcTime>().unwrap().epoch(), epoch, "{text}");
        }
        for bad in [
            "",
            "2025-01-31",
            "2025-02-29T00:00:00Z",
            "2025-01-31T24:00:00Z",
            "2025-01-31T16:39:41.077",
            "2025-01-31T16:39:41.077+09:00",
            "2025-1-31T16:39:41.Z",
            "1969-12-31T23:59:59Z",
            "10000-01-01T00:00:00Z",
            "+025-01-31T16:39:41Z",
        ] {
            assert!(bad.parse::<UtcTime>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn printing_and_parsing_are_inverse(milliseconds in 0i64..253_402_300_800_000) {
            let time = UtcTime::from_epoch_milliseconds(milliseconds).unwrap();
            prop_assert_eq!(time.to_string().parse::<UtcTime>().unwrap(), time);
            prop_assert_eq!(UtcTime::from_civil(time.civil()), Some(time));
        }
    }
}
