//! The little statistics that the figures need.

use wasm_core::order::sort;

/// The value below which a share of `values` lies (nearest rank); `None` for none.
pub fn percentile(values: &mut Vec<f64>, share: f64) -> Option<f64> {
    sort(values, f64::total_cmp);
    let rank = (share * values.len() as f64).ceil() as usize;
    values.get(rank.saturating_sub(1).min(values.len().saturating_sub(1))).copied()
}

pub fn median(values: &[f64]) -> Option<f64> {
    percentile(&mut values.to_vec(), 0.5)
}

/// How far from the median counts as different, in scaled median absolute deviations.
const THRESHOLD: f64 = 3.5;
/// Makes the median absolute deviation comparable to a standard deviation.
const SCALE: f64 = 1.4826;

/// Which values stand out: farther than 3.5 scaled median absolute deviations from the median (Iglewicz and
/// Hoaglin's rule), where less than half the median, or less than `least`, is never worth a word.
/// Fewer than three values have no majority to differ from.
pub fn outliers(values: &[f64], least: f64) -> Vec<bool> {
    let Some(middle) = median(values).filter(|_| values.len() >= 3) else { return vec![false; values.len()] };
    let deviations: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
    let spread = median(&deviations).unwrap_or(0.0) * SCALE * THRESHOLD;
    let limit = spread.max(middle.abs() / 2.0).max(least);
    deviations.iter().map(|deviation| *deviation > limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        assert_eq!(percentile(&mut vec![], 0.5), None);
        assert_eq!(percentile(&mut vec![7.0], 0.95), Some(7.0));
        assert_eq!(percentile(&mut vec![4.0, 1.0, 3.0, 2.0], 0.5), Some(2.0));
        assert_eq!(percentile(&mut (1..=100).map(f64::from).collect::<Vec<_>>(), 0.95), Some(95.0));
    }

    #[test]
    fn one_of_three_can_stand_out_and_two_cannot() {
        assert_eq!(outliers(&[0.002, 0.002, 0.031], 0.005), [false, false, true]);
        assert_eq!(outliers(&[0.002, 0.031], 0.005), [false, false]);
        assert_eq!(
            outliers(&[0.0, 0.0, 0.001], 0.005),
            [false, false, false],
            "too little to be worth a word"
        );
        assert_eq!(outliers(&[100.0, 110.0, 90.0, 105.0], 0.0), [false; 4]);
        assert_eq!(outliers(&[100.0, 110.0, 90.0, 105.0, 2.0], 0.0), [false, false, false, false, true]);
    }
}
