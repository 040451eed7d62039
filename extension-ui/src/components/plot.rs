//! Where the buckets and values of a chart lie.

use yew::prelude::*;

/// Of each series' lane where there are several: side by side on one scale, no colour is needed to tell them apart.
pub const LANE: f64 = 50.0;
pub const LEFT: f64 = 4.0;
pub const BOTTOM: f64 = 18.0;
/// Between a lane's zero and the words of the next lane.
const GAP: f64 = 6.0;
/// Above the highest value of a lane, for words.
pub const TOP: f64 = 16.0;

/// Where a bucket and a value lie.
#[derive(Clone, Copy)]
pub struct Plot {
    pub width: f64,
    pub buckets: usize,
    pub peak: f64,
    /// Height of a lane, with the words above its values.
    pub lane: f64,
    pub lanes: usize,
}

impl Plot {
    pub fn height(&self) -> f64 {
        self.base() + BOTTOM
    }

    /// Where a lane begins.
    pub fn top(&self, lane: usize) -> f64 {
        (self.lane + GAP) * lane as f64
    }

    /// The lowest lane's zero.
    pub fn base(&self) -> f64 {
        self.top(self.lanes.saturating_sub(1)) + self.lane
    }

    pub fn x(&self, bucket: usize) -> f64 {
        LEFT + (self.width - 2.0 * LEFT) * bucket as f64 / self.buckets.max(1) as f64
    }

    pub fn middle(&self, bucket: usize) -> f64 {
        (self.x(bucket) + self.x(bucket + 1)) / 2.0
    }

    pub fn y(&self, lane: usize, value: f64) -> f64 {
        let share = if self.peak > 0.0 { value / self.peak } else { 0.0 };
        self.top(lane) + self.lane - (self.lane - TOP) * share
    }

    pub fn bucket(&self, x: f64) -> usize {
        let share = (x - LEFT) / (self.width - 2.0 * LEFT).max(1.0);
        ((share * self.buckets as f64).max(0.0) as usize).min(self.buckets.saturating_sub(1))
    }

    pub fn line(&self, lane: usize, values: &[f64]) -> String {
        let mut path = String::new();
        for (at, value) in values.iter().enumerate() {
            let command = if at == 0 { 'M' } else { 'L' };
            path.push_str(&format!("{command}{:.1} {:.1}", self.middle(at), self.y(lane, *value)));
        }
        path
    }

    pub fn area(&self, lane: usize, values: &[f64]) -> String {
        if values.is_empty() {
            return String::new();
        }
        let base = self.y(lane, 0.0);
        let (first, last) = (self.middle(0), self.middle(values.len() - 1));
        format!("{}L{last:.1} {base:.1}L{first:.1} {base:.1}Z", self.line(lane, values))
    }

    pub fn grid(&self, lane: usize) -> Html {
        let y = self.y(lane, 0.0).to_string();
        html! { <line class="chart-grid" x1={LEFT.to_string()} x2={(self.width - LEFT).to_string()} y1={y.clone()} y2={y} /> }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_finds_the_bucket_under_it() {
        let plot = Plot { width: 408.0, buckets: 100, peak: 10.0, lane: LANE, lanes: 1 };
        assert_eq!(plot.bucket(-20.0), 0);
        assert_eq!(plot.bucket(LEFT), 0);
        assert_eq!(plot.bucket(plot.middle(42)), 42);
        assert_eq!(plot.bucket(5_000.0), 99);
        assert_eq!(Plot { buckets: 0, ..plot }.bucket(3.0), 0);
    }

    #[test]
    fn each_lane_has_its_own_zero_and_none_reaches_into_another() {
        let plot = Plot { width: 100.0, buckets: 4, peak: 8.0, lane: LANE, lanes: 3 };
        assert_eq!(plot.y(2, 0.0), plot.base());
        for lane in 0..3 {
            assert_eq!(plot.y(lane, 8.0), plot.top(lane) + TOP, "no peak runs through the lane's name");
        }
        assert_eq!(plot.top(1) - plot.y(0, 0.0), GAP, "no name stands at the line of the lane above");
        assert_eq!(Plot { peak: 0.0, ..plot }.y(0, 0.0), LANE, "a silent line lies on its base");
    }
}
