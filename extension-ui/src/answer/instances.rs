use super::statistics::{median, outliers};
use crate::infra::{
    Shared, format,
    words::{Words, use_words},
};
use wasm_core::pcap::report::{Report, SummaryReport};
use yew::prelude::*;

/// Properties for [`Instances`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct InstancesProps {
    pub report: Shared<Report>,
}

/// One measure of an instance.
struct Measure {
    label: &'static str,
    of: fn(&SummaryReport) -> Option<f64>,
    shown: fn(Words, f64) -> String,
    /// Smaller differences are never worth a word.
    least: f64,
}

const MEASURES: [Measure; 8] = [
    Measure { label: "ui-packets", of: |s| Some(s.packets as f64), shown: count, least: 100.0 },
    Measure {
        label: "ui-bytes",
        of: |s| Some(s.bytes as f64),
        shown: |w, v| format::bytes(w.0, v as u64),
        least: 65_536.0,
    },
    Measure {
        label: "ui-retransmissions",
        of: |s| share(s.tcp.retransmissions, tcp(s)),
        shown: percent,
        least: 0.005,
    },
    Measure { label: "ui-tcp-resets", of: |s| Some(s.tcp.resets as f64), shown: count, least: 5.0 },
    Measure {
        label: "ui-tcp-unanswered-syns",
        of: |s| Some(s.tcp.unanswered_syns as f64),
        shown: count,
        least: 2.0,
    },
    Measure {
        label: "ui-tcp-refused-syns",
        of: |s| Some(s.tcp.refused_syns as f64),
        shown: count,
        least: 2.0,
    },
    Measure { label: "ui-dns-failures", of: |s| Some(dns_failures(s)), shown: count, least: 2.0 },
    Measure { label: "ui-rtt", of: rtt, shown: |w, v| format::duration(w.0, v), least: 0.002 },
];

/// Side by side: which one is different?
#[component]
pub fn Instances(props: &InstancesProps) -> Html {
    let words = use_words();
    let sources = &props.report.sources;
    let rows = MEASURES.iter().map(|measure| {
        let values: Vec<Option<f64>> = sources.iter().map(|source| (measure.of)(&source.summary)).collect();
        let known: Vec<f64> = values.iter().flatten().copied().collect();
        let mut marks = outliers(&known, measure.least).into_iter();
        let cells = values.into_iter().map(|value| match value {
            None => html! { <td class="number">{ "–" }</td> },
            Some(value) => {
                let odd = marks.next().unwrap_or(false);
                html! {
                    <td class={classes!("number", odd.then_some("outlier"))} data-outlier={odd.then_some("true")}>
                        { (measure.shown)(words, value) }
                        if odd {
                            <span class="visually-hidden">{ " " }{ words.get("ui-outlier") }</span>{ " ◆" }
                        }
                    </td>
                }
            }
        });
        html! { <tr><th scope="row">{ words.get(measure.label) }</th>{ for cells }</tr> }
    });
    html! {
        <>
            <p class="caption">{ words.get("ui-outlier-help") }</p>
            <div class="table-scroll" tabindex="0" role="group" aria-label={words.get("ui-instances-compared")}>
                <table class="table" data-testid="instances-compared">
                    <caption class="visually-hidden">{ words.get("ui-instances-compared") }</caption>
                    <thead><tr>
                        <th scope="col">{ words.get("ui-measure") }</th>
                        { for sources.iter().map(|source| html! {
                            <th scope="col" class="number">{ source.instance.clone().unwrap_or_else(|| source.path.clone()) }</th>
                        }) }
                    </tr></thead>
                    <tbody>{ for rows }</tbody>
                </table>
            </div>
        </>
    }
}

fn count(words: Words, value: f64) -> String {
    format::number(words.0, value as u64)
}

fn percent(words: Words, value: f64) -> String {
    format::percent(words.0, value)
}

fn tcp(summary: &SummaryReport) -> u64 {
    summary.layers.get("tcp").map_or(0, |layer| layer.packets)
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn dns_failures(summary: &SummaryReport) -> f64 {
    let codes = summary.dns.response_codes.iter();
    let failed: u64 = codes.filter(|(code, _)| *code != "NOERROR").map(|(_, count)| count).sum();
    (failed + summary.dns.unanswered) as f64
}

/// The median of the listed conversations' handshakes.
fn rtt(summary: &SummaryReport) -> Option<f64> {
    let items = summary.conversations.items.iter();
    median(&items.filter_map(|item| item.tcp.as_ref()?.initial_rtt_seconds).collect::<Vec<_>>())
}
