use crate::filter::*;
use std::net::IpAddr;

fn packet(protocol: u8, source: &str, sport: u16, destination: &str, dport: u16) -> Endpoints {
    Endpoints {
        protocol,
        source: source.parse().unwrap(),
        destination: destination.parse().unwrap(),
        ports: Some((sport, dport)),
    }
}

fn matcher(json: &str, local: &[&str]) -> Matcher {
    let local = local.iter().map(|address| address.parse::<IpAddr>().unwrap()).collect();
    Matcher::new(&json.parse().unwrap(), local)
}

#[test]
fn a_matcher_reads_what_it_writes() {
    for json in [
        "[]",
        r#"[{"protocol":"TCP","localIPAddress":"10.0.0.3","remotePort":"443"}]"#,
        r#"[{"protocol":"UDP","remoteIPAddress":"1.1.1.1-2.2.2.2","localPort":"1;5;9"},{"localIPAddress":"fd00::1;fd00::9"}]"#,
    ] {
        for local in [&[][..], &["10.0.0.4", "fd00::1", "10.0.0.3", "10.0.0.4"]] {
            let matcher = matcher(json, local);
            assert_eq!(matcher.to_string().parse(), Ok(matcher));
        }
    }
    for text in ["10", ";ICMP;*;*;*;*", ";TCP;*;*;*", ";TCP;*;80;*;*", ";TCP;10.0.0.1-x;*;*;*"] {
        assert_eq!(text.parse::<Matcher>(), Err(NoMatcher), "{text}");
    }
}

#[test]
fn both_directions_with_and_without_known_local_addresses() {
    let json = r#"[{"protocol":"TCP","localIPAddress":"10.0.0.3","remotePort":"443"}]"#;
    let there = packet(6, "10.0.0.3", 50000, "1.1.1.1", 443);
    let back = packet(6, "1.1.1.1", 443, "10.0.0.3", 50000);
    let swapped = packet(6, "10.0.0.3", 443, "1.1.1.1", 50000);
    for local in [&[][..], &["10.0.0.3"], &["10.0.0.3", "10.0.0.4"]] {
        let matcher = matcher(json, local);
        assert!(matcher.keeps(&there) && matcher.keeps(&back), "{local:?}");
        assert!(!matcher.keeps(&swapped), "the port is the peer's: {local:?}");
    }
    // Seen from the peer's side, its address is the local one.
    assert!(!matcher(json, &["1.1.1.1"]).keeps(&there));
}

#[test]
fn known_local_addresses_decide_which_end_is_local() {
    let json = r#"[{"protocol":"TCP","localPort":"443"}]"#;
    let client = packet(6, "10.0.0.3", 50000, "1.1.1.1", 443);
    assert!(matcher(json, &[]).keeps(&client), "either end may be the local one");
    assert!(!matcher(json, &["10.0.0.3"]).keeps(&client), "443 is the peer's port");
    assert!(matcher(json, &["10.9.9.9"]).keeps(&client), "neither is known to be local: both are tried");
    let own = packet(6, "10.0.0.3", 50000, "10.0.0.4", 443);
    assert!(matcher(json, &["10.0.0.3", "10.0.0.4"]).keeps(&own), "both are local: both are tried");
}

#[test]
fn filters_are_alternatives_and_fields_are_all_required() {
    let matcher = matcher(r#"[{"protocol":"TCP","remotePort":"80;443"},{"protocol":"UDP"}]"#, &[]);
    assert!(matcher.keeps(&packet(6, "10.0.0.3", 1, "1.1.1.1", 80)));
    assert!(!matcher.keeps(&packet(6, "10.0.0.3", 1, "1.1.1.1", 81)));
    assert!(matcher.keeps(&packet(17, "10.0.0.3", 1, "1.1.1.1", 81)));
    assert!(!matcher.keeps_other());
}

#[test]
fn packets_without_ports() {
    let icmp = Endpoints { ports: None, ..packet(1, "10.0.0.3", 0, "1.1.1.1", 0) };
    assert!(matcher(r#"[{"localIPAddress":"10.0.0.3"}]"#, &[]).keeps(&icmp));
    assert!(!matcher(r#"[{"localIPAddress":"10.0.0.3","localPort":"1-65535"}]"#, &[]).keeps(&icmp));
    assert!(!matcher(r#"[{"protocol":"TCP"}]"#, &[]).keeps(&icmp));
    let fragment = Endpoints { protocol: 17, ..icmp };
    assert!(matcher(r#"[{"protocol":"UDP"}]"#, &[]).keeps(&fragment));
    assert!(!matcher(r#"[{"protocol":"UDP","remotePort":"53"}]"#, &[]).keeps(&fragment));
}

#[test]
fn everything_includes_what_is_not_ip() {
    for json in ["[]", r#"[{"protocol":"Any"}]"#, r#"[{"protocol":"UDP"},{}]"#] {
        assert!(matcher(json, &["10.0.0.3"]).keeps_other(), "{json}");
    }
    assert!(!matcher(r#"[{"localIPAddress":"0.0.0.0-255.255.255.255"}]"#, &[]).keeps_other());
}

#[test]
fn families_do_not_mix() {
    let matcher =
        matcher(r#"[{"remoteIPAddress":"0.0.0.0-255.255.255.255"},{"remoteIPAddress":"2001:db8::1"}]"#, &[]);
    assert!(matcher.keeps(&packet(6, "10.0.0.3", 1, "1.1.1.1", 2)));
    assert!(matcher.keeps(&packet(6, "2001:db8::9", 1, "2001:db8::1", 2)));
    assert!(!matcher.keeps(&packet(6, "2001:db8::9", 1, "2001:db8::8", 2)));
}
