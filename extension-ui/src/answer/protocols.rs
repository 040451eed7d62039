use crate::{
    components::{Bar, Bars},
    infra::{Shared, format, words::use_words},
};
use wasm_core::pcap::report::Report;
use yew::prelude::*;

/// Properties for [`Protocols`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ProtocolsProps {
    pub report: Shared<Report>,
}

/// How much of each protocol.
#[component]
pub fn Protocols(props: &ProtocolsProps) -> Html {
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
