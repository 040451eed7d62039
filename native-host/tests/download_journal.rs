//! What a process left of a transfer, however it died and whichever release it was of, and what the next makes of it.

mod blob_server;

use blob_server::bench::{Bench, KEEN, MIB, capture, done, end, noise, plain, until};
use blob_server::{BlobServer, Fault};
use native_host::download::Downloads;
use std::fs;
use std::path::Path;
use wasm_core::protocol::{ErrorCode, TransferState};
use wasm_core::words::Language;

const ID: &str = "0123456789ab";

fn line(json: &str) -> String {
    let sum = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc64Nvme, json.as_bytes());
    format!("{sum:016x} {json}\n")
}

/// The first line as the first release writes it, to the letter; `journal` is the number of its form.
fn header(server: &BlobServer, journal: u32, sizes: [usize; 2]) -> String {
    let capture = r#"{"scaleSet":"/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/web","cloud":"public","capture":"run-1"}"#;
    line(&format!(
        r#"{{"header":{{"journal":{journal},"id":"{ID}","capture":{capture},"place":{{"cloud":"public","endpoint":"{}","container":"captures"}},"options":{{"keep":true,"summarise":false,"overwrite":false}},"files":[{{"file":"set/one.cap","blob":"one","etag":"0x8D0000000000001","size":{}}},{{"instance":"3","file":"set/two.cap","blob":"two","etag":"0x8D0000000000002","size":{}}}]}}}}"#,
        server.endpoint, sizes[0], sizes[1],
    ))
}

fn range(file: usize, start: usize, bytes: &[u8]) -> String {
    let sum = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc64Nvme, bytes);
    let length = bytes.len();
    line(&format!(r#"{{"range":{{"file":{file},"start":{start},"length":{length},"crc64":"{sum:016x}"}}}}"#))
}

#[tokio::test]
async fn an_updated_helper_goes_on_with_what_the_first_release_began() {
    let bench = Bench::new().await;
    let (one, two) = (noise(MIB, 1), noise(9 * MIB, 2));
    bench.server.put("one", one.clone(), false);
    bench.server.put("two", two.clone(), true);
    let root = bench.folder.path();
    fs::create_dir(root.join("set")).unwrap();
    fs::write(root.join("set/one.cap"), &one).unwrap();
    let mut part = two.clone();
    part[4 * MIB..].fill(0);
    fs::write(root.join(format!("set/two.cap.{ID}.part")), part).unwrap();
    let journal = [
        header(&bench.server, 1, [MIB, 9 * MIB]),
        line(&format!(r#"{{"begin":{{"file":0,"etag":"0x8D0000000000001","size":{MIB}}}}}"#)),
        range(0, 0, &one),
        line(r#"{"done":{"file":0}}"#),
        line(&format!(r#"{{"begin":{{"file":1,"etag":"0x8D0000000000002","size":{}}}}}"#, 9 * MIB)),
        range(1, 0, &two[..4 * MIB]),
    ];
    fs::write(root.join(format!("{ID}.transfer")), journal.concat()).unwrap();

    let downloads = bench.downloads();
    let found = downloads.transfers(Language::English);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].id.as_str(), &found[0].state), (ID, &TransferState::Interrupted));
    assert_eq!(done(&found[0]), 5 * MIB as u64);
    downloads.resume(ID, Language::English).unwrap();
    assert_eq!(end(&downloads, ID).await.state, TransferState::Done);
    assert!(bench.read("set/one.cap") == one && bench.read("set/two.cap") == two);
    assert_eq!(bench.files(), ["set/one.cap", "set/two.cap"]);
    let served = bench.server.take_served();
    assert!(served.iter().all(|served| served.blob == "two" && served.range.start >= 4 * MIB as u64));
}

#[tokio::test]
async fn what_a_newer_release_left_is_not_touched() {
    for newer in ["another form", "a line of another kind"] {
        let bench = Bench::new().await;
        bench.server.put("one", noise(10, 1), false);
        bench.server.put("two", noise(10, 2), false);
        let journal = match newer {
            "another form" => header(&bench.server, 2, [10, 10]),
            _ => header(&bench.server, 1, [10, 10]) + &line(r#"{"mended":{"file":0}}"#),
        };
        let place = bench.folder.path().join(format!("{ID}.transfer"));
        fs::write(&place, &journal).unwrap();
        let downloads = bench.downloads();
        assert_eq!(downloads.transfers(Language::English), [], "{newer}");
        assert_eq!(downloads.resume(ID, Language::English).unwrap_err().code, ErrorCode::NotFound);
        let id = bench.start(&downloads, plain()).await;
        assert_eq!(end(&downloads, &id).await.state, TransferState::Done, "{newer}");
        assert_eq!(fs::read_to_string(&place).unwrap(), journal, "{newer}");
        assert_eq!(bench.files(), [format!("{ID}.transfer"), "one".to_owned(), "two".to_owned()]);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// What a power cut did to a partial file, whatever of the journal reached the disk.
#[derive(Clone, Copy, Debug)]
enum Data {
    There,
    /// Its first block did not reach the disk.
    Zeros,
    /// Not even its length did.
    Short,
    /// Nor its name.
    Gone,
}

#[tokio::test]
async fn a_cut_between_any_two_writes_costs_time_alone() {
    let bench = Bench::new().await;
    let (whole, half) = (noise(1000, 1), noise(10 * MIB, 2));
    bench.server.put("half", half.clone(), false);
    bench.server.put("whole", whole.clone(), true);
    bench.server.faults(|_, range| if range.start >= 8 * MIB as u64 { Fault::Never } else { Fault::None });
    let downloads = bench.downloads();
    let id = bench.start(&downloads, plain()).await;
    until(&downloads, &id, |transfer| {
        done(transfer) == 1000 + 8 * MIB as u64 && bench.folder.path().join("whole").exists()
    })
    .await;
    downloads.leave().await;
    let text = fs::read_to_string(bench.folder.path().join(format!("{id}.transfer"))).unwrap();
    let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
    assert!(ends.len() >= 6, "header, two begun, three ranges: {text}");
    bench.server.well();

    let cuts = ends.iter().flat_map(|end| [*end, end - 9]).filter(|cut| *cut >= ends[0]);
    for (number, cut) in cuts.enumerate() {
        // Each damage meets each kind of line.
        for data in [[Data::There, Data::Zeros], [Data::Short, Data::Gone]][number / 2 % 2] {
            let case = format!("{cut} of {} bytes of the journal, {data:?}", text.len());
            let here = tempfile::tempdir().unwrap();
            copy(bench.folder.path(), here.path());
            fs::write(here.path().join(format!("{id}.transfer")), &text[..cut]).unwrap();
            // The journal is on the disk as far as this range before the file gets its name.
            if !text[..cut].contains(&range(1, 0, &whole)) {
                let part = here.path().join(format!("whole.{id}.part"));
                fs::rename(here.path().join("whole"), part).unwrap();
            }
            let part = here.path().join(format!("half.{id}.part"));
            let file = fs::OpenOptions::new().write(true).open(&part).unwrap();
            match data {
                Data::There => {}
                Data::Zeros => std::os::unix::fs::FileExt::write_all_at(&file, &[0; 4096], 0).unwrap(),
                Data::Short => file.set_len(5 * MIB as u64).unwrap(),
                Data::Gone => fs::remove_file(&part).unwrap(),
            }
            let tokens = blob_server::Tokens::new(&["token"]);
            let downloads = Downloads::open(here.path(), tokens, KEEN).unwrap();
            downloads.resume(&id, Language::English).unwrap_or_else(|problem| panic!("{case}: {problem}"));
            let transfer = end(&downloads, &id).await;
            assert_eq!(transfer.state, TransferState::Done, "{case}");
            let failed = transfer.files.iter().filter(|file| file.failure.is_some()).count();
            assert_eq!(failed, 0, "{case}: {:?}", transfer.files);
            assert!(fs::read(here.path().join("half")).unwrap() == half, "{case}");
            assert!(fs::read(here.path().join("whole")).unwrap() == whole, "{case}");
            let left = fs::read_dir(here.path()).unwrap().count();
            assert_eq!(left, 2, "{case}: nothing but the two files");
        }
    }
}

#[tokio::test]
async fn a_disk_that_is_too_small_is_told_before_anything_is_asked_for() {
    let bench = Bench::new().await;
    bench.server.put("a", noise(10, 1), false);
    let downloads = bench.downloads();
    let mut plan = bench.plan(&downloads).await;
    plan[0].version.size = 1 << 60;
    let problem =
        downloads.start(capture(), bench.server.place(), plan, plain(), Language::English).unwrap_err();
    assert_eq!(problem.code, ErrorCode::DiskFull);
    assert_eq!(problem.params["needed"], (1_u64 << 60).to_string());
    assert_eq!(bench.files(), [""; 0]);
    assert_eq!(bench.server.take_served(), []);
    assert_eq!(downloads.transfers(Language::English), []);
}
