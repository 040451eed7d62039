//! How fast: the bandwidth limit, the number of parallel ranges, and the speed that is shown.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// The bandwidth limit over all transfers of this helper.
#[derive(Debug, Default)]
pub struct Bandwidth {
    /// Bytes a second; 0: no limit.
    limit: AtomicU64,
    /// When what was let through until now will have been sent at the limit.
    due: Mutex<Option<Instant>>,
}

impl Bandwidth {
    pub fn set(&self, limit: Option<u64>) {
        self.limit.store(limit.unwrap_or(0), Ordering::Relaxed);
    }

    /// Waits until `bytes` more may have come.
    pub async fn take(&self, bytes: u64) {
        let limit = self.limit.load(Ordering::Relaxed);
        if limit == 0 {
            return;
        }
        let until = {
            let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let until =
                due.map_or(now, |due| due.max(now)) + Duration::from_secs_f64(bytes as f64 / limit as f64);
            *due = Some(until);
            until
        };
        tokio::time::sleep_until(until).await;
    }
}

/// How many ranges are asked for at the same time. Doubles while that pays, keeps what paid, halves when storage
/// says that it is too much, and tries again now and then as networks change.
#[derive(Debug)]
pub struct Lanes {
    limit: usize,
    paid: usize,
    best: f64,
    next: Instant,
}

impl Lanes {
    /// More cost storage on a short line more than they bring; on a long one they double soon.
    const START: usize = 4;
    const MAX: usize = 32;
    /// Long enough for a rate, short enough to be at full speed within seconds.
    const STEP: Duration = Duration::from_millis(500);
    const AGAIN: Duration = Duration::from_secs(20);
    /// More connections must bring a tenth more, or they only cost.
    const GAIN: f64 = 1.1;

    pub fn new(now: Instant) -> Self {
        Self { limit: Self::START, paid: 0, best: 0.0, next: now + Self::STEP }
    }

    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Whether a rate is due.
    pub fn due(&self, now: Instant) -> bool {
        now >= self.next
    }

    /// The bytes a second since the last call, while all lanes were in use.
    pub fn measured(&mut self, rate: f64, now: Instant) {
        if self.limit == self.paid {
            // Settled; the same number is measured anew, then more are tried.
            self.best = rate;
            self.limit = (self.paid * 2).min(Self::MAX);
            self.next = now + Self::STEP;
        } else if rate > self.best * Self::GAIN {
            self.best = rate;
            self.paid = self.limit;
            self.limit = (self.limit * 2).min(Self::MAX);
            self.next = now + if self.limit == self.paid { Self::AGAIN } else { Self::STEP };
        } else {
            self.limit = self.paid.max(1);
            self.next = now + Self::AGAIN;
        }
    }

    /// Storage wants fewer requests.
    pub fn throttled(&mut self, now: Instant) {
        self.limit = (self.limit / 2).max(1);
        self.paid = self.limit;
        self.next = now + Self::AGAIN;
    }
}

/// Bytes a second, smoothed over the last seconds.
#[derive(Debug)]
pub struct Speed {
    rate: f64,
    done: u64,
    at: Instant,
}

impl Speed {
    /// A sample's weight is halved after so many seconds.
    const HALF_LIFE: f64 = 2.0;

    pub fn new(done: u64, now: Instant) -> Self {
        Self { rate: 0.0, done, at: now }
    }

    pub fn sample(&mut self, done: u64, now: Instant) -> u64 {
        let seconds = now.duration_since(self.at).as_secs_f64();
        if seconds > 0.0 {
            // A file that begins anew makes the sum smaller.
            let fresh = done.saturating_sub(self.done) as f64 / seconds;
            let keep = if self.rate == 0.0 { 0.0 } else { 0.5_f64.powf(seconds / Self::HALF_LIFE) };
            self.rate = self.rate * keep + fresh * (1.0 - keep);
            (self.done, self.at) = (done, now);
        }
        self.rate as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_limit_holds_over_parallel_takers() {
        let bandwidth = std::sync::Arc::new(Bandwidth::default());
        bandwidth.set(Some(1000));
        let start = Instant::now();
        let takers: Vec<_> = (0..10)
            .map(|_| {
                let bandwidth = bandwidth.clone();
                tokio::spawn(async move { bandwidth.take(500).await })
            })
            .collect();
        for taker in takers {
            taker.await.unwrap();
        }
        assert_eq!(start.elapsed().as_secs(), 5);
        bandwidth.set(None);
        bandwidth.take(u64::MAX).await;
    }

    /// A network where each connection gets `each` and all together no more than `all`.
    fn settle(each: f64, all: f64) -> usize {
        let mut now = Instant::now();
        let mut lanes = Lanes::new(now);
        for _ in 0..40 {
            now += Lanes::STEP;
            if lanes.due(now) {
                lanes.measured((lanes.limit() as f64 * each).min(all), now);
            }
            if lanes.next > now + Lanes::STEP {
                break;
            }
        }
        lanes.limit()
    }

    #[test]
    fn lanes_follow_the_network() {
        assert_eq!(settle(20.0, 1e9), 32);
        assert_eq!(settle(20.0, 320.0), 16);
        assert_eq!(settle(500.0, 500.0), 4);
        let mut lanes = Lanes::new(Instant::now());
        lanes.throttled(Instant::now());
        assert_eq!(lanes.limit(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn the_speed_follows_and_never_goes_below_zero() {
        let start = Instant::now();
        let mut speed = Speed::new(0, start);
        assert_eq!(speed.sample(1000, start + Duration::from_secs(1)), 1000);
        let slower = speed.sample(1000, start + Duration::from_secs(3));
        assert_eq!(slower, 500);
        assert!(speed.sample(0, start + Duration::from_secs(4)) < slower);
    }
}
