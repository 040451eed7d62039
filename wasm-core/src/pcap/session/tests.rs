use super::*;
use crate::pcap::preview::Meaning;
use crate::pcap::report::SummaryReport;
use std::io::Write;

/// Drives a session over bytes in memory, as the Worker's script does over a file.
struct Driver {
    session: Session,
    raw: Vec<u8>,
    plain: Vec<u8>,
    file: Vec<u8>,
    largest_read: u64,
}

impl Driver {
    fn open(raw: Vec<u8>) -> Self {
        let session = Session::new(raw.len() as u64);
        Self { session, raw, plain: Vec::new(), file: Vec::new(), largest_read: 0 }
    }

    fn capture(name: &str) -> Self {
        let path = format!("{}/../tests/captures/{name}", env!("CARGO_MANIFEST_DIR"));
        Self::open(std::fs::read(path).expect("a recorded capture"))
    }

    /// Reads until nothing is left to do.
    fn run(&mut self) -> Vec<Tell> {
        let mut tells = self.session.tells();
        while let Some(read) = self.session.next_read() {
            let packed = read.raw || self.plain.is_empty();
            let source = if packed { &self.raw } else { &self.plain };
            let bytes = source[read.start as usize..read.end as usize].to_vec();
            self.largest_read = self.largest_read.max(read.end - read.start);
            self.session.take(read.ticket, &bytes);
            self.plain.extend(self.session.spilled());
            if self.session.output_begins() {
                self.file.clear();
            }
            self.file.extend(self.session.output());
            tells.extend(self.session.tells());
        }
        self.file.extend(self.session.output());
        tells.extend(self.session.tells());
        tells
    }

    fn ask(&mut self, ask: Ask) -> Tell {
        self.session.ask(ask);
        self.run().pop().expect("an answer")
    }

    fn read(&mut self) -> (u64, SummaryReport) {
        match self.run().pop() {
            Some(Tell::Read { ending: Ending::Whole, listed, summary, .. }) => (listed, *summary),
            other => panic!("{other:?}"),
        }
    }

    fn rows(&mut self, first: u64, count: u32) -> Vec<crate::pcap::preview::Row> {
        match self.ask(Ask::Rows { id: 1, first, count }) {
            Tell::Rows { rows, .. } => rows,
            other => panic!("{other:?}"),
        }
    }

    fn list(&mut self, filter: &str, span: Option<Span>) -> (u64, Option<Box<SummaryReport>>) {
        match self.ask(Ask::List { id: 9, keep: filter.parse().expect(filter), span }) {
            Tell::Listed { id: 9, found, summary } => (found, summary),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn the_summary_is_that_of_the_summarizer() {
    for name in ["http.pcap", "dns.pcap", "lossy.pcap", "tls.pcap", "ipv6.pcap"] {
        let mut driver = Driver::capture(name);
        let mut alone = crate::pcap::Summarizer::new(crate::pcap::Options::default());
        alone.push(&driver.raw);
        let expected = alone
            .finish()
            .expect("a capture")
            .report(crate::pcap::Listing::Top(2_000), crate::words::Language::English);
        let (listed, summary) = driver.read();
        assert_eq!(summary.worded(crate::words::Language::English), expected, "{name}");
        assert_eq!(listed, expected.packets);
    }
}

#[test]
fn rows_come_from_anywhere_in_the_file() {
    let mut driver = Driver::capture("lossy.pcap");
    let (packets, _) = driver.read();
    let all = driver.rows(0, 1_000);
    assert_eq!(all.len() as u64, packets.min(1_000));
    assert!(all.iter().zip(1..).all(|(row, number)| row.number == number));
    assert_eq!(all[0].delta, None);
    let some = driver.rows(10, 5);
    assert_eq!(some, all[10..15], "delta included");
    assert!(driver.rows(packets, 5).is_empty());
    assert!(all.iter().any(|row| row.meaning == Meaning::Repeated && row.info.starts_with("[TCP ")));
}

#[test]
fn a_packet_is_taken_apart_with_its_bytes() {
    let mut driver = Driver::capture("http.pcap");
    driver.read();
    let (found, _) = driver.list("http.request", None);
    assert!(found > 0);
    assert!("no.such.field".parse::<Keep>().is_err());
    let row = driver.rows(0, 1).remove(0);
    let Tell::Packet { detail, .. } = driver.ask(Ask::Packet { id: 3, number: row.number }) else { panic!() };
    let bytes: Vec<u8> = (0..detail.bytes.len() / 2)
        .map(|at| u8::from_str_radix(&detail.bytes[at * 2..at * 2 + 2], 16).expect("hexadecimal"))
        .collect();
    let method = detail.lines.iter().find(|line| line.field == "http.request.method").expect("a method");
    let at = method.start as usize;
    assert_eq!(&bytes[at..at + method.length as usize], b"GET");
    assert_eq!(method.term.as_deref(), Some("http.request.method == \"GET\""));
    assert!(detail.lines.iter().all(|line| (line.start + line.length) as usize <= bytes.len()));
}

#[test]
fn lists_follow_filters_and_spans_and_count_as_one() {
    let mut driver = Driver::capture("dns.pcap");
    let (packets, summary) = driver.read();
    let (udp, _) = driver.list("udp", None);
    let (other, _) = driver.list("not udp", None);
    assert_eq!(udp + other, packets);
    let (everything, _) = driver.list("", None);
    assert_eq!(everything, packets);
    let (capture, _) = driver.list(r#"[{"protocol":"UDP","remotePort":"53"}]"#, None);
    assert_eq!(capture, driver.list("udp.port == 53 and not icmp", None).0);
    let start = driver.rows(0, 1)[0].time.expect("a time");
    let middle = start + ((summary.latest_epoch.unwrap().parse::<f64>().unwrap() * 1e9) as i64 - start) / 2;
    let (first, early) = driver.list("", Some((i64::MIN, middle)));
    let (second, late) = driver.list("", Some((middle, i64::MAX)));
    assert_eq!(first + second, packets);
    assert_eq!(early.expect("a summary").packets, first);
    assert_eq!(late.expect("a summary").packets, second);
    let Tell::Located { id: 4, list: 9, row } = driver.ask(Ask::Locate { id: 4, number: packets }) else {
        panic!("the present list's row")
    };
    assert_eq!(row, second - 1);
}

#[test]
fn a_packed_file_is_read_and_looked_into_like_a_plain_one() {
    let plain = Driver::capture("lossy.pcap").raw;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(&plain).expect("memory");
    let mut driver = Driver::open(packer.finish().expect("memory"));
    let (packets, summary) = driver.read();
    assert_eq!(driver.plain, plain);
    assert!(summary.warnings.is_empty());
    let mut other = Driver::open(plain);
    other.read();
    assert_eq!(driver.rows(packets - 3, 3), other.rows(packets - 3, 3));
}

#[test]
fn exports_hold_the_list() {
    let mut driver = Driver::capture("http.pcap");
    driver.read();
    let (found, _) = driver.list("tcp.len > 0", None);
    driver.ask(Ask::Export { id: 5, form: ExportForm::Csv });
    let csv = String::from_utf8(driver.file.clone()).expect("text");
    assert_eq!(csv.lines().count() as u64, found + 1);
    driver.ask(Ask::Export { id: 6, form: ExportForm::Json });
    let rows: Vec<crate::pcap::preview::Row> = serde_json::from_slice(&driver.file).expect("JSON");
    assert_eq!(rows.len() as u64, found);
    let answer = driver.ask(Ask::Export { id: 7, form: ExportForm::Pcapng });
    assert!(matches!(answer, Tell::Exported { name, .. } if name == "packets.pcapng"));
    let mut again = Driver::open(driver.file.clone());
    let (listed, summary) = again.read();
    assert_eq!((listed, summary.warnings.len()), (found, 0));
}

#[test]
fn a_conversation_is_read_aloud() {
    let mut driver = Driver::capture("http.pcap");
    driver.read();
    driver.list("http.request.method == GET", None);
    let number = driver.rows(0, 1)[0].number;
    let Tell::Followed { talk, .. } = driver.ask(Ask::Follow { id: 8, number }) else { panic!() };
    assert!(talk.turns[0].from_a && talk.turns[0].text.starts_with("GET /"), "{:?}", talk.turns[0]);
    assert!(!talk.turns[1].from_a && talk.turns[1].text.starts_with("HTTP/1."));
    assert!(driver.list(&talk.filter, None).0 > 0);
}

#[test]
fn what_is_no_capture_or_was_given_up_says_so() {
    let mut driver = Driver::open(b"certainly no capture, whatever its name".to_vec());
    assert_eq!(driver.run().pop(), Some(Tell::Failed { code: "not-a-capture".into() }));
    let mut driver = Driver::open(Vec::new());
    assert_eq!(driver.run().pop(), Some(Tell::Failed { code: "capture-empty".into() }));
    let mut driver = Driver::capture("lossy.pcap");
    let read = driver.session.next_read().expect("a first read");
    let bytes = driver.raw[read.start as usize..read.end as usize].to_vec();
    driver.session.take(read.ticket, &bytes);
    driver.session.ask(Ask::Cancel { id: None });
    let Some(Tell::Read { ending: Ending::Cancelled, listed, summary, .. }) = driver.session.tells().pop()
    else {
        panic!()
    };
    assert!(listed > 0 && listed == summary.packets && summary.warnings.is_empty());
    assert_eq!(driver.rows(0, 10).len(), 10, "what was read can be looked at");
}

#[test]
fn reads_stay_small_and_in_order() {
    let one = Driver::capture("web-set/2.pcap").raw;
    let mut raw = one[..24].to_vec();
    while raw.len() < 12 << 20 {
        raw.extend(&one[24..]);
    }
    let mut driver = Driver::open(raw);
    let (packets, _) = driver.read();
    assert!(driver.largest_read <= 2 << 20);
    let whole = driver.largest_read;
    driver.largest_read = 0;
    assert_eq!(driver.rows(packets - 60, 60).len(), 60);
    assert!(driver.largest_read < 400 * 1024 && whole > driver.largest_read);
    let first = driver.session.next_read();
    assert_eq!(first, None, "nothing is left to do");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn any_bytes_are_survived(mut noise in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..4000), cut in 0_usize..3000) {
        let mut raw = Driver::capture("tls.pcap").raw;
        let at = cut.min(raw.len());
        let end = (at + noise.len()).min(raw.len());
        noise.truncate(end - at);
        raw[at..end].copy_from_slice(&noise);
        let mut driver = Driver::open(raw);
        let tells = driver.run();
        if let Some(Tell::Read { listed, .. }) = tells.last() {
            let listed = *listed;
            proptest::prop_assert_eq!(driver.rows(0, 1_000).len() as u64, listed.min(1_000));
            for number in 1..=listed.min(40) {
                driver.ask(Ask::Packet { id: 1, number });
            }
        }
    }
}
