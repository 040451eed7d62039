//! Names and answers that mean harm: refused or contained, and nothing outside the folder.

mod blob_server;

use blob_server::bench::{Bench, IMPATIENT, LONG, MIB, capture, end, noise, plain};
use blob_server::{CONTAINER, Fault};
use native_host::download::{PlannedFile, Sought};
use std::collections::BTreeSet;
use std::fs;
use wasm_core::azure::blob_path::ExpectedLocation;
use wasm_core::protocol::{ErrorCode, FileRef, TransferState};
use wasm_core::words::Language;

#[tokio::test]
async fn a_lying_service_is_refused_and_nothing_stays() {
    let bench = Bench::new().await;
    let downloads = bench.downloads_with(IMPATIENT);
    for (fault, code) in [
        (Fault::LyingRange, ErrorCode::UnexpectedAnswer),
        (Fault::Long, ErrorCode::UnexpectedAnswer),
        (Fault::Flipped, ErrorCode::Corrupt),
        (Fault::Short, ErrorCode::Network),
        (Fault::OtherSize, ErrorCode::UnexpectedAnswer),
        (Fault::NoRange, ErrorCode::UnexpectedAnswer),
    ] {
        bench.server.put("a", noise(MIB, 1), false);
        let repeated = fault.clone();
        bench.server.faults(move |_, _| repeated.clone());
        let id = bench.start(&downloads, plain()).await;
        let transfer = end(&downloads, &id).await;
        let found = match transfer.state {
            TransferState::Failed { failure } => failure.code,
            _ => transfer.files[0].failure.as_ref().unwrap().code,
        };
        assert_eq!(found, code, "{fault:?}");
        downloads.discard(&id).unwrap();
        assert_eq!(bench.files(), [""; 0], "{fault:?}");
    }
}

#[tokio::test]
async fn hostile_names_and_endless_listings_are_contained() {
    let bench = Bench::new().await;
    let long = "n".repeat(1024);
    let hostile =
        ["../../evil", "a/../../evil", "/etc/passwd", "a//b", "con", "x\u{1}y", "a\\..\\b", long.as_str()];
    for name in hostile {
        bench.server.put(name, "x", false);
    }
    bench.server.put("good", "x", false);
    bench.server.pages_of(2);
    let downloads = bench.downloads();
    let plan = bench.plan(&downloads).await;
    assert_eq!(plan.len(), hostile.len() + 1, "every name is listed, page by page");
    for planned in plan {
        let good = planned.blob == "good";
        let place = bench.server.place();
        let started = downloads.start(capture(), place, vec![planned.clone()], plain(), Language::English);
        assert_eq!(started.is_ok(), good, "{planned:?}");
        if let Ok(id) = started {
            end(&downloads, &id).await;
        }
    }
    assert_eq!(bench.files(), ["good"]);
    let outside = fs::read_dir(bench.folder.path().parent().unwrap()).unwrap();
    assert!(outside.flatten().all(|entry| entry.file_name() != "evil"));

    // A good name for a bad blob name: the blob is asked for by its own name or not at all.
    let mut planned = bench.plan(&downloads).await.remove(0);
    planned.file = FileRef("renamed".into());
    let id =
        downloads.start(capture(), bench.server.place(), vec![planned], plain(), Language::English).unwrap();
    let transfer = end(&downloads, &id).await;
    assert_eq!(transfer.files[0].failure.as_ref().unwrap().code, ErrorCode::PathRefused);

    bench.server.endless_listing();
    let container = downloads.container(bench.server.place()).await.unwrap();
    let listed = tokio::time::timeout(LONG, container.list("", None)).await.unwrap().unwrap();
    assert!(listed.cut_off);
}

#[tokio::test]
async fn hostile_blobs_of_a_capture_become_tame_files_or_none() {
    let bench = Bench::new().await;
    let long = "n".repeat(1024 - "run/.cap".len());
    let hostile = [
        "../../evil.cap",
        "a/../../../evil.cap",
        "/etc/passwd",
        "con.cap",
        "NUL",
        "lpt1.cap",
        "x\u{1}\u{1b}[2Jy.cap",
        "a\\..\\b.cap",
        "C:evil.cap",
        "trailing. ",
        "\u{202e}pac.exe",
        "=1+1.cap",
        "Same.cap",
        "same.cap",
        long.as_str(),
        "%2e%2e%2fescaped.cap",
        "a?b#c.cap",
    ];
    for (number, name) in hostile.iter().enumerate() {
        bench.server.put(&format!("run/{name}"), number.to_string(), true);
    }
    bench.server.put("running/of another capture.cap", "x", true);
    let downloads = bench.downloads();
    let folder = format!("{}/{CONTAINER}/run", bench.server.endpoint.as_str().trim_end_matches('/'));
    let sought = Sought {
        capture: capture(),
        place: bench.server.place(),
        locations: vec![(ExpectedLocation::Told(folder.parse().unwrap()), None)],
        running: false,
        instances: Vec::new(),
    };
    let found = downloads.files(&sought).await.unwrap();
    assert!(
        found.problems.iter().all(|problem| problem.code == ErrorCode::PathRefused),
        "{:?}",
        found.problems
    );
    assert_eq!(found.files.len() + found.problems.len(), hostile.len());
    assert!(found.files.len() >= 8, "{:?}", found.problems);
    let planned: Vec<PlannedFile> = found.files.into_iter().map(|file| file.planned).collect();
    let names: BTreeSet<String> = planned.iter().map(|planned| planned.file.0.to_lowercase()).collect();
    assert_eq!(names.len(), planned.len(), "also on a file system that ignores case: {names:?}");
    for name in &names {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
        assert!(name.starts_with("web/capture-run-1/") && name.chars().all(plain), "{name:?}");
    }
    let expected: Vec<(String, String)> = planned
        .iter()
        .map(|planned| {
            let at = hostile.iter().position(|name| planned.blob == format!("run/{name}")).unwrap();
            (planned.file.0.clone(), at.to_string())
        })
        .collect();
    let id = downloads.start(capture(), sought.place, planned, plain(), Language::English).unwrap();
    let transfer = end(&downloads, &id).await;
    assert_eq!(transfer.state, TransferState::Done);
    let failed: BTreeSet<&str> = transfer
        .files
        .iter()
        .filter(|file| file.failure.as_ref().is_some_and(|failure| failure.code == ErrorCode::PathRefused))
        .map(|file| file.file.0.as_str())
        .collect();
    for (file, content) in &expected {
        if failed.contains(file.as_str()) {
            continue;
        }
        assert_eq!(bench.read(file), content.as_bytes(), "{file}");
    }
    assert_eq!(bench.files().len(), expected.len() - failed.len());
    let outside = fs::read_dir(bench.folder.path().parent().unwrap()).unwrap();
    assert!(outside.flatten().all(|entry| !entry.file_name().to_string_lossy().contains("evil")));
}

#[tokio::test]
async fn a_listing_without_sense_or_end_is_given_up_in_bounded_memory() {
    let endless = "<EnumerationResults><Blobs>                                ";
    let cases =
        [("no xml", false), ("<EnumerationResults><Blobs><Blob>", false), ("", false), (endless, true)];
    let given_up = cases.map(|(page, endless)| async move {
        let bench = Bench::new().await;
        bench.server.listing_is(page, endless);
        let container = bench.downloads().container(bench.server.place()).await.unwrap();
        let problem = container.list("", None).await.unwrap_err();
        assert_eq!(problem.code, ErrorCode::UnexpectedAnswer, "{page:?}");
    });
    let all = futures::future::join_all(given_up);
    tokio::time::timeout(LONG, all).await.expect("it is given up");
}

#[tokio::test]
async fn network_rules_are_told_from_missing_rights() {
    let bench = Bench::new().await;
    bench.server.put("a", noise(10, 1), false);
    let downloads = bench.downloads();
    for (azure, code) in [
        ("AuthorizationFailure", ErrorCode::BlobNetworkRefused),
        ("AuthorizationPermissionMismatch", ErrorCode::BlobNotPermitted),
    ] {
        bench.server.faults(move |_, _| Fault::Status(403, azure));
        let id = bench.start(&downloads, plain()).await;
        let TransferState::Failed { failure } = end(&downloads, &id).await.state else { panic!("{azure}") };
        assert_eq!(failure.code, code, "{azure}");
        assert_eq!(failure.azure.map(|azure| azure.code).as_deref(), Some(azure));
        downloads.discard(&id).unwrap();
    }
}
