//! A packet as one row of the list: Wireshark's default columns.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::super::dissect::{Layer, Sink, dissect};
use super::super::reader::Packet;
use super::super::sequences::Sequences;
use super::super::tcp::Marks;
use super::fields::Writer;
use super::needs::Needs;
use super::tree::{Node, Tree, Value};

/// Why a row has a colour. The words stand in the row's text as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    #[default]
    Plain,
    /// SYN, SYN+ACK, FIN.
    Handshake,
    /// Something was sent again, or out of order, or acknowledged twice.
    Repeated,
    /// A reset, an unreachable destination, a failed name, an alert.
    Failure,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// From 1.
    pub number: u64,
    /// Nanoseconds since 1970.
    pub time: Option<i64>,
    /// Nanoseconds since the row above in the same list.
    pub delta: Option<i64>,
    pub source: String,
    pub destination: String,
    pub protocol: String,
    /// On the wire.
    pub length: u32,
    pub info: String,
    pub meaning: Meaning,
}

/// Takes packets apart for reading; keeps its room from packet to packet.
#[derive(Debug, Default)]
pub struct Preview {
    tree: Tree,
    sequences: Sequences,
}

impl Preview {
    /// From now on sequence numbers count from these.
    pub(in crate::pcap) fn count_from(&mut self, sequences: Sequences) {
        self.sequences = sequences;
    }

    /// The packet's whole tree, the frame first. `marks` is what TCP analysis made of it.
    pub fn tree(&mut self, packet: &Packet<'_>, marks: Marks) -> &Tree {
        self.parts(packet, marks, &Needs::Everything)
    }

    /// The packet's tree as far as it is needed.
    pub fn parts(&mut self, packet: &Packet<'_>, marks: Marks, needs: &Needs) -> &Tree {
        if needs.sequences() {
            self.sequences.settle();
        }
        let tree = &mut self.tree;
        tree.clear(*needs == Needs::Everything);
        let captured = u32::try_from(packet.data.len()).unwrap_or(u32::MAX);
        let node = |depth, field, value| Node { depth, field, value, start: 0, length: captured };
        tree.push(node(0, "frame", Value::Number(packet.number)));
        tree.push(node(1, "frame.number", Value::Number(packet.number)));
        if let Some(time) = packet.time {
            tree.push(node(1, "frame.time_epoch", Value::Seconds(time.nanos())));
        }
        tree.push(node(1, "frame.len", Value::Number(u64::from(packet.length))));
        tree.push(node(1, "frame.cap_len", Value::Number(u64::from(captured))));
        let mut writer: &mut dyn Sink = &mut Writer { tree, sequences: &self.sequences, needs };
        dissect(packet.link, packet.data, packet.length, &mut writer);
        for (field, mark) in ANALYSIS {
            if marks.is_empty() {
                break;
            }
            if marks.has(*mark) {
                let (start, length) = tcp_range(tree);
                tree.push(Node { depth: 1, field, value: Value::Flag(true), start, length });
            }
        }
        &self.tree
    }

    /// The packet's row. `delta` is left to the list.
    pub fn row(&mut self, packet: &Packet<'_>, marks: Marks) -> Row {
        let tree = self.tree(packet, marks);
        let (source, destination) = ends(tree);
        let top = top(tree);
        let mut info = String::new();
        // Writing into a String cannot fail.
        let _written = describe(tree, top, &mut info);
        if !marks.is_empty() {
            info.insert_str(0, &analysis_words(marks));
        }
        Row {
            number: packet.number,
            time: packet.time.map(|time| time.nanos()),
            delta: None,
            source,
            destination,
            protocol: protocol(tree, top).to_owned(),
            length: packet.length,
            info,
            meaning: meaning(tree, top, marks),
        }
    }
}

/// TCP analysis as Wireshark names it, most telling first.
pub(super) const ANALYSIS: &[(&str, Marks)] = &[
    ("tcp.analysis.retransmission", Marks::ANY_RETRANSMISSION),
    ("tcp.analysis.fast_retransmission", Marks::FAST_RETRANSMISSION),
    ("tcp.analysis.spurious_retransmission", Marks::SPURIOUS_RETRANSMISSION),
    ("tcp.analysis.out_of_order", Marks::OUT_OF_ORDER),
    ("tcp.analysis.duplicate_ack", Marks::DUPLICATE_ACK),
    ("tcp.analysis.zero_window", Marks::ZERO_WINDOW),
    ("tcp.analysis.zero_window_probe", Marks::ZERO_WINDOW_PROBE),
    ("tcp.analysis.zero_window_probe_ack", Marks::ZERO_WINDOW_PROBE_ACK),
    ("tcp.analysis.window_full", Marks::WINDOW_FULL),
    ("tcp.analysis.window_update", Marks::WINDOW_UPDATE),
    ("tcp.analysis.keep_alive", Marks::KEEP_ALIVE),
    ("tcp.analysis.keep_alive_ack", Marks::KEEP_ALIVE_ACK),
    ("tcp.analysis.lost_segment", Marks::LOST_SEGMENT),
    ("tcp.analysis.ack_lost_segment", Marks::ACKED_LOST_SEGMENT),
    ("tcp.analysis.reused_ports", Marks::REUSED_PORTS),
];

/// Wireshark's words in the Info column.
fn analysis_words(marks: Marks) -> String {
    let mut text = String::new();
    let retransmission = if marks.has(Marks::SPURIOUS_RETRANSMISSION) {
        "TCP Spurious Retransmission"
    } else if marks.has(Marks::FAST_RETRANSMISSION) {
        "TCP Fast Retransmission"
    } else {
        "TCP Retransmission"
    };
    let words = [
        (Marks::ANY_RETRANSMISSION, retransmission),
        (Marks::OUT_OF_ORDER, "TCP Out-Of-Order"),
        (Marks::DUPLICATE_ACK, "TCP Dup ACK"),
        (Marks::ZERO_WINDOW, "TCP ZeroWindow"),
        (Marks::ZERO_WINDOW_PROBE, "TCP ZeroWindowProbe"),
        (Marks::ZERO_WINDOW_PROBE_ACK, "TCP ZeroWindowProbeAck"),
        (Marks::WINDOW_FULL, "TCP Window Full"),
        (Marks::WINDOW_UPDATE, "TCP Window Update"),
        (Marks::KEEP_ALIVE, "TCP Keep-Alive"),
        (Marks::KEEP_ALIVE_ACK, "TCP Keep-Alive ACK"),
        (Marks::LOST_SEGMENT, "TCP Previous segment not captured"),
        (Marks::ACKED_LOST_SEGMENT, "TCP ACKed unseen segment"),
        (Marks::REUSED_PORTS, "TCP Port numbers reused"),
    ];
    for (mark, word) in words {
        if marks.has(mark) {
            text.push('[');
            text.push_str(word);
            text.push_str("] ");
        }
    }
    text
}

fn tcp_range(tree: &Tree) -> (u32, u32) {
    let header = tree.own().iter().rev().find(|node| node.depth == 0 && node.field == Layer::Tcp.name());
    header.map_or((0, 0), |node| (node.start, node.length))
}

/// The innermost addresses: IP, else ARP, else Ethernet.
fn ends(tree: &Tree) -> (String, String) {
    let pairs =
        [("ip.src", "ip.dst"), ("ipv6.src", "ipv6.dst"), ("arp.src.proto_ipv4", "arp.dst.proto_ipv4")];
    let innermost = pairs
        .into_iter()
        .filter_map(|pair| {
            let at = tree.own().iter().rposition(|node| node.field == pair.0)?;
            Some((at, pair))
        })
        .max_by_key(|(at, _)| *at);
    let (source, destination) = innermost.map_or(("eth.src", "eth.dst"), |(_, pair)| pair);
    (tree.text(source).unwrap_or_default(), tree.text(destination).unwrap_or_default())
}

/// The innermost layer of the packet's own.
fn top(tree: &Tree) -> &'static str {
    tree.own().iter().rev().find(|node| node.depth == 0).map_or("frame", |node| node.field)
}

/// The Protocol column.
fn protocol(tree: &Tree, top: &'static str) -> &'static str {
    match top {
        "ethernet" => "Ethernet",
        "vlan" => "VLAN",
        "llc" => "LLC",
        "sll" => "SLL",
        "arp" => "ARP",
        "ipv4" => "IPv4",
        "ipv6" => "IPv6",
        "icmp" => "ICMP",
        "icmpv6" => "ICMPv6",
        "igmp" => "IGMP",
        "tcp" => "TCP",
        "udp" => "UDP",
        "udplite" => "UDP-Lite",
        "sctp" => "SCTP",
        "gre" => "GRE",
        "vxlan" => "VXLAN",
        "geneve" => "Geneve",
        "gtp" => "GTP",
        "dns" => "DNS",
        "mdns" => "MDNS",
        "llmnr" => "LLMNR",
        "tls" => match tree
            .number("tls.handshake.extensions.supported_version")
            .or_else(|| tree.number("tls.record.version"))
        {
            Some(0x0300) => "SSLv3",
            Some(0x0301) => "TLSv1",
            Some(0x0302) => "TLSv1.1",
            Some(0x0304) => "TLSv1.3",
            _ => "TLSv1.2",
        },
        "http" => "HTTP",
        "quic" => "QUIC",
        "dhcp" => "DHCP",
        "ntp" => "NTP",
        "ssh" => "SSH",
        "lldp" => "LLDP",
        "stp" => "STP",
        "eapol" => "EAPOL",
        "esp" => "ESP",
        "wlan" | "radiotap" => "802.11",
        other => other,
    }
}

fn meaning(tree: &Tree, top: &str, marks: Marks) -> Meaning {
    const REPEATED: Marks = Marks::ANY_RETRANSMISSION;
    let failed = match top {
        "icmp" => matches!(tree.number("icmp.type"), Some(3 | 4 | 5 | 11 | 12)),
        "icmpv6" => matches!(tree.number("icmpv6.type"), Some(1..=4)),
        "dns" | "mdns" | "llmnr" => tree.number("dns.flags.rcode").is_some_and(|code| code != 0),
        "http" => tree.number("http.response.code").is_some_and(|code| code >= 400),
        "tls" => tree.number("tls.alert_message.desc").is_some_and(|code| code != 0),
        _ => false,
    };
    if failed || tree.flag("tcp.flags.reset") || marks.has(Marks::ZERO_WINDOW) {
        Meaning::Failure
    } else if marks.has(REPEATED)
        || marks.has(Marks::OUT_OF_ORDER)
        || marks.has(Marks::DUPLICATE_ACK)
        || marks.has(Marks::LOST_SEGMENT)
    {
        Meaning::Repeated
    } else if tree.flag("tcp.flags.syn") || tree.flag("tcp.flags.fin") {
        Meaning::Handshake
    } else {
        Meaning::Plain
    }
}

/// The Info column.
fn describe(tree: &Tree, top: &str, info: &mut String) -> Result<(), std::fmt::Error> {
    let text = |field: &str| tree.text(field).unwrap_or_default();
    let number = |field: &str| tree.number(field).unwrap_or_default();
    match top {
        "tcp" => tcp(tree, info),
        "udp" | "udplite" => {
            let length = number("udp.length").saturating_sub(8);
            write!(info, "{} → {} Len={length}", number("udp.srcport"), number("udp.dstport"))
        }
        "sctp" => {
            write!(info, "{} → {}", number("sctp.srcport"), number("sctp.dstport"))?;
            for node in tree.own().iter().filter(|node| node.field == "sctp.chunk_type").take(4) {
                if let Value::Named(_, name) = node.value {
                    write!(info, " {name}")?;
                }
            }
            Ok(())
        }
        "dns" | "mdns" | "llmnr" => dns(tree, info),
        "tls" => tls(tree, info),
        "http" => info.write_str(&text("http.start_line")),
        "ssh" => info.write_str(&text("ssh.protocol")),
        "arp" => match tree.number("arp.opcode") {
            Some(1) => {
                write!(info, "Who has {}? Tell {}", text("arp.dst.proto_ipv4"), text("arp.src.proto_ipv4"))
            }
            _ => write!(info, "{} is at {}", text("arp.src.proto_ipv4"), text("arp.src.hw_mac")),
        },
        "icmp" => {
            write!(info, "{}", name_of(tree, "icmp.type"))?;
            match tree.number("icmp.type") {
                Some(0 | 8) => {
                    write!(info, " id=0x{:04x}, seq={}", number("icmp.ident"), number("icmp.seq"))?;
                    write!(info, ", ttl={}", number("ip.ttl"))
                }
                Some(3) => write!(info, " ({})", name_of(tree, "icmp.code")),
                _ => Ok(()),
            }
        }
        "icmpv6" => {
            write!(info, "{}", name_of(tree, "icmpv6.type"))?;
            match tree.value("icmpv6.nd.target_address") {
                Some(target) => write!(info, " for {target}"),
                None => Ok(()),
            }
        }
        "igmp" => write!(info, "{} {}", name_of(tree, "igmp.type"), text("igmp.maddr")),
        "dhcp" => {
            write!(info, "DHCP {} - Transaction ID {}", name_of(tree, "dhcp.option.dhcp"), text("dhcp.id"))
        }
        "ntp" => write!(info, "NTP Version {}, {}", number("ntp.flags.vn"), name_of(tree, "ntp.flags.mode")),
        "quic" => match tree.value("quic.long.packet_type") {
            Some(Value::Named(_, name)) => info.write_str(name),
            _ => info.write_str("Protected Payload"),
        },
        "ipv4" => {
            let offset = number("ip.frag_offset");
            if offset > 0 || tree.flag("ip.flags.mf") {
                write!(
                    info,
                    "Fragmented IP protocol (proto={}, off={offset}, ID={})",
                    name_of(tree, "ip.proto"),
                    text("ip.id")
                )
            } else {
                info.write_str(name_of(tree, "ip.proto"))
            }
        }
        "ipv6" => match tree.value("ipv6.fraghdr.offset") {
            Some(offset) => write!(info, "IPv6 fragment (off={offset} id={})", text("ipv6.fraghdr.ident")),
            None => info.write_str(name_of(tree, "ipv6.nxt")),
        },
        "ethernet" => info.write_str(&text("eth.type")),
        _ => Ok(()),
    }
}

/// A named value's name, or its number where it has none.
fn name_of(tree: &Tree, field: &str) -> &'static str {
    match tree.value(field) {
        Some(Value::Named(_, name)) => name,
        _ => "",
    }
}

fn tcp(tree: &Tree, info: &mut String) -> Result<(), std::fmt::Error> {
    let number = |field: &str| tree.number(field).unwrap_or_default();
    write!(info, "{} → {} [", number("tcp.srcport"), number("tcp.dstport"))?;
    let flags = [
        ("tcp.flags.syn", "SYN"),
        ("tcp.flags.fin", "FIN"),
        ("tcp.flags.reset", "RST"),
        ("tcp.flags.push", "PSH"),
        ("tcp.flags.ack", "ACK"),
        ("tcp.flags.urg", "URG"),
        ("tcp.flags.ece", "ECE"),
        ("tcp.flags.cwr", "CWR"),
    ];
    let mut first = true;
    for (_, name) in flags.into_iter().filter(|(field, _)| tree.flag(field)) {
        write!(info, "{}{name}", if first { "" } else { ", " })?;
        first = false;
    }
    let relative =
        |field: &str, raw: &str| tree.number(field).or_else(|| tree.number(raw)).unwrap_or_default();
    write!(info, "] Seq={}", relative("tcp.seq", "tcp.seq_raw"))?;
    if tree.flag("tcp.flags.ack") {
        write!(info, " Ack={}", relative("tcp.ack", "tcp.ack_raw"))?;
    }
    write!(info, " Win={} Len={}", number("tcp.window_size_value"), number("tcp.len"))?;
    for (field, name) in [("tcp.options.mss_val", "MSS"), ("tcp.options.wscale.shift", "WS")] {
        if let Some(value) = tree.number(field) {
            let value =
                if name == "WS" { 1_u64.checked_shl(value.min(14) as u32).unwrap_or(1) } else { value };
            write!(info, " {name}={value}")?;
        }
    }
    Ok(())
}

fn dns(tree: &Tree, info: &mut String) -> Result<(), std::fmt::Error> {
    const SHOWN: usize = 4;
    let response = tree.flag("dns.flags.response");
    write!(
        info,
        "Standard query{} {}",
        if response { " response" } else { "" },
        tree.text("dns.id").unwrap_or_default()
    )?;
    if let Some(Value::Named(code @ 1.., name)) = tree.value("dns.flags.rcode") {
        if name.is_empty() { write!(info, " error {code}")? } else { write!(info, " {name}")? }
    }
    for (at, node) in tree.own().iter().enumerate() {
        let ("dns.qry.name", Value::Text(name)) = (node.field, &node.value) else { continue };
        // Its type is the next node.
        match tree.own().get(at.saturating_add(1)).map(|node| &node.value) {
            Some(Value::Named(_, kind)) if !kind.is_empty() => write!(info, " {kind} {name}")?,
            _ => write!(info, " {name}")?,
        }
    }
    let answers = tree.own().iter().filter(|node| {
        matches!(
            node.field,
            "dns.a"
                | "dns.aaaa"
                | "dns.cname"
                | "dns.ptr.domain_name"
                | "dns.mx.mail_exchange"
                | "dns.srv.target"
        )
    });
    for node in answers.take(SHOWN) {
        let kind = match node.field {
            "dns.a" => "A",
            "dns.aaaa" => "AAAA",
            "dns.cname" => "CNAME",
            "dns.ptr.domain_name" => "PTR",
            "dns.mx.mail_exchange" => "MX",
            _ => "SRV",
        };
        write!(info, " {kind} {}", node.value)?;
    }
    Ok(())
}

fn tls(tree: &Tree, info: &mut String) -> Result<(), std::fmt::Error> {
    const SHOWN: usize = 6;
    let nodes = tree.own();
    let mut shown = 0_usize;
    let mut records =
        nodes.iter().enumerate().filter(|(_, node)| node.field == "tls.record.content_type").peekable();
    while let Some((at, node)) = records.next() {
        let end = records.peek().map_or(nodes.len(), |(next, _)| *next);
        let Value::Named(kind, name) = node.value else { continue };
        if shown >= SHOWN {
            return info.write_str(", …");
        }
        if shown > 0 {
            info.write_str(", ")?;
        }
        shown = shown.saturating_add(1);
        let inside = nodes.get(at..end).unwrap_or_default();
        let find = |field: &str| inside.iter().find(|node| node.field == field).map(|node| &node.value);
        match (kind, find("tls.handshake.type"), find("tls.alert_message.desc")) {
            (22, Some(Value::Named(_, message)), _) => info.write_str(message)?,
            (22, ..) => info.write_str("Encrypted Handshake Message")?,
            (21, _, Some(Value::Named(_, reason))) => write!(info, "Alert ({reason})")?,
            (21, ..) => info.write_str("Encrypted Alert")?,
            _ => info.write_str(name)?,
        }
        if let Some(server) = find("tls.handshake.extensions_server_name") {
            write!(info, " (SNI={server})")?;
        }
    }
    Ok(())
}
