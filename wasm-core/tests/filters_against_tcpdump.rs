//! The matcher and the expressions for other tools, held against those tools on recorded traffic: packet for
//! packet, `tcpdump -r FILE BPF` and `tshark -Y FILTER` keep what the matcher keeps.
//!
//! tcpdump and tshark come with `make setup`.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use wasm_core::filter::{CaptureFilters, CheckContext, Endpoints, LocalAddresses, Matcher, check};

/// A classic pcap file, read by hand: this test must not lean on the reader that the product uses.
struct Capture {
    /// Header of each record and its bytes.
    records: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Capture {
    fn parse(bytes: &[u8]) -> Self {
        assert!(
            matches!(bytes[..4], [0xd4, 0xc3, 0xb2, 0xa1] | [0x4d, 0x3c, 0xb2, 0xa1]),
            "little-endian pcap"
        );
        assert_eq!(bytes[20..24], [1, 0, 0, 0], "Ethernet");
        let mut records = Vec::new();
        let mut rest = &bytes[24..];
        while !rest.is_empty() {
            let (header, after) = rest.split_at(16);
            let length = u32::from_le_bytes([header[8], header[9], header[10], header[11]]) as usize;
            let (data, after) = after.split_at(length);
            records.push((header.to_vec(), data.to_vec()));
            rest = after;
        }
        Self { records }
    }
}

/// What a filter looks at, as libpcap sees it: untagged Ethernet, IPv6 without a look behind extension headers.
fn endpoints(frame: &[u8]) -> Option<Endpoints> {
    let ip = frame.get(14..)?;
    let ports = |transport: Option<&[u8]>| {
        let transport = transport?.get(..4)?;
        Some((
            u16::from_be_bytes([transport[0], transport[1]]),
            u16::from_be_bytes([transport[2], transport[3]]),
        ))
    };
    let has_ports = |protocol: u8| matches!(protocol, 6 | 17 | 132);
    match frame.get(12..14)? {
        [0x08, 0x00] => {
            let later_fragment = u16::from_be_bytes([*ip.get(6)?, *ip.get(7)?]) & 0x1fff != 0;
            let header = usize::from(ip.first()? & 0x0f) * 4;
            let protocol = *ip.get(9)?;
            let address = |at: usize| Some(Ipv4Addr::from(<[u8; 4]>::try_from(ip.get(at..at + 4)?).ok()?));
            Some(Endpoints {
                protocol,
                source: IpAddr::V4(address(12)?),
                destination: IpAddr::V4(address(16)?),
                ports: ports(ip.get(header..)).filter(|_| has_ports(protocol) && !later_fragment),
            })
        }
        [0x86, 0xdd] => {
            let protocol = *ip.get(6)?;
            let address = |at: usize| Some(Ipv6Addr::from(<[u8; 16]>::try_from(ip.get(at..at + 16)?).ok()?));
            Some(Endpoints {
                protocol,
                source: IpAddr::V6(address(8)?),
                destination: IpAddr::V6(address(24)?),
                ports: ports(ip.get(40..)).filter(|_| has_ports(protocol)),
            })
        }
        _ => None,
    }
}

fn captures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/captures");
    let mut found = Vec::new();
    for folder in [folder.clone(), folder.join("web-set")] {
        for entry in std::fs::read_dir(&folder).expect("recorded captures") {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "pcap") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(found.len() >= 5, "captures in {}", folder.display());
    found
}

/// Filters made of what the capture holds, so that they keep some packets and not others.
fn filters_for(capture: &Capture) -> Vec<CaptureFilters> {
    let ends: Vec<Endpoints> = capture.records.iter().filter_map(|(_, data)| endpoints(data)).collect();
    let mut filters: BTreeSet<String> =
        ["[]", r#"[{"protocol":"TCP"}]"#, r#"[{"protocol":"UDP"}]"#].into_iter().map(str::to_owned).collect();
    let mut picks: Vec<_> =
        ends.iter().map(|end| (end.protocol, end.source, end.destination, end.ports)).collect();
    picks.sort();
    picks.dedup();
    let step = (picks.len() / 6).max(1);
    for (protocol, source, destination, ports) in picks.into_iter().step_by(step) {
        let protocol = match protocol {
            6 => "TCP",
            17 => "UDP",
            _ => "Any",
        };
        let (low, high) = if source <= destination { (source, destination) } else { (destination, source) };
        let range = if low.is_ipv4() == high.is_ipv4() { format!("{low}-{high}") } else { low.to_string() };
        filters.insert(format!(r#"[{{"localIPAddress":"{source}"}}]"#));
        filters.insert(format!(r#"[{{"protocol":"{protocol}","localIPAddress":"{source};{destination}"}}]"#));
        filters.insert(format!(
            r#"[{{"protocol":"{protocol}","localIPAddress":"{source}","remoteIPAddress":"{destination}"}}]"#
        ));
        filters.insert(format!(r#"[{{"remoteIPAddress":"{range}"}}]"#));
        if let Some((from, to)) = ports {
            let (low, high) = (from.min(to), from.max(to));
            filters.insert(format!(r#"[{{"localPort":"{from}"}}]"#));
            filters.insert(format!(r#"[{{"protocol":"{protocol}","localPort":"{from};{to}"}}]"#));
            filters.insert(format!(r#"[{{"protocol":"TCP","remotePort":"{low}-{high}"}}]"#));
            filters.insert(format!(
                r#"[{{"protocol":"{protocol}","localIPAddress":"{source}","localPort":"1-65535","remoteIPAddress":"{range}","remotePort":"{to}"}},{{"protocol":"UDP","remotePort":"53"}}]"#
            ));
        }
    }
    filters.iter().map(|json| json.parse().unwrap_or_else(|error| panic!("{json}: {error}"))).collect()
}

fn kept_by_matcher(capture: &Capture, filters: &CaptureFilters) -> Vec<usize> {
    let matcher = Matcher::new(filters, LocalAddresses::unknown());
    let keeps = |data: &[u8]| match endpoints(data) {
        Some(ends) => matcher.keeps(&ends),
        None => matcher.keeps_other(),
    };
    let kept = capture.records.iter().enumerate().filter(|(_, (_, data))| keeps(data));
    kept.map(|(index, _)| index).collect()
}

fn run(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{program} is missing ({error}): make setup installs it"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn tcpdump_keeps_the_same_packets() {
    let (mut runs, mut some) = (0, 0);
    for path in captures() {
        let capture = Capture::parse(&std::fs::read(&path).unwrap());
        let file = path.to_str().unwrap();
        for filters in filters_for(&capture) {
            let verdict = check(&filters.to_inputs(), &CheckContext::default());
            let bpf = verdict.bpf.expect("a valid set has an expression");
            let kept = kept_by_matcher(&capture, &filters);
            let written = Capture::parse(&run("tcpdump", &["-nr", file, "-w", "-", &bpf]));
            let expected: Vec<_> = kept.iter().map(|index| &capture.records[*index].1).collect();
            let found: Vec<_> = written.records.iter().map(|(_, data)| data).collect();
            assert_eq!(found.len(), expected.len(), "{file}: {filters}\n{bpf}");
            assert!(found == expected, "{file}: other packets with {filters}\n{bpf}");
            runs += 1;
            some += usize::from(!kept.is_empty() && kept.len() < capture.records.len());
        }
    }
    assert!(runs > 200 && some * 2 > runs, "{some} of {runs} filters keep a part of their capture");
}

#[test]
fn wireshark_keeps_the_same_packets() {
    // Captures without ICMP: Wireshark finds addresses in quoted headers too.
    for name in ["http.pcap", "tls.pcap"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/captures").join(name);
        let capture = Capture::parse(&std::fs::read(&path).unwrap());
        for filters in filters_for(&capture).into_iter().step_by(3) {
            let verdict = check(&filters.to_inputs(), &CheckContext::default());
            let expression = verdict.display_filter.expect("a valid set has an expression");
            let file = path.to_str().unwrap();
            let numbers =
                run("tshark", &["-n", "-r", file, "-Y", &expression, "-T", "fields", "-e", "frame.number"]);
            let found: Vec<usize> = String::from_utf8(numbers)
                .unwrap()
                .lines()
                .map(|line| line.parse::<usize>().unwrap() - 1)
                .collect();
            assert_eq!(found, kept_by_matcher(&capture, &filters), "{name}: {filters}\n{expression}");
        }
    }
}
