use crate::{
    components::{Bar, Bars},
    infra::{format, words::Words},
};
use wasm_core::{order::sort, pcap::report::Report};
use yew::prelude::*;

/// How much of each protocol.
pub fn protocols(words: Words, report: &Report) -> Html {
    let mut layers: Vec<_> = report.total.layers.iter().collect();
    sort(&mut layers, |(name, layer), (other, more)| {
        more.bytes.cmp(&layer.bytes).then_with(|| name.cmp(other))
    });
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
