use crate::{
    components::{Bar, Bars},
    infra::{format, words::Words},
};
use wasm_core::pcap::report::Report;
use yew::prelude::*;

/// Wireshark's marks, counted.
pub fn tcp_health(words: Words, report: &Report) -> Html {
    let tcp = &report.total.tcp;
    let packets = report.total.layers.get("tcp").map_or(0, |layer| layer.packets);
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
