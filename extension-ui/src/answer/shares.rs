use crate::{
    components::{Bar, Bars},
    infra::{Shared, format, words::use_words},
};
use wasm_core::pcap::report::Report;
use yew::prelude::*;

/// Properties for [`Protocols`], [`Hosts`] and [`TcpHealth`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SharesProps {
    pub report: Shared<Report>,
}

/// How much of each protocol.
#[component]
pub fn Protocols(props: &SharesProps) -> Html {
    let words = use_words();
    let mut layers: Vec<_> = props.report.total.layers.iter().collect();
    layers.sort_by_key(|(name, layer)| (std::cmp::Reverse(layer.bytes), name.to_owned()));
    let bars = layers.into_iter().map(|(name, layer)| Bar {
        label: protocol_name(name).into(),
        amount: layer.bytes as f64,
        cells: vec![
            format::number(words.0, layer.packets).into(),
            format::bytes(words.0, layer.bytes).into(),
        ],
        marked: false,
    });
    html! {
        <>
            <p class="caption">{ words.get("ui-protocols-help") }</p>
            <Bars caption={words.get("ui-protocols")} heads={vec![words.get("ui-protocol"), words.get("ui-packets"), words.get("ui-bytes")]}
                bars={bars.collect::<Vec<_>>()} testid="protocols" />
        </>
    }
}

fn protocol_name(name: &str) -> String {
    match name {
        "ethernet" => "Ethernet".to_owned(),
        "ipv4" => "IPv4".to_owned(),
        "ipv6" => "IPv6".to_owned(),
        "icmpv6" => "ICMPv6".to_owned(),
        other => other.to_ascii_uppercase(),
    }
}

/// Who talks most.
#[component]
pub fn Hosts(props: &SharesProps) -> Html {
    let words = use_words();
    let bars = props.report.total.hosts.iter().map(|host| Bar {
        label: host.address.clone().into(),
        amount: (host.bytes_sent + host.bytes_received) as f64,
        cells: vec![
            format::number(words.0, host.conversations).into(),
            format::bytes(words.0, host.bytes_sent).into(),
            format::bytes(words.0, host.bytes_received).into(),
        ],
        marked: false,
    });
    let heads = ["ui-address", "ui-conversations", "ui-sent", "ui-received"];
    html! {
        <Bars caption={words.get("ui-hosts")} heads={heads.map(|head| words.get(head)).to_vec()} bars={bars.collect::<Vec<_>>()}
            testid="hosts" code=true />
    }
}

/// Wireshark's marks, counted.
#[component]
pub fn TcpHealth(props: &SharesProps) -> Html {
    let words = use_words();
    let tcp = &props.report.total.tcp;
    let packets = props.report.total.layers.get("tcp").map_or(0, |layer| layer.packets);
    // Wireshark's names stay in English, as people search for them.
    let rows = [
        ("retransmissions", tcp.retransmissions),
        ("fast-retransmissions", tcp.fast_retransmissions),
        ("spurious-retransmissions", tcp.spurious_retransmissions),
        ("out-of-order", tcp.out_of_order),
        ("duplicate-acks", tcp.duplicate_acks),
        ("lost-segments", tcp.lost_segments),
        ("zero-windows", tcp.zero_windows),
        ("window-full", tcp.window_full),
        ("keep-alives", tcp.keep_alives),
        ("reused-ports", tcp.reused_ports),
        ("resets", tcp.resets),
        ("unanswered-syns", tcp.unanswered_syns),
        ("refused-syns", tcp.refused_syns),
    ];
    if packets == 0 {
        return html! { <p>{ words.get("ui-tcp-none") }</p> };
    }
    let bars = rows.map(|(name, count)| Bar {
        label: words.get(&format!("ui-tcp-{name}")),
        amount: count as f64,
        cells: vec![
            format::number(words.0, count).into(),
            format::percent(words.0, count as f64 / packets as f64).into(),
        ],
        marked: matches!(name, "unanswered-syns" | "refused-syns" | "zero-windows") && count > 0,
    });
    html! {
        <Bars caption={words.get("ui-tcp")} heads={["ui-mark", "ui-count", "ui-of-tcp-packets"].map(|head| words.get(head)).to_vec()}
            bars={bars.to_vec()} testid="tcp-health" />
    }
}
