//! Summaries of a transfer's or of local files, put together.

use super::sums::Sums;
use crate::not_a_capture::not_a_capture;
use crate::problem::{Problem, Result};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use wasm_core::azure::resource::InstanceId;
use wasm_core::pcap::report::{Report, SourceReport};
use wasm_core::pcap::{Listing, Options, Summarizer, Summary};
use wasm_core::words::Language;

const BUFFER: usize = 256 * 1024;
/// Conversations that the sources of a fleet keep together, and a single one at most; the total keeps all.
const OF_ALL_SOURCES: usize = 20_000;
const OF_A_SOURCE: usize = 100;

/// The short report of a source until it is asked for: as JSON, it is one piece of memory instead of hundreds, and less.
#[derive(Debug)]
struct Gist {
    /// By which it is reported in order.
    instance: Option<InstanceId>,
    json: Box<[u8]>,
}

/// Summaries as they come, in bounded memory: a short report of each source, and the sum of all.
#[derive(Debug, Default)]
pub struct Gathered {
    sources: BTreeMap<usize, Gist>,
    sums: Sums,
    /// Summaries in `sums`.
    summed: usize,
}

impl Gathered {
    /// Adds the summary of source number `index` of `count`.
    pub fn add(
        &mut self,
        (index, count): (usize, usize),
        path: &str,
        instance: Option<&InstanceId>,
        summary: Summary,
        language: Language,
    ) -> Result<()> {
        let kept = (OF_ALL_SOURCES / count.max(1)).min(OF_A_SOURCE);
        let source = SourceReport {
            path: path.to_owned(),
            instance: instance.map(ToString::to_string),
            summary: summary.report(Listing::Top(kept), language),
        };
        let json = serde_json::to_vec(&source).map_err(Problem::internal)?.into_boxed_slice();
        if self.sources.insert(index, Gist { instance: instance.cloned(), json }).is_none() {
            self.sums.add(self.summed, Some(summary));
            self.summed += 1;
        }
        Ok(())
    }

    pub fn has(&self, index: usize) -> bool {
        self.sources.contains_key(&index)
    }

    /// Everything so far, the sources in the order of their instances; None without a source.
    pub fn report(&mut self, listing: Listing, language: Language) -> Result<Option<Report>> {
        let told = |gist: &Gist| {
            let source: SourceReport = serde_json::from_slice(&gist.json).map_err(Problem::internal)?;
            Ok((gist.instance.clone(), source))
        };
        let mut sources = self.sources.values().map(told).collect::<Result<Vec<_>>>()?;
        let Some(total) = std::mem::take(&mut self.sums).total() else { return Ok(None) };
        sources.sort_by(|(one, source), (other, next)| (one, &source.path).cmp(&(other, &next.path)));
        let sources = sources.into_iter().map(|(_, source)| source).collect();
        let report = Report::of(sources, total.report(listing, language), language);
        // The sum of all goes on as the first that comes.
        self.sums.add(0, Some(total));
        self.summed = 1;
        Ok(Some(report))
    }
}

/// The summary of one file on this computer; `moved` hears of the bytes that were read.
pub fn summarise(path: &Path, mut moved: impl FnMut(u64)) -> Result<Summary> {
    let mut summarizer = Summarizer::new(Options::default());
    read_whole(path, |bytes| {
        summarizer.push(bytes);
        moved(bytes.len() as u64);
    })?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    summarizer.finish().map_err(|error| not_a_capture(&name, error, &[]))
}

/// Reads a file from front to end, in pieces.
pub fn read_whole(path: &Path, mut take: impl FnMut(&[u8])) -> Result<()> {
    let mut file = std::fs::File::open(path).map_err(|error| Problem::file(path, &error))?;
    let mut buffer = vec![0; BUFFER];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => take(&buffer[..read]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Problem::file(path, &error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_core::pcap::report::SummaryReport;

    fn report(gathered: &mut Gathered) -> Option<Report> {
        gathered.report(Listing::All, Language::English).expect("as it was added")
    }

    #[test]
    fn a_source_is_reported_as_it_was_added() {
        let captures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/captures");
        for name in ["http.pcap", "lossy.pcap", "dns.pcap", "web-set/0.pcap"] {
            let summary = summarise(&captures.join(name), |_| {}).expect("a capture");
            let expected = summary.report(Listing::All, Language::Japanese);
            let mut gathered = Gathered::default();
            gathered.add((0, 1), name, None, summary, Language::Japanese).expect("added");
            let report = gathered.report(Listing::All, Language::Japanese).expect("as it was added");
            let source = &report.expect("a source").sources[0].summary;
            assert!(expected.conversations.items.starts_with(&source.conversations.items));
            let rest = |report: &SummaryReport| {
                let mut report = report.clone();
                report.conversations.items.clear();
                report.conversations.listed = 0;
                report
            };
            assert_eq!(rest(source), rest(&expected), "{name}");
        }
    }

    #[test]
    fn reports_between_sources_change_no_sum() {
        let captures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/captures");
        let names = ["http.pcap", "lossy.pcap", "dns.pcap"];
        let gathered = |between: bool| {
            let mut gathered = Gathered::default();
            for (index, name) in names.into_iter().enumerate() {
                let summary = summarise(&captures.join(name), |_| {}).expect("a capture");
                gathered.add((index, names.len()), name, None, summary, Language::English).expect("added");
                if between {
                    report(&mut gathered).expect("a source");
                }
            }
            report(&mut gathered).expect("sources")
        };
        assert_eq!(gathered(true), gathered(false));
        assert!(report(&mut Gathered::default()).is_none());
    }

    #[test]
    fn sources_stand_in_the_order_of_their_instances() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/captures/web-set/0.pcap");
        let summary = summarise(&path, |_| {}).expect("a capture");
        let mut gathered = Gathered::default();
        let newest_first = [("10", "f"), ("vm_a", "e"), ("9", "d"), ("2", "c"), ("9", "b")];
        for (index, (instance, path)) in newest_first.into_iter().enumerate() {
            let instance: InstanceId = instance.parse().expect("an instance");
            gathered
                .add((index, 5), path, Some(&instance), summary.clone(), Language::English)
                .expect("added");
        }
        let report = report(&mut gathered).expect("sources");
        let paths: Vec<_> = report.sources.iter().map(|source| source.path.as_str()).collect();
        assert_eq!(paths, ["c", "b", "d", "f", "e"]);
    }

    #[test]
    fn a_source_of_a_large_fleet_keeps_fewer_conversations_and_the_total_all() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/captures/web-set/0.pcap");
        let summary = summarise(&path, |_| {}).expect("a capture");
        let listed = |count: usize| {
            let mut gathered = Gathered::default();
            gathered.add((0, count), "0.pcap", None, summary.clone(), Language::English).expect("added");
            let report = report(&mut gathered).expect("a source");
            (report.sources[0].summary.conversations.listed, report.total.conversations.listed)
        };
        let (of_one, all) = listed(1);
        assert_eq!(of_one, all);
        assert_eq!(listed(OF_ALL_SOURCES / 5), (5, all));
        assert_eq!(listed(usize::MAX), (0, all));
    }
}
