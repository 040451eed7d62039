use super::conversation::Conversation;
use crate::{
    components::{Column, DataTable, Range, Sort, TextInput},
    infra::{Shared, format, words::use_words},
};
use std::rc::Rc;
use wasm_core::{
    filter::FilterInput,
    order,
    pcap::report::{ConversationReport, Report, Transport},
    protocol::{Context, FileRef},
};
use yew::prelude::*;

/// Properties for [`Conversations`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ConversationsProps {
    pub report: Shared<Report>,
    pub context: Option<Rc<Context>>,
    pub files: Vec<FileRef>,
    pub range: Option<Range>,
    pub search: String,
    pub onsearch: Callback<String>,
    pub oncapture: Option<Callback<Vec<FilterInput>>>,
    pub onpackets: Option<Callback<String>>,
}

/// Every listed conversation: sorted, searched, limited to the chosen time, one of them unfolded.
#[component]
pub fn Conversations(props: &ConversationsProps) -> Html {
    let words = use_words();
    let sort = use_state_eq(|| Sort { column: "bytes".into(), descending: true });
    // Which of the report's conversations is unfolded: it stays so wherever it comes to stand in the list.
    let selected = use_state_eq(|| None::<usize>);
    {
        let selected = selected.clone();
        use_effect_with(props.report.clone(), move |_| selected.set(None));
    }
    let rows = use_memo(
        (props.report.clone(), props.search.clone(), (*sort).clone(), props.range),
        |(report, search, sort, range)| rows(report, search, sort, *range),
    );
    let report = props.report.clone();
    let row = {
        let (rows, report) = (rows.clone(), report.clone());
        Callback::from(move |at: usize| {
            let Some(item) = rows.get(at).and_then(|index| report.total.conversations.items.get(*index))
            else {
                return Vec::new();
            };
            let end = |address: &str, port: u16| html! { <span class="end">{ joined(address, port) }</span> };
            let tcp = item.tcp.as_ref();
            let count = |value: u64| html! { if value > 0 { { format::number(words.0, value) } } };
            vec![
                end(&item.a.address, item.a.port),
                end(&item.b.address, item.b.port),
                html! { { format::bytes(words.0, bytes(item)) } },
                html! { { format::number(words.0, packets(item)) } },
                html! { { transport(item.transport) } },
                count(tcp.map_or(0, |tcp| tcp.retransmissions)),
                count(tcp.map_or(0, |tcp| tcp.resets)),
                html! { { tcp.and_then(|tcp| tcp.initial_rtt_seconds).map(|rtt| format::duration(words.0, rtt)).unwrap_or_default() } },
                html! { { item.duration_seconds.map(|span| format::duration(words.0, span)).unwrap_or_default() } },
                html! { { item.server_name.clone().unwrap_or_default() } },
            ]
        })
    };
    let columns = vec![
        Column::text("a", words.get("ui-client")),
        Column::text("b", words.get("ui-server")),
        Column::number("bytes", words.get("ui-bytes")),
        Column::number("packets", words.get("ui-packets")),
        Column::text("transport", words.get("ui-protocol")),
        Column::number("retransmissions", words.get("ui-retransmissions")),
        Column::number("resets", words.get("ui-tcp-resets")),
        Column::number("rtt", words.get("ui-rtt")),
        Column::number("duration", words.get("ui-duration")),
        Column::text("name", words.get("ui-server-name")),
    ];
    let onselect = {
        let (rows, selected) = (rows.clone(), selected.clone());
        Callback::from(move |at: usize| selected.set(rows.get(at).copied()))
    };
    let total = &report.total.conversations;
    let all = total.tcp + total.udp + total.sctp;
    let at = selected.and_then(|index| rows.iter().position(|row| *row == index));
    let chosen = selected.filter(|_| at.is_some()).and_then(|index| total.items.get(index)).cloned();
    html! {
        <>
            <div class="toolbar">
                <TextInput id="conversation-search" search=true value={props.search.clone()} label={words.get("ui-conversations-search")}
                    placeholder={words.get("ui-conversations-search")} oninput={props.onsearch.clone()} testid="conversation-search" />
                <span class="caption" role="status">
                    { words.with("ui-conversations-shown", [
                        ("shown", format::number(words.0, rows.len() as u64).into()),
                        ("total", format::number(words.0, all).into()),
                    ]) }
                </span>
            </div>
            <DataTable caption={words.get("ui-conversations")} testid="conversations" {columns} count={rows.len()} {row}
                sort={(*sort).clone()} onsort={let sort = sort.clone(); move |next| sort.set(next)} selected={at} {onselect} />
            if let Some(item) = chosen {
                <Conversation {item} report={report.clone()} context={props.context.clone()} files={props.files.clone()}
                    oncapture={props.oncapture.clone()} onpackets={props.onpackets.clone()} />
            } else if !rows.is_empty() {
                <p class="caption">{ words.get("ui-conversation-choose") }</p>
            }
        </>
    }
}

/// Indices of the conversations to show, in order.
fn rows(report: &Report, search: &str, sort: &Sort, range: Option<Range>) -> Vec<usize> {
    let items = &report.total.conversations.items;
    let needles: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
    let span = range.zip(report.total.timeline.as_ref()).map(|(range, timeline)| {
        let start = format::parse_epoch(&timeline.start_epoch) / 1_000.0;
        let at = |bucket: usize| start + bucket as f64 * timeline.bucket_seconds;
        (at(range.from), at(range.to))
    });
    let mut rows: Vec<usize> = (0..items.len())
        .filter(|index| {
            items.get(*index).is_some_and(|item| matches_all(item, &needles) && overlaps(item, span))
        })
        .collect();
    let number = |item: &ConversationReport| match sort.column.as_str() {
        "packets" => packets(item) as f64,
        "retransmissions" => item.tcp.as_ref().map_or(0.0, |tcp| tcp.retransmissions as f64),
        "resets" => item.tcp.as_ref().map_or(0.0, |tcp| tcp.resets as f64),
        // What has none comes last, whichever way it is sorted.
        "rtt" => item.tcp.as_ref().and_then(|tcp| tcp.initial_rtt_seconds).unwrap_or(f64::NAN),
        "duration" => item.duration_seconds.unwrap_or(f64::NAN),
        _ => bytes(item) as f64,
    };
    let text = |item: &ConversationReport| match sort.column.as_str() {
        "transport" => Some(transport(item.transport).to_owned()),
        "a" => Some(sortable(&item.a.address, item.a.port)),
        "b" => Some(sortable(&item.b.address, item.b.port)),
        "name" => Some(item.server_name.clone().unwrap_or_default()),
        _ => None,
    };
    order::sort(&mut rows, |a, b| {
        let (Some(a), Some(b)) = (items.get(*a), items.get(*b)) else { return std::cmp::Ordering::Equal };
        let order = match (text(a), text(b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => {
                let (a, b) = (number(a), number(b));
                if a.is_nan() || b.is_nan() {
                    let last = a.is_nan().cmp(&b.is_nan());
                    return last;
                }
                a.total_cmp(&b)
            }
        };
        if sort.descending { order.reverse() } else { order }
    });
    rows
}

fn matches_all(item: &ConversationReport, needles: &[String]) -> bool {
    if needles.is_empty() {
        return true;
    }
    let text = format!(
        "{} {} {} {}",
        transport(item.transport),
        joined(&item.a.address, item.a.port),
        joined(&item.b.address, item.b.port),
        item.server_name.as_deref().unwrap_or_default()
    )
    .to_lowercase();
    needles.iter().all(|needle| text.contains(needle.as_str()))
}

fn overlaps(item: &ConversationReport, span: Option<(f64, f64)>) -> bool {
    let Some((from, to)) = span else { return true };
    let Some(start) = item.start_epoch.as_deref().and_then(|start| start.parse::<f64>().ok()) else {
        return false;
    };
    start < to && start + item.duration_seconds.unwrap_or(0.0) >= from
}

pub(super) fn bytes(item: &ConversationReport) -> u64 {
    item.bytes_a_to_b + item.bytes_b_to_a
}

pub(super) fn packets(item: &ConversationReport) -> u64 {
    item.packets_a_to_b + item.packets_b_to_a
}

pub(super) fn transport(transport: Transport) -> &'static str {
    match transport {
        Transport::Tcp => "TCP",
        Transport::Udp => "UDP",
        Transport::Sctp => "SCTP",
    }
}

/// `10.0.0.4:443`, `[fe80::1]:443`.
pub(super) fn joined(address: &str, port: u16) -> String {
    if address.contains(':') { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
}

/// Addresses by their numbers: 10.0.0.9 before 10.0.0.10.
fn sortable(address: &str, port: u16) -> String {
    match address.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(address)) => format!("4{:08x}{port:05}", u32::from(address)),
        Ok(std::net::IpAddr::V6(address)) => format!("6{:032x}{port:05}", u128::from(address)),
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(a: &str, b: &str, bytes: u64, start: &str, span: f64) -> ConversationReport {
        serde_json::from_value(serde_json::json!({
            "transport": "tcp", "a": { "address": a, "port": 40_000 }, "b": { "address": b, "port": 443 },
            "packetsAToB": 1, "bytesAToB": bytes, "packetsBToA": 1, "bytesBToA": 0, "startEpoch": start,
            "durationSeconds": span, "serverName": null, "tcp": null,
        }))
        .expect("a conversation")
    }

    #[test]
    fn addresses_sort_by_number_and_ports_after_them() {
        let mut ends = ["10.0.0.10", "fe80::1", "10.0.0.9", "9.1.1.1"];
        ends.sort_by_key(|address| sortable(address, 1));
        assert_eq!(ends, ["9.1.1.1", "10.0.0.9", "10.0.0.10", "fe80::1"]);
        assert!(sortable("10.0.0.1", 80) < sortable("10.0.0.1", 443));
    }

    #[test]
    fn every_word_must_be_found_somewhere() {
        let item = item("10.0.0.4", "10.0.2.7", 1, "0", 0.0);
        let needles = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert!(matches_all(&item, &needles("tcp 10.0.2.7:443")));
        assert!(!matches_all(&item, &needles("udp 10.0.2.7")));
        assert!(matches_all(&item, &[]));
    }

    #[test]
    fn a_conversation_belongs_to_a_time_that_it_touches() {
        let item = item("a", "b", 1, "100.5", 10.0);
        for (span, inside) in
            [((0.0, 100.0), false), ((0.0, 101.0), true), ((105.0, 106.0), true), ((110.6, 120.0), false)]
        {
            assert_eq!(overlaps(&item, Some(span)), inside, "{span:?}");
        }
        assert!(overlaps(&item, None));
    }
}
