#![no_main]
use libfuzzer_sys::fuzz_target;
use wasm_core::azure::blob_path::{BlobReport, BlobUrl};

fuzz_target!(|text: &str| {
    let urls = [text.to_owned(), format!("https://acct.blob.core.windows.net/network-watcher-logs/{text}")];
    for url in urls {
        let Ok(blob) = url.parse::<BlobUrl>() else { continue };
        assert_eq!(blob.to_string().parse::<BlobUrl>().as_ref(), Ok(&blob));
        let report = BlobReport::from(&blob);
        let name = &report.local_name;
        let safe = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
        assert!(name.len() <= 140 && !name.starts_with('.') && name.chars().all(safe), "{name}");
    }
});
