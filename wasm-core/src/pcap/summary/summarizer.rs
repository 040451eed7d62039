//! From bytes to a summary.

use super::super::reader::{Packet, Reader};
use super::super::report::{Format, TimelineReport};
use super::super::sequences::Sequences;
use super::super::tcp::Marks;
use super::super::warning::{CaptureError, Warning};
use super::collect::Collector;
use super::{Dns, Summary};

/// Caps, chosen for at most 256 MiB whatever the capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Conversations tracked one by one.
    pub max_conversations: usize,
    /// Distinct DNS questions kept by name.
    pub max_dns_names: usize,
    /// Distinct TLS server names kept.
    pub max_server_names: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_conversations: 300_000, max_dns_names: 50_000, max_server_names: 20_000 }
    }
}

/// Takes a capture piece by piece, gives its summary.
#[derive(Debug)]
pub struct Summarizer {
    options: Options,
    reader: Reader,
    collector: Collector,
}

impl Summarizer {
    pub fn new(options: Options) -> Self {
        Self { options, reader: Reader::new(), collector: Collector::new(&options) }
    }

    /// Reads on behind damage, as [`Reader::recovering`] does.
    pub fn recovering(options: Options) -> Self {
        Self { reader: Reader::recovering(), ..Self::new(options) }
    }

    /// Takes the next bytes of the file, of any number.
    pub fn push(&mut self, bytes: &[u8]) {
        let collector = &mut self.collector;
        self.reader.push_batches(bytes, |packets| collector.packets_of(packets, |_, _| {}));
    }

    /// Like [`push`](Self::push), counting only packets that `keep` wants.
    pub fn push_filtered(&mut self, bytes: &[u8], mut keep: impl FnMut(&Packet<'_>) -> bool) {
        let collector = &mut self.collector;
        self.reader.push(bytes, |packet| {
            if keep(packet) {
                collector.packet(packet);
            }
        });
    }

    /// Packets so far.
    pub fn packets(&self) -> u64 {
        self.collector.packets()
    }

    /// Bytes pushed so far.
    pub fn file_bytes(&self) -> u64 {
        self.reader.file_bytes()
    }

    /// Counts a packet of the caller's own reader, and tells what TCP analysis makes of it.
    #[inline]
    pub fn packet(&mut self, packet: &Packet<'_>) -> Marks {
        self.collector.packet(packet)
    }

    /// Like [`packet`](Self::packet), of several at once.
    #[inline]
    pub fn packets_of(&mut self, packets: &[Packet<'_>], seen: impl FnMut(&Packet<'_>, Marks)) {
        self.collector.packets_of(packets, seen);
    }

    /// Original lengths of the packets so far.
    pub fn bytes(&self) -> u64 {
        self.collector.bytes()
    }

    /// Where the TCP conversations' sequence numbers began.
    pub(in crate::pcap) fn sequences(&self) -> Sequences {
        self.collector.sequences()
    }

    /// The timeline so far.
    pub fn timeline(&self) -> Option<TimelineReport> {
        self.collector.timeline().report()
    }

    /// The summary of everything pushed; an error where it was no capture.
    pub fn finish(mut self) -> Result<Summary, CaptureError> {
        let warnings = self.reader.finish()?;
        let format = self.reader.format().unwrap_or(Format::Pcap);
        let file_bytes = self.reader.file_bytes();
        Ok(self.conclude(format, file_bytes, warnings))
    }

    /// The summary of the packets counted, where the caller has read the file.
    pub fn conclude(self, format: Format, file_bytes: u64, mut warnings: Vec<Warning>) -> Summary {
        let collected = self.collector.finish();
        warnings
            .extend(collected.undecoded.iter().map(|link| Warning::UndecodedLinkType { link_type: link.0 }));
        Summary {
            format,
            link_types: collected.link_types,
            file_bytes,
            packets: collected.packets,
            bytes: collected.bytes,
            captured_bytes: collected.captured_bytes,
            earliest: collected.earliest,
            latest: collected.latest,
            layers: collected.layers,
            conversations: collected.conversations,
            names: collected.names,
            transports: collected.transports,
            bound: collected.bound,
            cap: self.options.max_conversations,
            tcp: collected.tcp,
            dns: Dns {
                queries: collected.dns_queries,
                responses: collected.dns_responses,
                unanswered: collected.dns_unanswered,
            },
            server_names: collected.server_names,
            timeline: collected.timeline,
            warnings,
            dropped_warnings: 0,
        }
    }
}
