use crate::{
    components::{Bar, Bars, Empty, IconName},
    infra::{format, words::Words},
};
use wasm_core::{order::sort, pcap::report::Report};
use yew::prelude::*;

/// What was asked of name servers, and what they said.
pub fn dns_names(words: Words, report: &Report) -> Html {
    let dns = &report.total.dns;
    if dns.queries.is_empty() && dns.response_codes.is_empty() {
        return html! { <Empty icon={IconName::Search} title={words.get("ui-dns-none")} /> };
    }
    let codes = dns.response_codes.iter().map(|(code, count)| Bar {
        label: code.clone().into(),
        amount: *count as f64,
        cells: vec![format::number(words.0, *count).into()],
        marked: code != "NOERROR",
    });
    let mut codes: Vec<_> = codes.collect();
    if dns.unanswered > 0 {
        codes.push(Bar {
            label: words.get("ui-dns-unanswered"),
            amount: dns.unanswered as f64,
            cells: vec![format::number(words.0, dns.unanswered).into()],
            marked: true,
        });
    }
    sort(&mut codes, |a, b| b.amount.total_cmp(&a.amount));
    let queries = dns.queries.iter().map(|query| Bar {
        label: query.name.clone().into(),
        amount: query.count as f64,
        cells: vec![query.kind.clone().into(), format::number(words.0, query.count).into()],
        marked: false,
    });
    html! {
        <>
            <h3>{ words.get("ui-dns-codes") }</h3>
            <Bars caption={words.get("ui-dns-codes")} heads={["ui-dns-code", "ui-count"].map(|head| words.get(head)).to_vec()} bars={codes} testid="dns-codes" />
            <h3>{ words.get("ui-dns-queries") }</h3>
            <Bars caption={words.get("ui-dns-queries")} heads={["ui-name", "ui-type", "ui-count"].map(|head| words.get(head)).to_vec()}
                bars={queries.collect::<Vec<_>>()} testid="dns-queries" code=true />
        </>
    }
}
