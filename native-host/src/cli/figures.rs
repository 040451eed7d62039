//! Numbers, sizes, durations and counts over time, as a terminal shows them.

/// Counts over time in at most 60 columns, and how many buckets stand in each.
/// Eight heights; every column with anything in it is seen.
pub fn sparkline(values: &[u64]) -> (String, usize) {
    const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    const WIDTH: usize = 60;
    let share = values.len().div_ceil(WIDTH).max(1);
    let sums: Vec<u64> = values.chunks(share).map(|chunk| chunk.iter().sum()).collect();
    let most = sums.iter().copied().max().unwrap_or(0).max(1);
    let height = |value: u64| match value {
        0 => ' ',
        // At most 7: value ≤ most.
        _ => HEIGHTS.get((u128::from(value) * 7 / u128::from(most)) as usize).copied().unwrap_or('█'),
    };
    (sums.into_iter().map(height).collect(), share)
}

/// Binary units, as the product writes them.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    if unit == 0 { format!("{bytes} B") } else { format!("{value:.1} {name}") }
}

/// A span in its one or two largest units: `2 h 5 min`, `3 min 12 s`, `9.165 s`, `20 ms`.
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return String::new();
    }
    if seconds < 0.01 {
        return format!("{} ms", rounded(seconds * 1e3));
    }
    if seconds < 1.0 {
        return format!("{:.0} ms", seconds * 1e3);
    }
    if seconds < 60.0 {
        return format!("{} s", rounded(seconds));
    }
    // A float beyond u64 becomes the largest one.
    let whole = seconds.round() as u64;
    let units =
        [(whole / 86_400, "d"), (whole / 3600 % 24, "h"), (whole / 60 % 60, "min"), (whole % 60, "s")];
    let first = units.iter().position(|(count, _)| *count > 0).unwrap_or(3);
    let shown = units.iter().skip(first).take(2).filter(|(count, _)| *count > 0);
    shown.map(|(count, unit)| format!("{} {unit}", grouped(*count))).collect::<Vec<_>>().join(" ")
}

/// Three decimals at most.
fn rounded(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// 1,234,567.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
        for (bytes, text) in [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1 << 30, "1.0 GiB")] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn durations_read_well() {
        for (seconds, text) in [
            (0.0, "0 ms"),
            (0.000_25, "0.25 ms"),
            (0.003, "3 ms"),
            (0.02, "20 ms"),
            (0.161_165, "161 ms"),
            (1.0, "1 s"),
            (9.165_4, "9.165 s"),
            (83.304, "1 min 23 s"),
            (3600.0, "1 h"),
            (7_503.0, "2 h 5 min"),
            (1_712_763_541.7, "19,823 d 15 h"),
            (f64::NAN, ""),
        ] {
            assert_eq!(duration(seconds), text);
        }
    }

    #[test]
    fn the_sparkline_shows_every_bucket_and_stays_narrow() {
        assert_eq!(sparkline(&[0, 1, 100]), (" ▁█".to_owned(), 1));
        let (line, share) = sparkline(&vec![u64::MAX / 1000; 600]);
        assert_eq!((line.chars().count(), share), (60, 10));
        assert_eq!(sparkline(&[]), (String::new(), 1));
    }
}
