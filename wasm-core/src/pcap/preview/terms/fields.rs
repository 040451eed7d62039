//! The names that a term may use, and what stands behind those that mean several fields.

/// What a field is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Number,
    Address,
    Mac,
    Text,
    /// 0 or 1, true or false.
    Flag,
    /// Seconds.
    Seconds,
    /// A protocol: it is there or not.
    Layer,
}

use Kind::{Address, Flag, Layer, Mac, Number, Seconds, Text};

/// Names that mean several fields, as Wireshark has them; `addr` and `port` are ours.
const GROUPS: &[(&str, Kind, &[&str])] = &[
    (
        "addr",
        Address,
        &["ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "arp.src.proto_ipv4", "arp.dst.proto_ipv4"],
    ),
    (
        "port",
        Number,
        &["tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport", "sctp.srcport", "sctp.dstport"],
    ),
    ("ip.addr", Address, &["ip.src", "ip.dst"]),
    ("ip.host", Address, &["ip.src", "ip.dst"]),
    ("ipv6.addr", Address, &["ipv6.src", "ipv6.dst"]),
    ("eth.addr", Mac, &["eth.src", "eth.dst"]),
    ("tcp.port", Number, &["tcp.srcport", "tcp.dstport"]),
    ("udp.port", Number, &["udp.srcport", "udp.dstport"]),
    ("sctp.port", Number, &["sctp.srcport", "sctp.dstport"]),
    ("tcp.window_size", Number, &["tcp.window_size_value"]),
    ("http.request", Text, &["http.request.method"]),
    ("http.response", Number, &["http.response.code"]),
    ("frame.time", Seconds, &["frame.time_epoch"]),
    ("bootp", Layer, &["dhcp"]),
    ("eth", Layer, &["ethernet"]),
    ("ip", Layer, &["ipv4"]),
    ("ssl", Layer, &["tls"]),
    (
        "tcp.analysis.flags",
        Flag,
        &[
            "tcp.analysis.retransmission",
            "tcp.analysis.out_of_order",
            "tcp.analysis.duplicate_ack",
            "tcp.analysis.zero_window",
            "tcp.analysis.zero_window_probe",
            "tcp.analysis.zero_window_probe_ack",
            "tcp.analysis.window_full",
            "tcp.analysis.keep_alive",
            "tcp.analysis.keep_alive_ack",
            "tcp.analysis.lost_segment",
            "tcp.analysis.ack_lost_segment",
            "tcp.analysis.reused_ports",
        ],
    ),
];

/// Fields that the tree writes.
const FIELDS: &[(&str, Kind)] = &[
    ("arp.dst.hw_mac", Mac),
    ("arp.dst.proto_ipv4", Address),
    ("arp.hw.size", Number),
    ("arp.hw.type", Number),
    ("arp.opcode", Number),
    ("arp.proto.size", Number),
    ("arp.proto.type", Number),
    ("arp.src.hw_mac", Mac),
    ("arp.src.proto_ipv4", Address),
    ("dhcp.hw.mac_addr", Mac),
    ("dhcp.id", Number),
    ("dhcp.ip.client", Address),
    ("dhcp.ip.server", Address),
    ("dhcp.ip.your", Address),
    ("dhcp.option.dhcp", Number),
    ("dhcp.option.dhcp_server_id", Address),
    ("dhcp.option.hostname", Text),
    ("dhcp.option.requested_ip_address", Address),
    ("dhcp.type", Number),
    ("dns.a", Address),
    ("dns.aaaa", Address),
    ("dns.cname", Text),
    ("dns.count.add_rr", Number),
    ("dns.count.answers", Number),
    ("dns.count.auth_rr", Number),
    ("dns.count.queries", Number),
    ("dns.flags", Number),
    ("dns.flags.authoritative", Flag),
    ("dns.flags.opcode", Number),
    ("dns.flags.rcode", Number),
    ("dns.flags.recavail", Flag),
    ("dns.flags.recdesired", Flag),
    ("dns.flags.response", Flag),
    ("dns.flags.truncated", Flag),
    ("dns.id", Number),
    ("dns.length", Number),
    ("dns.mx.mail_exchange", Text),
    ("dns.mx.preference", Number),
    ("dns.ns", Text),
    ("dns.ptr.domain_name", Text),
    ("dns.qry.class", Number),
    ("dns.qry.name", Text),
    ("dns.qry.type", Number),
    ("dns.resp.data", Number),
    ("dns.resp.name", Text),
    ("dns.resp.ttl", Number),
    ("dns.resp.type", Number),
    ("dns.soa.mname", Text),
    ("dns.srv.port", Number),
    ("dns.srv.target", Text),
    ("dns.txt", Text),
    ("eth.dst", Mac),
    ("eth.len", Number),
    ("eth.src", Mac),
    ("eth.type", Number),
    ("frame.cap_len", Number),
    ("frame.len", Number),
    ("frame.number", Number),
    ("frame.time_epoch", Seconds),
    ("geneve.options", Number),
    ("geneve.proto_type", Number),
    ("geneve.vni", Number),
    ("gre.flags_and_version", Number),
    ("gre.key", Number),
    ("gre.proto", Number),
    ("gtp.flags", Number),
    ("gtp.length", Number),
    ("gtp.message", Number),
    ("gtp.teid", Number),
    ("http.content_length_header", Text),
    ("http.content_type", Text),
    ("http.file_data", Number),
    ("http.header", Text),
    ("http.host", Text),
    ("http.location", Text),
    ("http.request.method", Text),
    ("http.request.uri", Text),
    ("http.request.version", Text),
    ("http.response.code", Number),
    ("http.response.phrase", Text),
    ("http.response.version", Text),
    ("http.server", Text),
    ("http.start_line", Text),
    ("http.user_agent", Text),
    ("icmp.checksum", Number),
    ("icmp.code", Number),
    ("icmp.ident", Number),
    ("icmp.mtu", Number),
    ("icmp.redir_gw", Address),
    ("icmp.seq", Number),
    ("icmp.type", Number),
    ("icmpv6.checksum", Number),
    ("icmpv6.code", Number),
    ("icmpv6.echo.identifier", Number),
    ("icmpv6.echo.sequence_number", Number),
    ("icmpv6.mtu", Number),
    ("icmpv6.nd.target_address", Address),
    ("icmpv6.type", Number),
    ("igmp.checksum", Number),
    ("igmp.maddr", Address),
    ("igmp.type", Number),
    ("ip.checksum", Number),
    ("ip.dsfield.dscp", Number),
    ("ip.dsfield.ecn", Number),
    ("ip.dst", Address),
    ("ip.flags.df", Flag),
    ("ip.flags.mf", Flag),
    ("ip.frag_offset", Number),
    ("ip.hdr_len", Number),
    ("ip.id", Number),
    ("ip.len", Number),
    ("ip.options", Number),
    ("ip.proto", Number),
    ("ip.src", Address),
    ("ip.ttl", Number),
    ("ip.version", Number),
    ("ipv6.dst", Address),
    ("ipv6.ext", Number),
    ("ipv6.flow", Number),
    ("ipv6.fraghdr.ident", Number),
    ("ipv6.fraghdr.more", Flag),
    ("ipv6.fraghdr.offset", Number),
    ("ipv6.hlim", Number),
    ("ipv6.nxt", Number),
    ("ipv6.plen", Number),
    ("ipv6.src", Address),
    ("ipv6.tclass", Number),
    ("ipv6.version", Number),
    ("llc.control", Number),
    ("llc.dsap", Number),
    ("llc.ssap", Number),
    ("mpls.bottom", Flag),
    ("mpls.exp", Number),
    ("mpls.label", Number),
    ("mpls.ttl", Number),
    ("ntp.flags.mode", Number),
    ("ntp.flags.vn", Number),
    ("ntp.stratum", Number),
    ("null.family", Number),
    ("ppp.protocol", Number),
    ("pppoe.code", Number),
    ("pppoe.payload_length", Number),
    ("pppoe.session_id", Number),
    ("quic.header_form", Number),
    ("quic.long.packet_type", Number),
    ("quic.version", Number),
    ("sctp.checksum", Number),
    ("sctp.chunk_type", Number),
    ("sctp.dstport", Number),
    ("sctp.srcport", Number),
    ("sctp.verification_tag", Number),
    ("sll.etype", Number),
    ("sll.halen", Number),
    ("sll.hatype", Number),
    ("sll.ifindex", Number),
    ("sll.pkttype", Number),
    ("sll.src.eth", Mac),
    ("ssh.protocol", Text),
    ("tcp.ack", Number),
    ("tcp.ack_raw", Number),
    ("tcp.analysis.ack_lost_segment", Flag),
    ("tcp.analysis.duplicate_ack", Flag),
    ("tcp.analysis.fast_retransmission", Flag),
    ("tcp.analysis.keep_alive", Flag),
    ("tcp.analysis.keep_alive_ack", Flag),
    ("tcp.analysis.lost_segment", Flag),
    ("tcp.analysis.out_of_order", Flag),
    ("tcp.analysis.retransmission", Flag),
    ("tcp.analysis.reused_ports", Flag),
    ("tcp.analysis.spurious_retransmission", Flag),
    ("tcp.analysis.window_full", Flag),
    ("tcp.analysis.window_update", Flag),
    ("tcp.analysis.zero_window", Flag),
    ("tcp.analysis.zero_window_probe", Flag),
    ("tcp.analysis.zero_window_probe_ack", Flag),
    ("tcp.checksum", Number),
    ("tcp.dstport", Number),
    ("tcp.flags", Number),
    ("tcp.flags.ack", Flag),
    ("tcp.flags.ae", Flag),
    ("tcp.flags.cwr", Flag),
    ("tcp.flags.ece", Flag),
    ("tcp.flags.fin", Flag),
    ("tcp.flags.push", Flag),
    ("tcp.flags.reset", Flag),
    ("tcp.flags.syn", Flag),
    ("tcp.flags.urg", Flag),
    ("tcp.hdr_len", Number),
    ("tcp.len", Number),
    ("tcp.option_kind", Number),
    ("tcp.options", Number),
    ("tcp.options.mss_val", Number),
    ("tcp.options.sack_le", Number),
    ("tcp.options.sack_re", Number),
    ("tcp.options.timestamp.tsecr", Number),
    ("tcp.options.timestamp.tsval", Number),
    ("tcp.options.wscale.shift", Number),
    ("tcp.payload", Number),
    ("tcp.seq", Number),
    ("tcp.seq_raw", Number),
    ("tcp.srcport", Number),
    ("tcp.urgent_pointer", Number),
    ("tcp.window_size_value", Number),
    ("tls.alert_message.desc", Number),
    ("tls.alert_message.level", Number),
    ("tls.handshake", Number),
    ("tls.handshake.cipher_suites_count", Number),
    ("tls.handshake.ciphersuite", Number),
    ("tls.handshake.extension.type", Number),
    ("tls.handshake.extensions.supported_version", Number),
    ("tls.handshake.extensions_alpn_str", Text),
    ("tls.handshake.extensions_server_name", Text),
    ("tls.handshake.length", Number),
    ("tls.handshake.random", Number),
    ("tls.handshake.session_id_length", Number),
    ("tls.handshake.type", Number),
    ("tls.handshake.version", Number),
    ("tls.record.content_type", Number),
    ("tls.record.length", Number),
    ("tls.record.version", Number),
    ("udp.checksum", Number),
    ("udp.dstport", Number),
    ("udp.length", Number),
    ("udp.srcport", Number),
    ("vlan.dei", Flag),
    ("vlan.etype", Number),
    ("vlan.id", Number),
    ("vlan.priority", Number),
    ("vxlan.flags", Number),
    ("vxlan.vni", Number),
];

/// The fields behind a name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Named {
    pub kind: Kind,
    /// One field, or those of a group.
    pub fields: Fields,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fields {
    One(&'static str),
    Several(&'static [&'static str]),
}

impl Fields {
    pub fn iter(&self) -> impl Iterator<Item = &'static str> {
        match self {
            Self::One(name) => std::slice::from_ref(name).iter().copied(),
            Self::Several(names) => names.iter().copied(),
        }
    }

    pub fn contains(self, field: &str) -> bool {
        match self {
            Self::One(name) => name == field,
            Self::Several(names) => names.contains(&field),
        }
    }
}

/// What `name` means, in any case of letters.
pub fn find(name: &str) -> Option<Named> {
    let name = name.to_ascii_lowercase();
    if let Some((_, kind, fields)) = GROUPS.iter().find(|(group, ..)| *group == name) {
        return Some(Named { kind: *kind, fields: Fields::Several(fields) });
    }
    if let Some((field, kind)) = FIELDS.iter().find(|(field, _)| *field == name) {
        return Some(Named { kind: *kind, fields: Fields::One(field) });
    }
    layers().find(|layer| *layer == name).map(|layer| Named { kind: Layer, fields: Fields::One(layer) })
}

fn layers() -> impl Iterator<Item = &'static str> {
    super::super::super::dissect::Layer::ALL.iter().map(|layer| layer.name()).chain(["frame"])
}

fn all() -> impl Iterator<Item = &'static str> {
    let groups = GROUPS.iter().map(|(name, ..)| *name);
    groups.chain(layers()).chain(FIELDS.iter().map(|(name, _)| *name))
}

/// Names that begin with `prefix`, shortest first, at most `limit`.
pub fn complete(prefix: &str, limit: usize) -> Vec<&'static str> {
    let prefix = prefix.to_ascii_lowercase();
    let mut names: Vec<_> = all().filter(|name| name.starts_with(&prefix) && *name != prefix).collect();
    names.sort_unstable_by_key(|name| (name.len(), *name));
    names.dedup();
    names.truncate(limit);
    names
}

/// The known name that `name` most likely means: one or two letters off, or its last part.
pub fn nearest(name: &str) -> Option<&'static str> {
    const FAR: usize = 3;
    let name = name.to_ascii_lowercase();
    let close =
        all().map(|known| (distance(&name, known), known)).filter(|(distance, _)| *distance < FAR).min();
    close.map(|(_, known)| known).or_else(|| {
        let tail = format!(".{}", name.rsplit('.').next()?);
        all().filter(|known| known.ends_with(&tail)).min_by_key(|known| known.len())
    })
}

/// Levenshtein's distance of two short names.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=a.len()).collect();
    for (line, right) in b.chars().enumerate() {
        let mut diagonal = line;
        let mut before = line.saturating_add(1);
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (left, above) in a.iter().zip(row.iter_mut().skip(1)) {
            let cost = diagonal.saturating_add(usize::from(*left != right));
            diagonal = *above;
            before = cost.min(before.saturating_add(1)).min(diagonal.saturating_add(1));
            *above = before;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::super::needs::Needs;
    use super::*;

    #[test]
    fn names_are_completed_and_corrected() {
        assert_eq!(complete("tcp.po", 5), ["tcp.port"]);
        assert_eq!(complete("TCP.FLAGS.S", 5), ["tcp.flags.syn"]);
        assert_eq!(nearest("tcp.prot"), Some("tcp.port"));
        assert_eq!(nearest("ip.adr"), Some("ip.addr"));
        assert_eq!(nearest("server_port"), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn every_member_of_a_group_is_a_field_and_every_field_has_words() {
        for (group, kind, fields) in GROUPS {
            for field in *fields {
                assert_eq!(find(field).map(|found| found.kind), Some(*kind), "{field} of {group}");
            }
        }
        for layer in layers() {
            assert!(crate::words::has(&format!("layer-{layer}")), "{layer} has no words");
        }
        for (field, _) in FIELDS {
            let key = format!("field-{}", field.replace('.', "-"));
            assert!(crate::words::has(&key), "{field} has no words");
        }
        assert!(FIELDS.is_sorted_by_key(|(name, _)| *name));
        for name in all() {
            let mut needs = Needs::NOTHING;
            find(name).expect(name).fields.iter().for_each(|field| needs.add(field));
            assert!(needs != Needs::Everything, "{name} is of no known layer");
        }
    }
}
