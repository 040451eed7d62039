//! Numbers, sizes and times as the page's language writes them (Intl).

use js_sys::{Array, Date, Intl, Object, Reflect};
use std::{cell::RefCell, collections::HashMap};
use wasm_bindgen::{JsCast, JsValue};
use wasm_core::words::Language;

const UNITS: [&str; 5] = ["bytes", "KiB", "MiB", "GiB", "TiB"];

type Formatter = js_sys::Function;

thread_local! {
    // Making an Intl object costs far more than using it, and tables format thousands of numbers.
    static FORMATTERS: RefCell<HashMap<(Language, &'static str), Formatter>> = RefCell::default();
}

/// `1234567` → `1,234,567`.
pub fn number(language: Language, value: u64) -> String {
    decimal(language, value as f64, 0)
}

/// With at most `digits` decimals (0 to 3).
pub fn decimal(language: Language, value: f64, digits: u32) -> String {
    let name = ["n0", "n1", "n2", "n3"][digits.min(3) as usize];
    call(language, name, &JsValue::from_f64(value), || {
        let options = options(&[("maximumFractionDigits", digits.min(3).into())]);
        number_format(language, &options)
    })
}

/// A share: `0.031` → `3.1%`.
pub fn percent(language: Language, share: f64) -> String {
    call(language, "percent", &JsValue::from_f64(share), || {
        let options = options(&[("style", "percent".into()), ("maximumFractionDigits", 1.into())]);
        number_format(language, &options)
    })
}

/// Binary units, three significant digits: `12.3 MiB`.
pub fn bytes(language: Language, value: u64) -> String {
    let (scaled, unit) = scale(value as f64);
    let digits = match scaled {
        _ if unit == 0 => 0,
        scaled if scaled < 10.0 => 2,
        scaled if scaled < 100.0 => 1,
        _ => 0,
    };
    format!("{} {}", decimal(language, scaled, digits), unit_name(language, unit, value))
}

/// All digits: `12,897,484 bytes`.
pub fn exact_bytes(language: Language, value: u64) -> String {
    format!("{} {}", number(language, value), unit_name(language, 0, value))
}

/// `12.3 MiB/s`.
pub fn rate(language: Language, bytes_per_second: u64) -> String {
    let unit = match language {
        Language::English => "/s",
        Language::Japanese => "/秒",
    };
    format!("{}{unit}", bytes(language, bytes_per_second))
}

fn scale(value: f64) -> (f64, usize) {
    let mut scaled = value;
    let mut unit = 0;
    // 1023.95 KiB would be shown as "1,024 KiB".
    while scaled >= 1023.5 && unit + 1 < UNITS.len() {
        scaled /= 1024.0;
        unit += 1;
    }
    (scaled, unit)
}

fn unit_name(language: Language, unit: usize, value: u64) -> &'static str {
    match (language, unit) {
        (Language::Japanese, 0) => "バイト",
        (Language::English, 0) if value == 1 => "byte",
        _ => UNITS[unit],
    }
}

/// `03:12` or `1:03:12`: for running clocks.
pub fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes:02}:{seconds:02}")
    }
}

/// A span in its one or two largest units: `1 h 30 min`, `3 min 12 s`, `210 ms`.
pub fn duration(language: Language, seconds: f64) -> String {
    let [day, hour, minute, second, milli, micro] = match language {
        Language::English => [" d", " h", " min", " s", " ms", " µs"],
        Language::Japanese => [" 日", " 時間", " 分", " 秒", " ms", " µs"],
    };
    if !seconds.is_finite() || seconds < 0.0 {
        return String::new();
    }
    if seconds == 0.0 {
        return format!("0{second}");
    }
    if seconds < 0.001 {
        return format!("{}{micro}", decimal(language, seconds * 1e6, 0));
    }
    if seconds < 1.0 {
        return format!("{}{milli}", decimal(language, seconds * 1e3, if seconds < 0.01 { 1 } else { 0 }));
    }
    if seconds < 60.0 {
        return format!("{}{second}", decimal(language, seconds, if seconds < 10.0 { 1 } else { 0 }));
    }
    let whole = seconds.round() as u64;
    let parts =
        [(whole / 86_400, day), (whole / 3600 % 24, hour), (whole / 60 % 60, minute), (whole % 60, second)];
    let first = parts.iter().position(|(count, _)| *count > 0).unwrap_or(3);
    let shown = parts[first..].iter().take(2).filter(|(count, _)| *count > 0);
    shown.map(|(count, unit)| format!("{count}{unit}")).collect::<Vec<_>>().join(" ")
}

/// Date and time of day, local: `Nov 22, 2026, 14:03:05`. Empty where it is no time.
pub fn time(language: Language, milliseconds: f64) -> String {
    date(language, "time", milliseconds, &[("dateStyle", "medium".into()), ("timeStyle", "medium".into())])
}

/// Time of day alone, local.
pub fn time_of_day(language: Language, milliseconds: f64) -> String {
    date(language, "of-day", milliseconds, &[("timeStyle", "medium".into())])
}

/// As [`time`], in UTC and saying so.
pub fn time_utc(language: Language, milliseconds: f64) -> String {
    let parts = [
        ("dateStyle", "medium".into()),
        ("timeStyle", "long".into()),
        ("timeZone", JsValue::from_str("UTC")),
    ];
    date(language, "utc", milliseconds, &parts)
}

/// Milliseconds since 1970 of an RFC 3339 text, or NaN.
pub fn parse_time(rfc3339: &str) -> f64 {
    Date::parse(rfc3339)
}

/// Milliseconds since 1970 of `1700000000.123456789`, or NaN.
pub fn parse_epoch(epoch: &str) -> f64 {
    epoch.parse::<f64>().map_or(f64::NAN, |seconds| seconds * 1000.0)
}

fn date(language: Language, name: &'static str, milliseconds: f64, parts: &[(&str, JsValue)]) -> String {
    if !milliseconds.is_finite() {
        return String::new();
    }
    let date = Date::new(&JsValue::from_f64(milliseconds));
    call(language, name, &date, || Intl::DateTimeFormat::new(&locales(language), &options(parts)).format())
}

fn number_format(language: Language, options: &Object) -> Formatter {
    Intl::NumberFormat::new(&locales(language), options).format()
}

fn call(language: Language, name: &'static str, value: &JsValue, make: impl FnOnce() -> Formatter) -> String {
    FORMATTERS.with(|formatters| {
        let mut formatters = formatters.borrow_mut();
        let formatter = formatters.entry((language, name)).or_insert_with(make);
        formatter.call1(&JsValue::UNDEFINED, value).ok().and_then(|text| text.as_string()).unwrap_or_default()
    })
}

fn locales(language: Language) -> Array {
    // The browser's own variant of the language where there is one: en-GB writes dates unlike en-US.
    let browser = web_sys::window().and_then(|window| window.navigator().language());
    let tag = browser.filter(|tag| tag.split('-').next() == Some(language.tag()));
    Array::of1(&JsValue::from_str(tag.as_deref().unwrap_or(language.tag())))
}

fn options(parts: &[(&str, JsValue)]) -> Object {
    let options = Object::new();
    for (name, value) in parts {
        let set = Reflect::set(&options, &JsValue::from_str(name), value);
        debug_assert!(set.is_ok());
    }
    options.unchecked_into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_clocks() {
        for (seconds, text) in
            [(0, "00:00"), (192, "03:12"), (3599, "59:59"), (3792, "1:03:12"), (604_800, "168:00:00")]
        {
            assert_eq!(clock(seconds), text);
        }
    }

    #[test]
    fn sizes_change_their_unit_before_they_need_four_digits() {
        for (value, unit) in
            [(0, 0), (1023, 0), (1024, 1), (1_048_063, 1), (1_048_064, 2), (1 << 30, 3), (u64::MAX, 4)]
        {
            assert_eq!(scale(value as f64).1, unit, "{value}");
        }
    }
}
