//! `summarize --conversation`: what each source saw of one conversation.

use serde_json::json;
use wasm_core::pcap::follow::{Ends, Sighting};
use wasm_core::pcap::report::SCHEMA;

use super::figures::{grouped, size};
use super::terminal::{Colour, Terminal, columns, padded, printable};

pub fn show(terminal: &Terminal, ends: &Ends, sightings: &[Sighting]) {
    if terminal.json {
        let sources: Vec<_> = sightings
            .iter()
            .map(|sighting| json!({ "name": sighting.name, "conversation": sighting.seen }))
            .collect();
        return terminal.object(&json!({ "schema": SCHEMA, "ends": ends, "sources": sources }));
    }
    for line in table(terminal, ends, sightings) {
        terminal.line(&if line.is_head { terminal.paint(Colour::Bold, &line.text) } else { line.text });
    }
}

/// What the columns behind the source's name show.
const HEAD: [&str; 8] = [
    "cli-follow-packets-there",
    "cli-follow-bytes-there",
    "cli-follow-packets-back",
    "cli-follow-bytes-back",
    "cli-follow-again",
    "cli-follow-rtt",
    "cli-follow-first",
    "cli-follow-last",
];

struct Line {
    text: String,
    is_head: bool,
}

/// Times count from the first packet that any source saw.
fn table(terminal: &Terminal, ends: &Ends, sightings: &[Sighting]) -> Vec<Line> {
    let first = sightings.iter().filter_map(Sighting::span).map(|(first, _)| first).reduce(f64::min);
    let head = HEAD.map(|key| terminal.word(key));
    let mut rows: Vec<Vec<String>> = vec![std::iter::once(ends.to_string()).chain(head).collect()];
    for sighting in sightings {
        let mut row = vec![printable(&sighting.name)];
        match &sighting.seen {
            None => row.push(terminal.word("cli-follow-none")),
            Some(item) => {
                let time = |at: Option<f64>| at.map_or_else(|| "–".to_owned(), |at| format!("+{at:.6} s"));
                let (begin, end) = sighting.span().unzip();
                let since = |at: Option<f64>| time(at.zip(first).map(|(at, first)| at - first));
                let tcp = item.tcp.as_ref();
                let rtt = tcp.and_then(|tcp| tcp.initial_rtt_seconds);
                row.extend([
                    grouped(item.packets_a_to_b),
                    size(item.bytes_a_to_b),
                    grouped(item.packets_b_to_a),
                    size(item.bytes_b_to_a),
                    tcp.map_or_else(|| "–".to_owned(), |tcp| grouped(tcp.retransmissions)),
                    rtt.map_or_else(|| "–".to_owned(), |rtt| format!("{:.3} ms", rtt * 1e3)),
                    since(begin),
                    since(end),
                ]);
            }
        }
        rows.push(row);
    }
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| columns(cell)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..=HEAD.len()).map(width).collect();
    let line = |(at, row): (usize, &Vec<String>)| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match column {
            0 => padded(cell, *width),
            _ => format!("{}{cell}", " ".repeat(width.saturating_sub(columns(cell)))),
        });
        Line { text: cells.collect::<Vec<_>>().join("  ").trim_end().to_owned(), is_head: at == 0 }
    };
    rows.iter().enumerate().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_core::words::Language;

    #[test]
    fn sources_stand_below_each_other_and_times_count_from_the_first_packet() {
        let seen = |start: &str| {
            serde_json::from_value(json!({
                "transport": "tcp", "a": { "address": "10.0.0.4", "port": 40_000 },
                "b": { "address": "10.0.2.7", "port": 443 }, "packetsAToB": 1_200, "bytesAToB": 2_048,
                "packetsBToA": 3, "bytesBToA": 180, "startEpoch": start, "durationSeconds": 2.5, "serverName": null,
                "tcp": { "syns": 1, "resets": 0, "retransmissions": 7, "outOfOrder": 0, "duplicateAcks": 0,
                         "zeroWindows": 0, "initialRttSeconds": 0.0012 },
            }))
            .expect("a conversation")
        };
        let sighting = |name: &str, seen| Sighting { name: name.to_owned(), seen, certain: true };
        let sightings = [
            sighting("0", Some(seen("100.5"))),
            sighting("1", None),
            sighting("2\u{1b}[31m", Some(seen("100.0"))),
        ];
        let ends = "10.0.0.4:40000,10.0.2.7:443".parse().expect("ends");
        let lines = |language| -> Vec<String> {
            let terminal = Terminal::new(false, language);
            table(&terminal, &ends, &sightings).into_iter().map(|line| line.text).collect()
        };
        let japanese = lines(Language::Japanese);
        assert_eq!(columns(&japanese[0]), columns(&japanese[1]), "{japanese:?}");
        assert!(japanese[2].ends_with("記録なし"), "{}", japanese[2]);
        let lines = lines(Language::English);
        assert!(lines[0].starts_with("tcp/10.0.0.4:40000,10.0.2.7:443  packets →"), "{}", lines[0]);
        assert!(lines[1].contains("1,200") && lines[1].contains("2.0 KiB") && lines[1].contains("1.200 ms"));
        assert!(lines[1].ends_with("+0.500000 s  +3.000000 s"), "{}", lines[1]);
        assert!(lines[2].ends_with("not seen") && !lines[3].contains('\u{1b}'));
    }
}
