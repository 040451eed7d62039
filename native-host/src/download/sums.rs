//! The sum of many summaries that come in any order.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use wasm_core::pcap::Summary;

/// Sums of aligned blocks of sources: block `b` of level `n` is of the 2ⁿ sources from `b · 2ⁿ` on. So each source is
/// merged about log₂ times however many there are, always with a neighbour of its own size.
#[derive(Debug, Default)]
pub struct Sums {
    /// By (level, block). None where no source of it could be summarised.
    blocks: Mutex<BTreeMap<(u32, usize), Option<Summary>>>,
}

impl Sums {
    /// Adds a source; each number once. Others may add meanwhile: blocks are taken out while they are merged.
    pub fn add(&self, index: usize, summary: Option<Summary>) {
        let (mut level, mut block, mut sum) = (0, index, summary);
        loop {
            let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(sibling) = blocks.remove(&(level, block ^ 1)) else {
                blocks.insert((level, block), sum);
                return;
            };
            drop(blocks);
            sum = if block % 2 == 0 { joined(sum, sibling) } else { joined(sibling, sum) };
            (level, block) = (level + 1, block / 2);
        }
    }

    /// The sum of everything that was added.
    pub fn total(self) -> Option<Summary> {
        let blocks = self.blocks.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut blocks: Vec<_> = blocks.into_iter().collect();
        blocks.sort_by_key(|((level, block), _)| block << level);
        blocks.into_iter().map(|(_, sum)| sum).reduce(joined)?
    }
}

fn joined(sum: Option<Summary>, next: Option<Summary>) -> Option<Summary> {
    match (sum, next) {
        (Some(mut sum), Some(next)) => {
            sum.merge(&next);
            Some(sum)
        }
        (sum, next) => sum.or(next),
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::summarise;
    use super::*;
    use std::path::Path;
    use wasm_core::pcap::Listing;
    use wasm_core::words::Language;

    fn summary(name: &str) -> Summary {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/captures").join(name);
        summarise(&path, |_| {}).expect("a capture")
    }

    #[test]
    fn every_order_gives_the_sum_in_the_order_of_the_sources() {
        let names = [Some("http.pcap"), Some("lossy.pcap"), None, Some("dns.pcap"), Some("web-set/0.pcap")];
        let sources: Vec<_> = names.map(|name| name.map(summary)).into_iter().collect();
        let mut expected = summary("http.pcap");
        for name in names.into_iter().skip(1).flatten() {
            expected.merge(&summary(name));
        }
        let expected = expected.report(Listing::All, Language::English);
        for order in 0..5_usize.pow(5) {
            let order = [order % 5, order / 5 % 5, order / 25 % 5, order / 125 % 5, order / 625];
            if (0..5).any(|source| !order.contains(&source)) {
                continue;
            }
            let sums = Sums::default();
            for source in order {
                sums.add(source, sources[source].clone());
            }
            // The first four, and the fifth.
            assert_eq!(sums.blocks.lock().expect("no panic").len(), 2, "{order:?}");
            let total = sums.total().expect("a sum");
            assert_eq!(total.report(Listing::All, Language::English), expected, "{order:?}");
        }
    }

    #[test]
    fn there_is_no_sum_of_what_is_no_capture() {
        assert!(Sums::default().total().is_none());
        let sums = Sums::default();
        sums.add(1, None);
        sums.add(0, None);
        assert!(sums.total().is_none());
    }
}
