use super::super::super::link::LinkType;
use super::super::super::reader::Packet;
use super::super::super::tcp::Marks;
use super::super::super::time::Time;
use super::super::Preview;
use super::*;

/// Ethernet, IPv4 10.0.0.4 → 93.184.216.34, TCP 51000 → 80 [PSH, ACK], an HTTP request.
fn request() -> Vec<u8> {
    let payload = b"GET /index.html HTTP/1.1\r\nHost: www.Example.com\r\nAccept: */*\r\n\r\n";
    let mut frame = vec![0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, 0x08, 0x00];
    let total = (40 + payload.len()) as u16;
    frame.extend([0x45, 0]);
    frame.extend(total.to_be_bytes());
    frame.extend([0, 1, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 4, 93, 184, 216, 34]);
    frame.extend(51_000_u16.to_be_bytes());
    frame.extend(80_u16.to_be_bytes());
    frame.extend([0, 0, 0, 1, 0, 0, 0, 2, 0x50, 0x18, 1, 0, 0, 0, 0, 0]);
    frame.extend(payload);
    frame
}

fn keeps(text: &str, marks: Marks) -> bool {
    let frame = request();
    let packet = Packet {
        number: 7,
        time: Some(Time::from_nanos(1_500_000_000)),
        link: LinkType::ETHERNET,
        data: &frame,
        length: frame.len() as u32,
        offset: 0,
    };
    let terms: Terms = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    let mut preview = Preview::default();
    let whole = terms.keeps(preview.tree(&packet, marks), &frame);
    assert_eq!(terms.keeps(preview.parts(&packet, marks, terms.needs()), &frame), whole, "{text}");
    whole
}

#[test]
fn what_a_filter_does_not_need_decides_nothing() {
    let filters: Vec<Terms> = complete("", usize::MAX).iter().map(|name| name.parse().expect(name)).collect();
    assert!(filters.len() > 200);
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/captures");
    let (mut whole, mut parts) = (Preview::default(), Preview::default());
    for name in ["dns.pcap", "http.pcap", "ipv6.pcap", "lossy.pcap", "tls.pcap"] {
        let file = std::fs::read(format!("{folder}/{name}")).expect(name);
        crate::pcap::Reader::new().push(&file, |packet| {
            if packet.number > 60 {
                return;
            }
            let marks = if packet.number % 7 == 0 { Marks::OUT_OF_ORDER } else { Marks::default() };
            let tree = whole.tree(packet, marks);
            for terms in &filters {
                let part = parts.parts(packet, marks, terms.needs());
                let kept = terms.keeps(part, packet.data);
                assert_eq!(
                    kept,
                    terms.keeps(tree, packet.data),
                    "{terms} in packet {} of {name}",
                    packet.number
                );
            }
        });
    }
}

#[test]
fn terms_hold_as_wireshark_would_say() {
    for (text, expected) in [
        ("tcp", true),
        ("udp", false),
        ("http and ip", true),
        ("tcp.port == 80", true),
        ("tcp.port==51000", true),
        ("tcp.dstport == 51000", false),
        ("tcp.port != 80", false),
        ("tcp.port in {22, 80}", true),
        ("tcp.port in {1..79 443}", false),
        ("tcp.srcport > 50000 && tcp.srcport < 52000", true),
        ("ip.addr == 10.0.0.0/8", true),
        ("ip.src == 93.184.216.34", false),
        ("not ip.addr == 10.0.0.4", false),
        ("!(udp or dns) and http.request.method == GET", true),
        ("http.host contains \"example\"", true),
        ("http.host == www.example.com", true),
        ("HTTP.HOST == \"other\"", false),
        ("eth.src == 02:00:00:00:00:02", true),
        ("tcp.flags.syn == 1", false),
        ("tcp.flags.push", true),
        ("tcp.flags == 0x018", true),
        ("frame.len >= 54 and frame.number == 7", true),
        ("frame contains \"INDEX.html\"", true),
        ("\"no such text\"", false),
        ("93.184.216.34", true),
        (":443 or 80", true),
        ("frame.time_epoch < 1.6", true),
        ("frame.time_epoch == 1.5", true),
        ("frame.time_epoch > 1.500000000", false),
        ("frame.time_epoch > 1.499999999", true),
        ("frame.time_epoch > -0.5", true),
        ("tcp.analysis.retransmission", false),
        ("dns or tcp and udp", false),
    ] {
        assert_eq!(keeps(text, Marks::default()), expected, "{text}");
    }
    assert!(keeps("tcp.analysis.retransmission", Marks::RETRANSMISSION));
    assert!(keeps("tcp.analysis.flags && http", Marks::OUT_OF_ORDER));
}

#[test]
fn mistakes_have_a_place_a_kind_and_where_possible_a_fix() {
    for (text, code, range, fix) in [
        ("", "term-empty", 0..0, None),
        ("tcp.prot == 80", "term-unknown-field-nearest", 0..8, Some("tcp.port")),
        ("zebra", "term-unknown-field", 0..5, None),
        ("tcp.port = 80", "term-wrong-operator", 9..10, Some("==")),
        ("tcp & udp", "term-wrong-operator", 4..5, Some("&&")),
        ("tcp.port == http", "term-wrong-number", 12..16, None),
        ("ip.addr == 10.0.0", "term-wrong-address", 11..17, None),
        ("ip.addr == 10.0.0.0/33", "term-wrong-address", 11..22, None),
        ("tcp.flags.syn == 2", "term-wrong-flag", 17..18, None),
        ("eth.src == 02:00", "term-wrong-mac", 11..16, None),
        ("frame.time_epoch > .", "term-wrong-seconds", 19..20, None),
        ("tcp.port ==", "term-unfinished", 11..11, None),
        ("tcp and", "term-unfinished", 7..7, None),
        ("(tcp or udp", "term-unclosed", 0..1, None),
        ("tcp)", "term-unexpected", 3..4, None),
        ("tcp udp", "term-unexpected", 4..7, None),
        ("http.host == \"x", "term-unclosed", 13..15, None),
        ("tcp == 80", "term-layer-compared", 0..6, None),
        ("tcp.port contains 8", "term-contains-needs-text", 9..17, None),
        ("tcp.port in {80, 443", "term-unclosed", 12..13, None),
        ("tcp.port in 80", "term-unexpected", 12..14, None),
    ] {
        let error = text.parse::<Terms>().expect_err(text);
        assert_eq!((error.kind.code(), error.range.clone(), error.kind.fix()), (code, range, fix), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_parsed_or_refused(text in "\\PC{0,80}") {
        if let Err(error) = text.parse::<Terms>() {
            proptest::prop_assert!(error.range.start <= error.range.end);
            proptest::prop_assert!(error.range.end <= text.chars().count());
        }
    }

    #[test]
    fn deep_nesting_is_refused(depth in 0_usize..2000) {
        let text = format!("{}tcp{}", "(".repeat(depth), ")".repeat(depth));
        proptest::prop_assert_eq!(text.parse::<Terms>().is_ok(), depth <= 32);
    }
}
