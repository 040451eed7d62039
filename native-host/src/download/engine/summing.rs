//! MD5s, of many files at once.

use super::super::catch_up::{Lag, catch_up};
use super::super::fetch::Sink;
use super::super::md5::LANES;
use super::super::open_file::Sum;
use super::super::readers::in_order;
use super::{Engine, Job, Watcher};
use std::time::Duration;
use tokio::time::Instant;

/// MD5s wait for so many others to be computed with them, and no longer than that.
const COMPANY: usize = LANES * 3 / 4;
const COMPANY_WAIT: Duration = Duration::from_secs(1);

impl<W: Watcher> Engine<W> {
    /// Brings MD5s forward, of as many files at once as there can be: one alone takes as long as they all.
    pub(super) fn sum_up(&mut self) {
        if self.summing {
            return;
        }
        let mut behind: Vec<(u64, usize)> = self
            .open
            .iter()
            .map(|(index, file)| (file.to_sum(), *index))
            .filter(|(bytes, _)| *bytes > 0)
            .collect();
        let coming = self.open.values().filter(|file| matches!(file.sum, Sum::Idle(_))).count();
        let company = COMPANY.min(coming + self.opening + self.unopened.len());
        let enough = behind.len() >= company || self.summed.elapsed() > COMPANY_WAIT;
        if behind.is_empty() || !enough {
            return;
        }
        behind.sort_unstable_by(|a, b| b.cmp(a));
        behind.truncate(LANES);
        let mut lags = Vec::with_capacity(behind.len());
        for (_, index) in behind {
            let Some(file) = self.open.get_mut(&index) else { continue };
            let Sink::Disk { part, .. } = &file.sink else { continue };
            let Sum::Idle(md5) = std::mem::replace(&mut file.sum, Sum::Busy) else { continue };
            lags.push(Lag { index, part: part.clone(), md5, end: file.frontier });
        }
        (self.summing, self.summed) = (true, Instant::now());
        self.jobs.spawn(async move { Job::Summed(in_order(move || Ok(catch_up(lags))).await) });
    }
}
