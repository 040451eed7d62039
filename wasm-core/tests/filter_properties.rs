//! What holds for every filter: printing and parsing are inverse, fixes lead somewhere, and splitting a set keeps
//! exactly the same packets.

use proptest::prelude::*;
use std::net::{IpAddr, Ipv4Addr};
use wasm_core::filter::{
    CaptureFilters, CheckContext, Endpoints, Field, FilterInput, LocalAddresses, Matcher, Severity, check,
};

/// What fails is put into a table test by its name, not into a file of seeds.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Addresses and ports of few values, so that filters and packets meet often.
fn address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        9 => (0u32..24).prop_map(|n| IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + n))),
        1 => (0u128..4).prop_map(|n| IpAddr::V6((0x2001_0db8_u128 << 96 | n).into())),
    ]
}

fn v4() -> impl Strategy<Value = IpAddr> {
    (0u32..24).prop_map(|n| IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + n)))
}

fn port() -> impl Strategy<Value = u16> {
    1u16..30
}

/// One entry of a field: a value or a range.
type Item<T> = (T, T);

fn items<T: Ord + Copy + std::fmt::Debug>(
    value: impl Strategy<Value = T> + Clone,
) -> impl Strategy<Value = Vec<Item<T>>> {
    let one = value.clone().prop_map(|value| (value, value));
    let range = (value.clone(), value).prop_map(|(a, b)| (a.min(b), a.max(b)));
    prop::collection::vec(prop_oneof![one, range], 0..4)
}

fn text<T: std::fmt::Display + PartialEq>(items: &[Item<T>], separator: &str) -> String {
    let entry = |(first, last): &Item<T>| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    items.iter().map(entry).collect::<Vec<_>>().join(separator)
}

/// A filter as meant, which may be more than Azure takes in one.
#[derive(Clone, Debug)]
struct Meant {
    protocol: &'static str,
    local: (Vec<Item<IpAddr>>, Vec<Item<u16>>),
    remote: (Vec<Item<IpAddr>>, Vec<Item<u16>>),
}

fn meant() -> impl Strategy<Value = Meant> {
    let side = || (items(v4().boxed()), items(port().boxed()));
    (prop::sample::select(vec!["TCP", "UDP", "Any", ""]), side(), side())
        .prop_map(|(protocol, local, remote)| Meant { protocol, local, remote })
}

impl Meant {
    fn input(&self, separator: &str) -> FilterInput {
        FilterInput {
            protocol: self.protocol.to_owned(),
            local_ip_address: text(&self.local.0, separator),
            local_port: text(&self.local.1, separator),
            remote_ip_address: text(&self.remote.0, separator),
            remote_port: text(&self.remote.1, separator),
        }
    }

    /// The rule of the matcher, written down a second time and without its shortcuts.
    fn keeps(&self, packet: &Endpoints) -> bool {
        let protocol = match self.protocol {
            "TCP" => packet.protocol == 6,
            "UDP" => packet.protocol == 17,
            _ => true,
        };
        let among = |items: &[Item<IpAddr>], value: IpAddr| {
            items.is_empty() || items.iter().any(|(first, last)| *first <= value && value <= *last)
        };
        let side = |(addresses, ports): &(Vec<Item<IpAddr>>, Vec<Item<u16>>), address, port: Option<u16>| {
            among(addresses, address)
                && (ports.is_empty()
                    || port.is_some_and(|port| {
                        ports.iter().any(|(first, last)| (*first..=*last).contains(&port))
                    }))
        };
        let source = packet.ports.map(|ports| ports.0);
        let destination = packet.ports.map(|ports| ports.1);
        protocol
            && ((side(&self.local, packet.source, source)
                && side(&self.remote, packet.destination, destination))
                || (side(&self.local, packet.destination, destination)
                    && side(&self.remote, packet.source, source)))
    }
}

fn packet() -> impl Strategy<Value = Endpoints> {
    let protocol = prop::sample::select(vec![6u8, 6, 17, 17, 1]);
    (protocol, address(), address(), (port(), port())).prop_map(|(protocol, source, destination, ports)| {
        let ports = (protocol != 1).then_some(ports);
        Endpoints { protocol, source, destination, ports }
    })
}

/// Applies first fixes until nothing is left that has one.
fn mended(mut inputs: Vec<FilterInput>) -> Vec<FilterInput> {
    for _ in 0..40 {
        let verdict = check(&inputs, &CheckContext::default());
        let errors = verdict.problems.into_iter().filter(|problem| problem.severity == Severity::Error);
        match errors.flat_map(|problem| problem.fixes).next() {
            Some(fix) => inputs = fix.filters,
            None => return inputs,
        }
    }
    panic!("fixes do not end: {inputs:?}");
}

proptest! {
    #![proptest_config(config(1_000))]

    /// 1,000 sets × 120 packets.
    #[test]
    fn splitting_keeps_exactly_the_same_packets(
        set in prop::collection::vec(meant(), 1..3),
        separator in prop::sample::select(vec![";", ",", "; ", " "]),
        packets in prop::collection::vec(packet(), 120),
    ) {
        let mended = mended(set.iter().map(|meant| meant.input(separator)).collect());
        let filters = CaptureFilters::try_from(mended.clone());
        prop_assert!(filters.is_ok(), "{mended:?}: {filters:?}");
        let matcher = Matcher::new(&filters.unwrap(), LocalAddresses::unknown());
        for packet in &packets {
            let expected = set.iter().any(|meant| meant.keeps(packet));
            prop_assert_eq!(matcher.keeps(packet), expected, "{:?}\n{:?}", packet, mended);
        }
    }
}

/// Texts near to what people type.
fn typed() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[0-9.;,/ -]{0,24}",
        1 => "[0-9a-f.:;%\\[\\]/-]{0,24}",
        1 => "(10\\.0\\.0\\.[0-9]{1,3}[-;, /]?){0,4}",
        1 => "([0-9]{1,6}[-;, :]?){0,5}",
        1 => "[０-９．；、，～–* a-z]{0,12}",
        1 => "\\PC{0,16}",
    ]
}

fn typed_filter() -> impl Strategy<Value = FilterInput> {
    let protocol = prop_oneof![
        prop::sample::select(vec!["TCP", "udp", "Any", "", "ICMP", "TCP;UDP"]).prop_map(str::to_owned),
        typed()
    ];
    (protocol, typed(), typed(), typed(), typed()).prop_map(
        |(protocol, local_ip_address, local_port, remote_ip_address, remote_port)| FilterInput {
            protocol,
            local_ip_address,
            local_port,
            remote_ip_address,
            remote_port,
        },
    )
}

proptest! {
    #![proptest_config(config(4_000))]

    #[test]
    fn every_text_is_judged_soundly(inputs in prop::collection::vec(typed_filter(), 0..3)) {
        let verdict = check(&inputs, &CheckContext::default());
        let errors = verdict.problems.iter().filter(|problem| problem.severity == Severity::Error).count();
        prop_assert_eq!(verdict.ok, errors == 0);
        let filters = CaptureFilters::try_from(inputs.clone());
        prop_assert_eq!(verdict.ok, filters.is_ok(), "{:?}", filters);
        for problem in &verdict.problems {
            prop_assert!(problem.start <= problem.end);
            // Fluent shows a parameter that nobody gave as {$name}.
            let unfilled = ["{$found}", "{$expected}", "{$field}", "{$other}", "{$local}", "{$remote}"];
            prop_assert!(!unfilled.iter().any(|gap| problem.text.contains(gap)), "{}", problem.text);
            prop_assert!(!problem.text.is_empty());
            if let (Some(filter), Some(field)) = (problem.filter, problem.field) {
                prop_assert!(problem.end <= field.of(&inputs[filter]).chars().count(), "{problem:?}");
            }
            for fix in &problem.fixes {
                prop_assert_ne!(&fix.filters, &inputs, "a fix changes something: {:?}", problem);
            }
        }
        if let Ok(filters) = filters {
            prop_assert_eq!(&filters.to_inputs(), &verdict.filters);
            // Printing and parsing are inverse, and what is normalised stays so.
            prop_assert_eq!(&filters.to_string().parse::<CaptureFilters>().unwrap(), &filters);
            let again = check(&verdict.filters, &CheckContext::default());
            prop_assert!(again.ok);
            prop_assert_eq!(again.filters, verdict.filters);
            prop_assert_eq!((again.bpf, again.reading), (verdict.bpf, verdict.reading));
        } else {
            let left = check(&mended(inputs), &CheckContext::default());
            prop_assert!(left.ok || left.problems.iter().any(|problem| problem.severity == Severity::Error && problem.fixes.is_empty()));
        }
    }

    #[test]
    fn known_local_addresses_only_ever_narrow(
        meant in meant(),
        packets in prop::collection::vec(packet(), 20),
        local in prop::collection::vec(v4(), 0..4),
    ) {
        let filters = CaptureFilters::try_from(mended(vec![meant.input(";")])).unwrap();
        let either = Matcher::new(&filters, LocalAddresses::unknown());
        let known = Matcher::new(&filters, local.into_iter().collect());
        for packet in packets {
            prop_assert!(!known.keeps(&packet) || either.keeps(&packet));
            let back = Endpoints {
                source: packet.destination,
                destination: packet.source,
                ports: packet.ports.map(|(source, destination)| (destination, source)),
                ..packet
            };
            prop_assert_eq!(known.keeps(&packet), known.keeps(&back), "both directions of a conversation");
        }
    }
}

#[test]
fn fields_are_named_as_in_the_json() {
    let json = serde_json::to_value(FilterInput {
        protocol: "a".into(),
        local_ip_address: "b".into(),
        local_port: "c".into(),
        remote_ip_address: "d".into(),
        remote_port: "e".into(),
    })
    .unwrap();
    for (field, value) in Field::ALL.into_iter().zip(["a", "b", "c", "d", "e"]) {
        assert_eq!(json[field.name()], value);
        assert_eq!(serde_json::to_value(field).unwrap(), field.name());
    }
}
