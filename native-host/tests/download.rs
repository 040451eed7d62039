//! Downloads against a blob service that behaves well and badly; hostile ones stand in `download_hostile.rs`.

mod blob_server;

use blob_server::bench::{Bench, IMPATIENT, KEEN, LONG, MIB, capture, done, end, noise, pcap, plain, until};
use blob_server::{CONTAINER, Fault, Tokens};
use native_host::download::{BlobAccess, BlobCredential, Downloads, Refusal};
use std::fs;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use wasm_core::azure::cloud::CloudName;
use wasm_core::pcap::Listing;
use wasm_core::protocol::{DownloadOptions, ErrorCode, ExportFormat, FileRef, TransferState};
use wasm_core::words::Language;

#[tokio::test]
async fn files_of_all_sizes_arrive_whole() {
    let bench = Bench::new().await;
    let blobs =
        [("empty", 0), ("a/one", 1), ("a/piece", 4 * MIB), ("a/b/more", 4 * MIB + 1), ("many", 13 * MIB + 7)];
    for (number, (name, size)) in blobs.iter().enumerate() {
        bench.server.put(name, noise(*size, number as u64), number % 2 == 0);
    }
    let downloads = bench.downloads();
    let id = bench.start(&downloads, plain()).await;
    let transfer = end(&downloads, &id).await;
    assert_eq!(transfer.state, TransferState::Done);
    assert_eq!(done(&transfer), blobs.iter().map(|(_, size)| *size as u64).sum::<u64>());
    for (number, (name, size)) in blobs.iter().enumerate() {
        assert!(bench.read(name) == noise(*size, number as u64), "{name}");
    }
    assert_eq!(bench.files().len(), blobs.len(), "{:?}", bench.files());
    let served: u64 =
        bench.server.take_served().iter().map(|served| served.range.end - served.range.start).sum();
    assert_eq!(served, done(&transfer), "no byte twice");
}

#[tokio::test]
async fn a_service_without_checksums_serves_all_the_same() {
    let bench = Bench::new().await;
    bench.server.put("a", noise(9 * MIB, 1), true);
    bench.server.no_checksums();
    let downloads = bench.downloads();
    let id = bench.start(&downloads, plain()).await;
    assert_eq!(end(&downloads, &id).await.state, TransferState::Done);
    assert!(bench.read("a") == noise(9 * MIB, 1));
}

#[tokio::test]
async fn a_look_takes_few_requests_and_bytes() {
    let bench = Bench::new().await;
    bench.server.put("long", pcap(200_000, 1), false);
    bench.server.put("short", pcap(3, 1), false);
    bench.server.put("empty", "", false);
    let downloads = bench.downloads();
    for (name, wanted, found) in [("long", 1000, 1000), ("short", 1000, 3), ("empty", 1000, 0)] {
        let mut pieces = downloads.look(bench.server.place(), name.to_owned(), wanted).await.unwrap();
        let mut reader = wasm_core::pcap::Reader::new();
        let mut packets = 0;
        while let Some((_, bytes)) = pieces.next().await.unwrap() {
            assert!(bytes.len() * 4 / 3 < 1_000_000, "fits a frame");
            reader.push(&bytes, |_| packets += 1);
        }
        let served = bench.server.take_served();
        let bytes: u64 = served.iter().map(|served| served.range.end - served.range.start).sum();
        assert!(
            packets >= found && served.len() <= 3 && bytes <= 2 * MIB as u64,
            "{name}: {packets} {served:?}"
        );
        assert_eq!(pieces.sent, bytes);
    }
}

/// A connection of its own for each look would be a handshake for each.
#[tokio::test]
async fn looks_listings_and_downloads_share_connections() {
    let bench = Bench::new().await;
    bench.server.put("short", pcap(3, 1), false);
    let downloads = bench.downloads();
    for _ in 0..50 {
        let mut pieces = downloads.look(bench.server.place(), "short".to_owned(), 1000).await.unwrap();
        while pieces.next().await.unwrap().is_some() {}
    }
    let id = bench.start(&downloads, plain()).await;
    assert_eq!(end(&downloads, &id).await.state, TransferState::Done);
    let connections = bench.server.connections.load(Ordering::Relaxed);
    assert!(connections < 10, "{connections} connections");
}

#[tokio::test]
async fn merged_captures_are_in_the_order_of_time_with_named_interfaces() {
    let bench = Bench::new().await;
    let downloads = bench.downloads();
    let names = ["web_0_20250131T163941.077Z.cap", "web_1_20250131T163941.077Z.cap"];
    fs::write(bench.folder.path().join(names[0]), pcap(3000, 1)).unwrap();
    fs::write(bench.folder.path().join(names[1]), pcap(2000, 2)).unwrap();
    let files = names.map(|name| FileRef(name.into()));
    let target = FileRef("merged.pcapng".into());
    assert_eq!(downloads.merge(&files, &target, |_| {}).unwrap(), 5000);
    assert_eq!(downloads.merge(&files, &target, |_| {}).unwrap_err().code, ErrorCode::FileExists);
    let merged = bench.read("merged.pcapng");
    let mut last = None;
    let mut count = 0;
    wasm_core::pcap::Reader::new().push(&merged, |packet| {
        assert!(packet.time >= last);
        last = packet.time;
        count += 1;
    });
    assert_eq!(count, 5000);
    for name in ["instance 0", "instance 1"] {
        assert!(merged.windows(name.len()).any(|window| window == name.as_bytes()), "{name}");
    }
    let mut pieces = downloads.read(target, 0, 64).await.unwrap();
    assert_eq!(pieces.next().await.unwrap().unwrap().1, merged[..64]);
    assert!(pieces.next().await.unwrap().is_none());
}

/// New columns come last; these stay as they are.
const SUMMARY_SCHEMA: &str = "\
message summary {
  OPTIONAL BYTE_ARRAY instance (STRING);
  OPTIONAL BYTE_ARRAY file (STRING);
  OPTIONAL INT64 packets (INTEGER(64,false));
  OPTIONAL INT64 bytes (INTEGER(64,false));
  OPTIONAL INT64 captured_bytes (INTEGER(64,false));
  OPTIONAL INT64 earliest (TIMESTAMP(NANOS,true));
  OPTIONAL INT64 latest (TIMESTAMP(NANOS,true));
  OPTIONAL INT64 tcp_conversations (INTEGER(64,false));
  OPTIONAL INT64 udp_conversations (INTEGER(64,false));
  OPTIONAL INT64 sctp_conversations (INTEGER(64,false));
  OPTIONAL INT64 tcp_retransmissions (INTEGER(64,false));
  OPTIONAL INT64 tcp_out_of_order (INTEGER(64,false));
  OPTIONAL INT64 tcp_duplicate_acks (INTEGER(64,false));
  OPTIONAL INT64 tcp_zero_windows (INTEGER(64,false));
  OPTIONAL INT64 tcp_resets (INTEGER(64,false));
  OPTIONAL INT64 tcp_unanswered_syns (INTEGER(64,false));
  OPTIONAL INT64 tcp_refused_syns (INTEGER(64,false));
  OPTIONAL INT64 dns_unanswered (INTEGER(64,false));
}
";
const CONVERSATIONS_SCHEMA: &str = "\
message conversations {
  OPTIONAL BYTE_ARRAY instance (STRING);
  OPTIONAL BYTE_ARRAY file (STRING);
  OPTIONAL BYTE_ARRAY transport (STRING);
  OPTIONAL BYTE_ARRAY a_address (STRING);
  OPTIONAL INT64 a_port (INTEGER(64,false));
  OPTIONAL BYTE_ARRAY b_address (STRING);
  OPTIONAL INT64 b_port (INTEGER(64,false));
  OPTIONAL INT64 packets_a_to_b (INTEGER(64,false));
  OPTIONAL INT64 bytes_a_to_b (INTEGER(64,false));
  OPTIONAL INT64 packets_b_to_a (INTEGER(64,false));
  OPTIONAL INT64 bytes_b_to_a (INTEGER(64,false));
  OPTIONAL INT64 start (TIMESTAMP(NANOS,true));
  OPTIONAL DOUBLE duration_seconds;
  OPTIONAL BYTE_ARRAY server_name (STRING);
  OPTIONAL INT64 tcp_syns (INTEGER(64,false));
  OPTIONAL INT64 tcp_resets (INTEGER(64,false));
  OPTIONAL INT64 tcp_retransmissions (INTEGER(64,false));
  OPTIONAL INT64 tcp_out_of_order (INTEGER(64,false));
  OPTIONAL INT64 tcp_duplicate_acks (INTEGER(64,false));
  OPTIONAL INT64 tcp_zero_windows (INTEGER(64,false));
  OPTIONAL DOUBLE tcp_initial_rtt_seconds;
}
";

#[tokio::test]
async fn exports_are_read_back() {
    use native_host::handlers::{Filtering, Source, summarise_sources};
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;
    let bench = Bench::new().await;
    let downloads = bench.downloads();
    let path = bench.folder.path().join("web_3_20250131T163941.077Z.cap");
    fs::write(&path, pcap(100, 7)).unwrap();
    let sources = [Source::file(&path)];
    let report = summarise_sources(&sources, &Filtering::default(), Listing::All, Language::English, &|_| {})
        .unwrap()
        .report;
    let export = |format| downloads.export(&report, "out/", format).unwrap();

    for _ in 0..2 {
        export(ExportFormat::Csv);
    }
    let csv = String::from_utf8(bench.read("out/conversations-2.csv")).unwrap();
    let [head, row] = csv.lines().collect::<Vec<_>>()[..] else { panic!("{csv}") };
    assert!(head.starts_with("instance,file,transport,a_address,a_port,"), "{head}");
    assert!(
        row.contains(",udp,10.0.0.7,5000,10.0.0.200,5001,100,12800,0,0,2023-11-14T22:13:20Z,99,"),
        "{row}"
    );

    let markdown = export(ExportFormat::Markdown);
    assert!(String::from_utf8(bench.read(&markdown[0].0)).unwrap().contains("## conversations"));
    let json = export(ExportFormat::Json);
    let again: wasm_core::pcap::report::Report = serde_json::from_slice(&bench.read(&json[0].0)).unwrap();
    assert_eq!(again.total.packets, 100);

    let parquet = export(ExportFormat::Parquet);
    let [summary, conversations] = [0, 1].map(|at: usize| {
        SerializedFileReader::new(fs::File::open(bench.folder.path().join(&parquet[at].0)).unwrap()).unwrap()
    });
    // Other people's programs read these; `docs/export.md` tells of them.
    let document = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/export.md")).unwrap();
    for (table, schema) in [(&summary, SUMMARY_SCHEMA), (&conversations, CONVERSATIONS_SCHEMA)] {
        let mut found = Vec::new();
        let metadata = table.metadata().file_metadata();
        parquet::schema::printer::print_schema(&mut found, metadata.schema());
        let found = String::from_utf8(found).unwrap();
        for column in metadata.schema_descr().columns() {
            assert!(document.contains(&format!("`{}`", column.name())), "{}", column.name());
        }
        assert_eq!(found, schema);
    }

    let row = summary.get_row_iter(None).unwrap().next().unwrap().unwrap();
    assert_eq!((row.get_string(0).unwrap().as_str(), row.get_ulong(2).unwrap()), ("3", 100));
    let row = conversations.get_row_iter(None).unwrap().next().unwrap().unwrap();
    assert_eq!(row.get_string(3).unwrap(), "10.0.0.7");
    assert_eq!(row.get_ulong(8).unwrap(), 12_800);
}

#[tokio::test]
async fn summaries_are_there_when_the_last_byte_is() {
    let bench = Bench::new().await;
    bench.server.put("0.cap", pcap(40_000, 1), false);
    bench.server.put("1.cap", pcap(100, 2), true);
    bench.server.put("2.cap", noise(1000, 1), false);
    let downloads = bench.downloads();
    let mut reports = Vec::new();
    for keep in [true, false] {
        let options = DownloadOptions { keep, overwrite: true, ..DownloadOptions::default() };
        let id = bench.start(&downloads, options).await;
        assert_eq!(end(&downloads, &id).await.state, TransferState::Done);
        let outcome = downloads.follow(&id).unwrap().outcome(Language::English, Listing::All).unwrap();
        assert_eq!(
            outcome.files[2].failure.as_ref().map(|failure| failure.code),
            Some(ErrorCode::NotACapture)
        );
        assert_eq!(outcome.files[0].file.is_some(), keep);
        let report = outcome.report.unwrap();
        assert_eq!((report.total.packets, report.sources.len()), (40_100, 2));
        assert_eq!(report.sources[0].path, "0.cap");
        assert_eq!(report.total.conversations.udp, 2);
        reports.push(report);
        assert_eq!(bench.files(), ["0.cap", "1.cap", "2.cap"]);
    }
    assert_eq!(reports[0], reports[1]);
}

#[tokio::test]
async fn what_goes_wrong_on_the_way_is_made_good() {
    let bench = Bench::new().await;
    bench.server.put("a", noise(9 * MIB, 1), true);
    bench.server.put("b", noise(3 * MIB, 2), false);
    let mut number = 0_u64;
    bench.server.faults(move |_, _| {
        number += 1;
        // Scattered, so that no piece meets the same fault every time.
        match (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) % 16 {
            1 => Fault::Cut(777_777),
            2 => Fault::Status(500, "InternalError"),
            3 => Fault::Status(503, "ServerBusy"),
            4 => Fault::Delay(Duration::from_millis(30)),
            5 => Fault::Flipped,
            6 => Fault::LyingRange,
            7 => Fault::Long,
            _ => Fault::None,
        }
    });
    let downloads = bench.downloads();
    let id = bench.start(&downloads, plain()).await;
    assert_eq!(end(&downloads, &id).await.state, TransferState::Done);
    assert!(bench.read("a") == noise(9 * MIB, 1));
    assert!(bench.read("b") == noise(3 * MIB, 2));
    assert_eq!(bench.files(), ["a", "b"]);
}

#[tokio::test]
async fn a_wrong_md5_is_found_among_many_files() {
    let bench = Bench::new().await;
    let size = |number: usize| 1 + number * number * 701;
    for number in 0..40 {
        bench.server.put(&format!("{number:02}"), noise(size(number), number as u64), true);
    }
    // So that nothing but the MD5 tells.
    bench.server.no_checksums();
    bench.server.faults(|blob, _| if matches!(blob, "07" | "31") { Fault::Flipped } else { Fault::None });
    let downloads = bench.downloads();
    let id = bench.start(&downloads, plain()).await;
    let transfer = end(&downloads, &id).await;
    for (number, file) in transfer.files.iter().enumerate() {
        let failure = file.failure.as_ref().map(|failure| failure.code);
        assert_eq!(failure, matches!(number, 7 | 31).then_some(ErrorCode::Corrupt), "{number}");
        if failure.is_none() {
            assert!(bench.read(&format!("{number:02}")) == noise(size(number), number as u64), "{number}");
        }
    }
    assert_eq!(bench.files().len(), 38, "{:?}", bench.files());
}

#[tokio::test]
async fn a_file_that_does_not_come_keeps_no_other_from_being_finished() {
    let bench = Bench::new().await;
    for number in 0..20 {
        bench.server.put(&format!("{number:02}"), noise(5000 + number, number as u64), true);
    }
    bench.server.faults(|blob, _| if blob == "03" { Fault::Never } else { Fault::None });
    let downloads = bench.downloads();
    let id = bench.start(&downloads, plain()).await;
    let finished = || bench.files().iter().filter(|name| name.len() == 2).count();
    until(&downloads, &id, |_| finished() == 19).await;
    downloads.discard(&id).unwrap();
    end(&downloads, &id).await;
    assert_eq!(bench.files().len(), 19, "{:?}", bench.files());
}

/// Long requests are fed to the summary as they come; what breaks is asked for from where it broke.
#[tokio::test]
async fn what_is_not_kept_is_summarised_whole_through_broken_requests() {
    const PACKETS: usize = 300_000;
    let bench = Bench::new().await;
    bench.server.put("0.cap", pcap(PACKETS, 1), false);
    bench.server.put("1.cap", pcap(100, 2), true);
    bench.server.no_checksums();
    let mut number = 0_u64;
    bench.server.faults(move |_, _| {
        number += 1;
        match number % 5 {
            1 => Fault::Cut(3_333_333),
            2 => Fault::Status(500, "InternalError"),
            3 => Fault::Delay(Duration::from_millis(30)),
            4 => Fault::Short,
            _ => Fault::None,
        }
    });
    let downloads = bench.downloads();
    let options = DownloadOptions { keep: false, summarise: true, ..plain() };
    let id = bench.start(&downloads, options).await;
    let transfer = end(&downloads, &id).await;
    assert_eq!(transfer.state, TransferState::Done);
    assert_eq!(done(&transfer), transfer.files.iter().map(|file| file.size).sum::<u64>());
    let report =
        downloads.follow(&id).unwrap().outcome(Language::English, Listing::All).unwrap().report.unwrap();
    assert_eq!(report.total.packets, PACKETS as u64 + 100);
    assert!(report.total.warnings.is_empty(), "{:?}", report.total.warnings);
    assert!(bench.files().is_empty(), "{:?}", bench.files());
}

#[tokio::test]
async fn an_expired_token_is_renewed() {
    let bench = Bench::new().await;
    bench.server.put("a", noise(9 * MIB, 1), false);
    let downloads = Downloads::open(bench.folder.path(), Tokens::new(&["old", "new"]), KEEN).unwrap();
    let plan = bench.plan(&downloads).await;
    bench.server.accept_only("new");
    let id = downloads.start(capture(), bench.server.place(), plan, plain(), Language::English).unwrap();
    assert_eq!(end(&downloads, &id).await.state, TransferState::Done);
    assert!(bench.read("a") == noise(9 * MIB, 1));

    bench.server.accept_only("another");
    bench.server.put("b", noise(1, 1), false);
    let container = downloads.container(bench.server.place()).await.unwrap();
    let problem = container.list("", None).await.unwrap_err();
    assert_eq!(problem.code, ErrorCode::BlobNotPermitted);
    assert_eq!(problem.azure.unwrap().code, "InvalidAuthenticationInfo");
}

#[tokio::test]
async fn a_transfer_that_was_left_goes_on_and_fetches_nothing_twice() {
    let bench = Bench::new().await;
    bench.server.put("done", noise(1000, 1), false);
    bench.server.put("half", noise(40 * MIB, 2), true);
    let first = bench.downloads();
    // The second half is not served until the helper was left.
    bench.server.faults(|_, range| if range.start >= 20 * MIB as u64 { Fault::Never } else { Fault::None });
    let id = bench.start(&first, plain()).await;
    until(&first, &id, |transfer| done(transfer) == 1000 + 20 * MIB as u64).await;
    bench.noted(&id, 6).await;
    first.leave().await;
    let served = bench.server.take_served();

    bench.server.well();
    let second = bench.downloads();
    let found = second.transfers(Language::English);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].id.as_str(), &found[0].state), (id.as_str(), &TransferState::Interrupted));
    assert_eq!(done(&found[0]), 1000 + 20 * MIB as u64);
    second.resume(&id, Language::English).unwrap();
    assert_eq!(end(&second, &id).await.state, TransferState::Done);
    assert!(bench.read("half") == noise(40 * MIB, 2));
    assert_eq!(bench.files(), ["done", "half"]);
    for again in bench.server.take_served() {
        assert!(again.range.start >= 20 * MIB as u64, "{again:?} was there");
    }
    assert!(served.iter().any(|served| served.blob == "done"));
}

#[tokio::test]
async fn noted_ranges_that_are_not_on_the_disk_are_fetched_again() {
    let bench = Bench::new().await;
    bench.server.put("a", noise(24 * MIB, 2), false);
    let first = bench.downloads();
    bench.server.faults(|_, range| if range.start >= 16 * MIB as u64 { Fault::Never } else { Fault::None });
    let id = bench.start(&first, plain()).await;
    until(&first, &id, |transfer| done(transfer) == 16 * MIB as u64).await;
    let journal = bench.folder.path().join(format!("{id}.transfer"));
    bench.noted(&id, 4).await;
    first.leave().await;
    // As after a power cut: the journal reached the disk, one block of the data did not; the last line is torn.
    let part = bench.files().into_iter().find(|name| name.ends_with(".part")).unwrap();
    let file = fs::OpenOptions::new().write(true).open(bench.folder.path().join(part)).unwrap();
    let text = fs::read_to_string(&journal).unwrap();
    let torn = text.lines().last().unwrap();
    let zeroed = if torn.contains("\"start\":0,") { 5 * MIB } else { 0 };
    std::os::unix::fs::FileExt::write_all_at(&file, &[0; 4096], zeroed as u64).unwrap();
    fs::write(&journal, &text[..text.len() - 10]).unwrap();

    bench.server.well();
    bench.server.take_served();
    let second = bench.downloads();
    second.resume(&id, Language::English).unwrap();
    assert_eq!(end(&second, &id).await.state, TransferState::Done);
    assert!(bench.read("a") == noise(24 * MIB, 2));
    assert_eq!(bench.files(), ["a"]);
    let again: u64 =
        bench.server.take_served().iter().map(|served| served.range.end - served.range.start).sum();
    assert_eq!(again as usize, 16 * MIB, "the second half, the zeroed range, the torn one");
}

#[tokio::test]
async fn a_second_helper_leaves_a_running_transfer_alone() {
    let bench = Bench::new().await;
    let (first, id) = bench.stuck().await;
    let second = bench.downloads();
    assert_eq!(second.transfers(Language::English), []);
    assert_eq!(second.resume(&id, Language::English).unwrap_err().code, ErrorCode::NotFound);
    first.discard(&id).unwrap();
    end(&first, &id).await;
    assert_eq!(bench.files(), [""; 0]);
}

/// A browser that is restarted starts the next helper while the last one still brings its downloads to a safe point.
#[tokio::test]
async fn a_download_that_another_process_is_just_leaving_is_found() {
    let bench = Bench::new().await;
    let (first, id) = bench.stuck().await;
    let second = bench.downloads();
    let mut waiting = std::pin::pin!(second.others_end());
    assert!(futures::poll!(waiting.as_mut()).is_pending(), "it may be about to end");
    first.leave().await;
    waiting.await;
    let found = second.transfers(Language::English);
    assert_eq!(found.iter().map(|found| &found.id).collect::<Vec<_>>(), [&id]);
}

#[tokio::test]
async fn a_process_that_works_on_is_waited_for_once() {
    let bench = Bench::new().await;
    let (first, _) = bench.stuck().await;
    let second = bench.downloads();
    tokio::time::pause();
    second.others_end().await;
    assert!(futures::poll!(std::pin::pin!(second.others_end())).is_ready(), "it is known to work on");
    assert!(futures::poll!(std::pin::pin!(first.others_end())).is_ready(), "its own are none of others");
}

/// Work for other threads that is under way when a download is given up holds its journal.
#[test]
fn nothing_is_left_of_a_download_that_is_discarded_while_it_notes() {
    let one =
        tokio::runtime::Builder::new_multi_thread().max_blocking_threads(1).enable_all().build().unwrap();
    one.block_on(async {
        let bench = Bench::new().await;
        bench.server.put("a", noise(4 * MIB + 100, 2), false);
        // The one thread that could note the last piece is busy from the moment on when it is asked for.
        let (free, busy) = std::sync::mpsc::channel::<()>();
        let mut busy = Some(busy);
        bench.server.faults(move |_, range| {
            if range.start == 0 {
                return Fault::Never;
            }
            if let Some(busy) = busy.take() {
                tokio::task::spawn_blocking(move || busy.recv());
            }
            Fault::None
        });
        let downloads = bench.downloads();
        let id = bench.start(&downloads, plain()).await;
        until(&downloads, &id, |transfer| done(transfer) == 100).await;
        let mut following = downloads.follow(&id).unwrap();
        downloads.discard(&id).unwrap();
        // Long enough for one that does not wait to end without.
        let early = async { while following.moved().await {} };
        let _waits = tokio::time::timeout(Duration::from_millis(700), early).await;
        drop(free);
        let ended = async { while following.moved().await {} };
        tokio::time::timeout(LONG, ended).await.expect("it ends");
        assert_eq!(bench.files(), [""; 0]);
        assert_eq!(bench.downloads().transfers(Language::English), [], "it does not come back");
    });
}

#[tokio::test]
async fn a_download_that_is_begun_again_while_it_is_discarded_is_a_new_one() {
    let bench = Bench::new().await;
    let (downloads, given_up) = bench.stuck().await;
    until(&downloads, &given_up, |_| !bench.server.take_served().is_empty()).await;
    bench.server.well();
    let plan = bench.plan(&downloads).await;
    // Nothing else runs in between.
    downloads.discard(&given_up).unwrap();
    let id = downloads.start(capture(), bench.server.place(), plan, plain(), Language::English).unwrap();
    assert_ne!(id, given_up);
    assert_eq!(end(&downloads, &id).await.state, TransferState::Done);
    assert_eq!(bench.files(), ["a"]);
}

/// The way to storage may take its time: a person may have to sign in again.
#[tokio::test]
async fn a_download_ends_also_while_its_way_to_storage_is_sought() {
    #[derive(Debug)]
    struct Nowhere;
    #[async_trait::async_trait]
    impl BlobAccess for Nowhere {
        async fn http(&self, _: &CloudName) -> native_host::problem::Result<reqwest::ClientBuilder> {
            std::future::pending().await
        }
        async fn trusts(&self, _: &CloudName, _: &url::Url) -> bool {
            true
        }
        async fn credential(
            &self,
            _: &native_host::download::ContainerPlace,
            _: Option<&Refusal>,
        ) -> native_host::problem::Result<BlobCredential> {
            std::future::pending().await
        }
    }
    let bench = Bench::new().await;
    bench.server.put("a", noise(MIB, 2), false);
    let plan = bench.plan(&bench.downloads()).await;
    let start = |downloads: &Downloads| {
        let place = bench.server.place();
        downloads.start(capture(), place, plan.clone(), plain(), Language::English).unwrap()
    };
    let downloads = Downloads::open(bench.folder.path(), Arc::new(Nowhere), KEEN).unwrap();
    let id = start(&downloads);
    downloads.discard(&id).unwrap();
    end(&downloads, &id).await;
    assert_eq!(bench.files(), [""; 0]);
    start(&downloads);
    tokio::time::timeout(LONG, downloads.leave()).await.expect("it is left");
    assert_eq!(downloads.transfers(Language::English)[0].state, TransferState::Interrupted);
}

#[tokio::test]
async fn what_was_summarised_before_a_failure_is_not_fetched_again() {
    let bench = Bench::new().await;
    bench.server.put("a", pcap(100, 1), false);
    bench.server.put("b", pcap(100, 2), false);
    bench.server.faults(|blob, _| if blob == "b" { Fault::Cut(0) } else { Fault::None });
    let downloads = bench.downloads();
    let options = DownloadOptions { keep: false, ..DownloadOptions::default() };
    let id = bench.start(&downloads, options).await;
    let summarised =
        || downloads.follow(&id).unwrap().outcome(Language::English, Listing::All).unwrap().report;
    until(&downloads, &id, |_| summarised().is_some()).await;
    bench.server.faults(|_, _| Fault::Status(403, "AuthorizationFailure"));
    let transfer = end(&downloads, &id).await;
    assert!(matches!(transfer.state, TransferState::Failed { .. }), "{transfer:?}");
    assert_eq!(transfer.files[0].done, transfer.files[0].size);
    bench.server.well();
    bench.server.take_served();
    downloads.resume(&id, Language::English).unwrap();
    assert_eq!(end(&downloads, &id).await.state, TransferState::Done);
    assert!(bench.server.take_served().iter().all(|served| served.blob == "b"));
    let outcome = downloads.follow(&id).unwrap().outcome(Language::English, Listing::All).unwrap();
    assert_eq!(outcome.report.unwrap().total.packets, 200);
}

#[tokio::test]
async fn pause_stops_and_resume_goes_on() {
    let bench = Bench::new().await;
    bench.server.put("a", noise(20 * MIB, 2), false);
    let downloads = bench.downloads();
    for keep in [true, false] {
        bench
            .server
            .faults(|_, range| if range.start >= 8 * MIB as u64 { Fault::Never } else { Fault::None });
        let id = bench.start(&downloads, DownloadOptions { keep, ..plain() }).await;
        until(&downloads, &id, |transfer| done(transfer) == 8 * MIB as u64).await;
        downloads.pause(&id).unwrap();
        until(&downloads, &id, |transfer| transfer.state == TransferState::Paused).await;
        bench.server.well();
        bench.server.take_served();
        downloads.resume(&id, Language::English).unwrap();
        assert_eq!(end(&downloads, &id).await.state, TransferState::Done);
        let again: u64 =
            bench.server.take_served().iter().map(|served| served.range.end - served.range.start).sum();
        // What had arrived and was not noted yet counts as under way.
        assert!((12 * MIB..=16 * MIB).contains(&(again as usize)), "{again}");
    }
    assert!(bench.read("a") == noise(20 * MIB, 2));
}

#[tokio::test]
async fn a_replaced_blob_begins_anew_and_says_so() {
    let bench = Bench::new().await;
    bench.server.put("a", noise(12 * MIB, 1), true);
    let downloads = bench.downloads();
    bench.server.faults(|_, range| {
        if range.start >= 8 * MIB as u64 { Fault::Status(500, "InternalError") } else { Fault::None }
    });
    let id = bench.start(&downloads, plain()).await;
    until(&downloads, &id, |transfer| done(transfer) == 8 * MIB as u64).await;
    bench.server.put("a", noise(5 * MIB, 2), true);
    bench.server.well();
    let transfer = end(&downloads, &id).await;
    assert_eq!(transfer.state, TransferState::Done);
    assert_eq!(transfer.files[0].size as usize, 5 * MIB);
    assert_eq!(transfer.files[0].failure.as_ref().map(|failure| failure.code), Some(ErrorCode::BlobChanged));
    assert!(bench.read("a") == noise(5 * MIB, 2));
    assert_eq!(bench.files(), ["a"]);
}

#[tokio::test]
async fn an_existing_file_is_not_replaced_unasked() {
    let bench = Bench::new().await;
    bench.server.put("a", noise(10, 1), false);
    bench.server.put("b", noise(10, 2), false);
    fs::write(bench.folder.path().join("a"), "mine").unwrap();
    let downloads = bench.downloads();
    let id = bench.start(&downloads, plain()).await;
    let transfer = end(&downloads, &id).await;
    assert_eq!(transfer.state, TransferState::Done);
    assert_eq!(transfer.files[0].failure.as_ref().map(|failure| failure.code), Some(ErrorCode::FileExists));
    assert_eq!(bench.read("a"), b"mine");
    assert_eq!(bench.files(), ["a", "b"]);
    let id = bench.start(&downloads, DownloadOptions { overwrite: true, ..plain() }).await;
    end(&downloads, &id).await;
    assert_eq!(bench.read("a"), noise(10, 1));
}

#[tokio::test]
async fn a_dead_network_fails_in_time_and_resumes() {
    let bench = Bench::new().await;
    bench.server.put("a", noise(10, 1), false);
    let downloads = bench.downloads_with(IMPATIENT);
    bench.server.faults(|_, _| Fault::Cut(0));
    let id = bench.start(&downloads, plain()).await;
    let transfer = end(&downloads, &id).await;
    let TransferState::Failed { failure } = transfer.state else { panic!("{:?}", transfer.state) };
    assert_eq!(failure.code, ErrorCode::Network);
    bench.server.well();
    downloads.resume(&id, Language::English).unwrap();
    assert_eq!(end(&downloads, &id).await.state, TransferState::Done);
    assert_eq!(bench.read("a"), noise(10, 1));
}

#[tokio::test]
async fn the_bandwidth_limit_is_kept() {
    let bench = Bench::new().await;
    bench.server.put("a", noise(MIB, 1), false);
    let downloads = bench.downloads();
    let started = std::time::Instant::now();
    let id = bench.start(&downloads, DownloadOptions { bandwidth: Some(MIB as u64), ..plain() }).await;
    assert_eq!(end(&downloads, &id).await.state, TransferState::Done);
    let taken = started.elapsed();
    assert!(taken >= Duration::from_millis(900), "{taken:?}");
}

#[tokio::test]
async fn an_endpoint_outside_the_cloud_gets_no_token() {
    let folder = tempfile::tempdir().unwrap();
    let downloads = Downloads::open(folder.path(), Tokens::new(&["token"]), KEEN).unwrap();
    let place = native_host::download::ContainerPlace {
        cloud: Default::default(),
        tenant: None,
        storage_id: None,
        endpoint: "https://evil.example/".parse().unwrap(),
        container: CONTAINER.to_owned(),
    };
    assert_eq!(downloads.container(place).await.unwrap_err().code, ErrorCode::UnexpectedAnswer);
}
