use crate::{
    components::{Bar, Bars},
    infra::{Shared, format, words::use_words},
};
use wasm_core::pcap::report::Report;
use yew::prelude::*;

/// Properties for [`Hosts`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct HostsProps {
    pub report: Shared<Report>,
}

/// Who talks most.
#[component]
pub fn Hosts(props: &HostsProps) -> Html {
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
