use crate::{
    components::{Bar, Bars},
    infra::{format, words::Words},
};
use wasm_core::pcap::report::Report;
use yew::prelude::*;

/// Who talks most.
pub fn hosts(words: Words, report: &Report) -> Html {
    let bars = report.total.hosts.iter().map(|host| Bar {
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
