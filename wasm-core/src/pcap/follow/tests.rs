use super::super::report::SourceReport;
use super::super::{Listing, Options, Summarizer};
use super::*;
use crate::words::Language;

fn source(file: &str, instance: Option<&str>, listing: Listing) -> SourceReport {
    let path = format!("{}/../tests/captures/{file}", env!("CARGO_MANIFEST_DIR"));
    let mut summarizer = Summarizer::new(Options::default());
    summarizer.push(&std::fs::read(&path).expect(file));
    let summary = summarizer.finish().expect("a capture").report(listing, Language::English);
    SourceReport { path, instance: instance.map(str::to_owned), summary }
}

fn report(sources: Vec<SourceReport>) -> Report {
    let total = sources[0].summary.clone();
    Report::of(sources, total, Language::English)
}

#[test]
fn ends_are_read_as_they_are_written() {
    for text in ["tcp/10.0.0.4:40000,10.0.2.7:443", "udp/[fd00::4]:5353,[fd00::7]:53"] {
        assert_eq!(text.parse::<Ends>().map(|ends| ends.to_string()), Ok(text.to_owned()));
    }
    assert_eq!(" 1.1.1.1:1 , 2.2.2.2:2".parse::<Ends>().expect("ends").transport, Transport::Tcp);
    for text in ["", "1.1.1.1:1", "1.1.1.1,2.2.2.2", "icmp/1.1.1.1:1,2.2.2.2:2", "1.1.1.1:1,[::1]:2"] {
        assert_eq!(text.parse::<Ends>(), Err(NoEnds), "{text}");
    }
}

#[test]
fn each_instance_tells_what_it_saw_whichever_side_is_asked_for_first() {
    let whole = report(vec![
        source("http.pcap", Some("0"), Listing::All),
        source("dns.pcap", Some("1"), Listing::All),
    ]);
    let item = whole.sources[0].summary.conversations.items[0].clone();
    let ends = Ends::of(&item).expect("ends");
    let swapped = Ends { a: ends.b, b: ends.a, ..ends };
    let [there, elsewhere] = &whole.follow(&ends, false)[..] else { panic!() };
    assert_eq!(there.seen.as_ref(), Some(&item));
    assert_eq!((elsewhere.seen.as_ref(), elsewhere.certain), (None, true));
    let back = whole.follow(&swapped, false)[0].seen.clone().expect("seen");
    assert_eq!((back.packets_a_to_b, back.bytes_b_to_a), (item.packets_b_to_a, item.bytes_a_to_b));
    let (first, last) = there.span().expect("a span");
    assert!((last - first - item.duration_seconds.expect("a duration")).abs() < 1e-6);
}

#[test]
fn what_is_not_listed_may_still_be_there_unless_it_was_asked_for_alone() {
    let all = report(vec![source("dns.pcap", None, Listing::All)]);
    let least = all.sources[0].summary.conversations.items.last().expect("some").clone();
    let ends = Ends::of(&least).expect("ends");
    let short = report(vec![source("dns.pcap", None, Listing::Top(1))]);
    assert!(matches!(&short.follow(&ends, false)[..], [Sighting { seen: None, certain: false, .. }]));
    let only = report(vec![
        source("dns.pcap", None, Listing::Only(ends)),
        source("http.pcap", None, Listing::Only(ends)),
    ]);
    let [found, missing] = &only.follow(&ends, true)[..] else { panic!() };
    assert_eq!(found.seen.as_ref(), Some(&least));
    assert_eq!((missing.seen.as_ref(), missing.certain), (None, true));
}

#[test]
fn parts_of_one_instance_count_together() {
    let twice = report(vec![
        source("http.pcap", Some("3"), Listing::All),
        source("http.pcap", Some("3"), Listing::All),
    ]);
    let item = &twice.sources[0].summary.conversations.items[0];
    let [both] = &twice.follow(&Ends::of(item).expect("ends"), false)[..] else { panic!() };
    let seen = both.seen.as_ref().expect("seen");
    assert_eq!(seen.packets_a_to_b, 2 * item.packets_a_to_b);
    assert_eq!(seen.start_epoch, item.start_epoch);
    assert!((seen.duration_seconds.expect("one") - item.duration_seconds.expect("one")).abs() < 1e-6);
    let rtt = |item: &ConversationReport| item.tcp.as_ref().and_then(|tcp| tcp.initial_rtt_seconds);
    assert_eq!(rtt(seen), rtt(item));
}
