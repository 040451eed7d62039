use super::statistics::percentile;
use crate::{
    components::Range,
    infra::{format, words::Words},
};
use wasm_core::pcap::report::Report;
use yew::prelude::*;

/// The figures of the whole; packets and bytes follow the chosen time.
pub fn cards(words: Words, report: &Report, range: Option<Range>) -> Html {
    let total = &report.total;
    let language = words.0;
    let part = |values: &[u64], range: Range| {
        values.get(range.from..range.to.min(values.len())).unwrap_or_default().iter().sum::<u64>()
    };
    let (packets, bytes, span) = match (range, &total.timeline) {
        (Some(range), Some(timeline)) => (
            part(&timeline.packets, range),
            part(&timeline.bytes, range),
            Some((range.to - range.from) as f64 * timeline.bucket_seconds),
        ),
        _ => {
            let ends = total.earliest_epoch.as_deref().zip(total.latest_epoch.as_deref());
            let span = ends.map(|(from, to)| (format::parse_epoch(to) - format::parse_epoch(from)) / 1_000.0);
            (total.packets, total.bytes, span)
        }
    };
    let tcp_packets = total.layers.get("tcp").map_or(0, |layer| layer.packets);
    let conversations = &total.conversations;
    let mut times: Vec<f64> =
        conversations.items.iter().filter_map(|item| item.tcp.as_ref()?.initial_rtt_seconds).collect();
    let rtt = percentile(&mut times, 0.5).zip(percentile(&mut times, 0.95));
    let card = |testid: &'static str, label: &str, value: String, small: Option<String>| {
        html! {
            <div class="stat" data-testid={testid}>
                <dt>{ words.get(label) }</dt>
                <dd>{ value }if let Some(small) = small { <small>{ small }</small> }</dd>
            </div>
        }
    };
    html! {
        <dl class="cards">
            { card("stat-packets", "ui-packets", format::number(language, packets), None) }
            { card("stat-bytes", "ui-bytes", format::bytes(language, bytes), Some(format::exact_bytes(language, bytes))) }
            { card("stat-span", "ui-span", span.map_or_else(|| "–".to_owned(), |span| format::duration(language, span)), None) }
            { card("stat-conversations", "ui-conversations",
                format::number(language, conversations.tcp + conversations.udp + conversations.sctp),
                Some(format!("TCP {} · UDP {}", format::number(language, conversations.tcp), format::number(language, conversations.udp)))) }
            if tcp_packets > 0 {
                { card("stat-retransmissions", "ui-retransmissions",
                    format::percent(language, total.tcp.retransmissions as f64 / tcp_packets as f64),
                    Some(words.with("ui-of-packets", [
                        ("count", format::number(language, total.tcp.retransmissions).into()),
                        ("total", format::number(language, tcp_packets).into()),
                    ]).to_string())) }
            }
            if let Some((median, high)) = rtt {
                { card("stat-rtt", "ui-rtt", format::duration(language, median),
                    Some(words.with("ui-rtt-p95", [("time", format::duration(language, high).into())]).to_string())) }
            }
        </dl>
    }
}
