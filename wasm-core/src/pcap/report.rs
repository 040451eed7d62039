//! What `summarize --json` prints: schema 1, field for field.
//!
//! Times are decimal strings of seconds since 1970 with nine decimals, because a JSON number would lose
//! the nanoseconds; durations are seconds as numbers; `bytes` are original (not captured) lengths.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The version of this form.
pub const SCHEMA: u32 = 1;

/// The whole answer: one entry a source, and all of them merged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    pub schema: u32,
    pub sources: Vec<SourceReport>,
    pub total: SummaryReport,
}

/// One file, or one instance's part of a fleet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceReport {
    pub path: String,
    /// The scale set's instance, where the path or the caller names one.
    pub instance: Option<String>,
    pub summary: SummaryReport,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Pcap,
    Pcapng,
    /// Merged from files of both formats.
    Mixed,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SummaryReport {
    pub format: Format,
    /// Names as tcpdump.org's registry has them, without `LINKTYPE_`; `LINKTYPE_n` becomes `n`.
    pub link_types: Vec<String>,
    pub file_bytes: u64,
    pub packets: u64,
    pub bytes: u64,
    pub captured_bytes: u64,
    pub earliest_epoch: Option<String>,
    pub latest_epoch: Option<String>,
    pub layers: BTreeMap<String, LayerReport>,
    pub conversations: ConversationsReport,
    pub tcp: TcpReport,
    pub dns: DnsReport,
    pub tls: TlsReport,
    pub timeline: Option<TimelineReport>,
    /// The addresses with the most bytes, from the conversations; at most 50.
    pub hosts: Vec<HostReport>,
    pub findings: Vec<FindingReport>,
    pub warnings: Vec<WarningReport>,
}

/// A frame counts once for each layer that it contains, with the whole frame's length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LayerReport {
    pub packets: u64,
    pub bytes: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConversationsReport {
    /// Distinct 5-tuples. Beyond the cap of tracked conversations these are estimates, and a warning says so.
    pub tcp: u64,
    pub udp: u64,
    pub sctp: u64,
    /// Length of `items`: the ones with the most bytes first.
    pub listed: u64,
    pub items: Vec<ConversationReport>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    Tcp,
    Udp,
    Sctp,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EndReport {
    pub address: String,
    pub port: u16,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConversationReport {
    pub transport: Transport,
    /// Who sent the first packet.
    pub a: EndReport,
    pub b: EndReport,
    #[serde(rename = "packetsAToB")]
    pub packets_a_to_b: u64,
    #[serde(rename = "bytesAToB")]
    pub bytes_a_to_b: u64,
    #[serde(rename = "packetsBToA")]
    pub packets_b_to_a: u64,
    #[serde(rename = "bytesBToA")]
    pub bytes_b_to_a: u64,
    pub start_epoch: Option<String>,
    pub duration_seconds: Option<f64>,
    /// From a TLS ClientHello, a QUIC Initial or an HTTP Host, the first one seen.
    pub server_name: Option<String>,
    /// Of TCP conversations alone.
    pub tcp: Option<ConversationTcpReport>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConversationTcpReport {
    pub syns: u64,
    pub resets: u64,
    pub retransmissions: u64,
    pub out_of_order: u64,
    pub duplicate_acks: u64,
    pub zero_windows: u64,
    pub initial_rtt_seconds: Option<f64>,
}

/// Packets that carry each of Wireshark's `tcp.analysis` flags; `retransmissions` includes fast and spurious ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TcpReport {
    pub resets: u64,
    pub retransmissions: u64,
    pub fast_retransmissions: u64,
    pub spurious_retransmissions: u64,
    pub out_of_order: u64,
    pub duplicate_acks: u64,
    pub zero_windows: u64,
    pub window_full: u64,
    pub keep_alives: u64,
    pub lost_segments: u64,
    pub reused_ports: u64,
    /// Connections whose SYN nobody answered.
    pub unanswered_syns: u64,
    /// Connections whose SYN was answered by a reset.
    pub refused_syns: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DnsReport {
    /// Questions of queries, most frequent first.
    pub queries: Vec<DnsQueryReport>,
    pub response_codes: BTreeMap<String, u64>,
    pub unanswered: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsQueryReport {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub count: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TlsReport {
    pub server_names: Vec<NameReport>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameReport {
    pub name: String,
    pub count: u64,
}

/// Equal buckets from `start_epoch` on; packets without a time are in none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimelineReport {
    pub start_epoch: String,
    pub bucket_seconds: f64,
    pub packets: Vec<u64>,
    pub bytes: Vec<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HostReport {
    pub address: String,
    pub conversations: u64,
    pub packets_sent: u64,
    pub bytes_sent: u64,
    pub packets_received: u64,
    pub bytes_received: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Info,
    Warning,
    Error,
}

/// Named values of a finding or warning, as the sentence takes them.
pub type Params = BTreeMap<String, serde_json::Value>;

/// Collecting would sort them first, which takes more code than all findings together.
pub(super) fn named(values: &[(&str, serde_json::Value)]) -> Params {
    let mut params = Params::new();
    for (name, value) in values {
        params.insert((*name).to_owned(), value.clone());
    }
    params
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingReport {
    pub code: String,
    pub severity: Severity,
    pub params: Params,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WarningReport {
    pub code: String,
    pub params: Params,
    pub text: String,
}
