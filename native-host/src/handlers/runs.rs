//! The sum of many summaries that come in any order.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use wasm_core::pcap::Summary;

/// Sums of sources that follow each other, by the number of the first: as many as there are gaps between those that are
/// done, however many there are.
#[derive(Debug, Default)]
pub struct Runs {
    sums: Mutex<BTreeMap<usize, Run>>,
}

#[derive(Debug)]
struct Run {
    /// The number after that of its last source.
    end: usize,
    /// None where no source of it could be summarised.
    sum: Option<Summary>,
}

impl Runs {
    /// Adds a source and joins what it lies between. Others may add meanwhile: a run is taken out while it grows.
    pub fn add(&self, index: usize, summary: Option<Summary>) {
        let (mut start, mut run) = (index, Run { end: index + 1, sum: summary });
        loop {
            let mut sums = self.sums.lock().unwrap_or_else(PoisonError::into_inner);
            let before =
                sums.range(..start).next_back().filter(|(_, run)| run.end == start).map(|(at, _)| *at);
            if let Some((at, left)) = before.and_then(|at| sums.remove_entry(&at)) {
                drop(sums);
                (start, run) = (at, left.and(run));
            } else if let Some(right) = sums.remove(&run.end) {
                drop(sums);
                run = run.and(right);
            } else {
                sums.insert(start, run);
                return;
            }
        }
    }

    /// The sum of everything, once every source was added.
    pub fn total(self) -> Option<Summary> {
        let runs = self.sums.into_inner().unwrap_or_else(PoisonError::into_inner);
        runs.into_values().reduce(Run::and)?.sum
    }
}

impl Run {
    fn and(self, next: Self) -> Self {
        let sum = match (self.sum, next.sum) {
            (Some(mut sum), Some(next)) => {
                sum.merge(&next);
                Some(sum)
            }
            (sum, next) => sum.or(next),
        };
        Self { end: next.end, sum }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use wasm_core::pcap::{Listing, Options, Summarizer, Wording};

    fn summary(name: &str) -> Summary {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/captures").join(name);
        let mut summarizer = Summarizer::new(Options::default());
        summarizer.push(&std::fs::read(path).expect("bytes"));
        summarizer.finish().expect("a capture")
    }

    #[test]
    fn every_order_gives_the_sum_in_the_order_of_the_sources() {
        let names = [Some("http.pcap"), Some("lossy.pcap"), None, Some("dns.pcap")];
        let sources: Vec<_> = names.map(|name| name.map(summary)).into_iter().collect();
        let mut expected = summary("http.pcap");
        expected.merge(&summary("lossy.pcap"));
        expected.merge(&summary("dns.pcap"));
        let expected = expected.report(Listing::All, Wording::English);
        for order in 0..4_usize.pow(4) {
            let order = [order % 4, order / 4 % 4, order / 16 % 4, order / 64];
            if (0..4).any(|source| !order.contains(&source)) {
                continue;
            }
            let runs = Runs::default();
            for source in order {
                runs.add(source, sources[source].clone());
            }
            assert_eq!(runs.sums.lock().expect("no panic").len(), 1, "{order:?}");
            let total = runs.total().expect("a sum");
            assert_eq!(total.report(Listing::All, Wording::English), expected, "{order:?}");
        }
    }

    #[test]
    fn there_is_no_sum_of_what_is_no_capture() {
        let runs = Runs::default();
        runs.add(1, None);
        runs.add(0, None);
        assert!(runs.total().is_none());
    }
}
