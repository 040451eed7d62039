use crate::{
    components::{Bar, Bars, Empty, IconName},
    infra::{format, words::Words},
};
use wasm_core::pcap::report::Report;
use yew::prelude::*;

/// Which servers TLS clients asked for.
pub fn tls_names(words: Words, report: &Report) -> Html {
    let names = &report.total.tls.server_names;
    if names.is_empty() {
        return html! { <Empty icon={IconName::Search} title={words.get("ui-tls-none")} /> };
    }
    let bars = names.iter().map(|name| Bar {
        label: name.name.clone().into(),
        amount: name.count as f64,
        cells: vec![format::number(words.0, name.count).into()],
        marked: false,
    });
    html! {
        <Bars caption={words.get("ui-tls-names")} heads={["ui-server-name", "ui-count"].map(|head| words.get(head)).to_vec()}
            bars={bars.collect::<Vec<_>>()} testid="tls-names" code=true />
    }
}
