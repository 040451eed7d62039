//! Why a file is no capture, for people.

use wasm_core::pcap::CaptureError;
use wasm_core::protocol::ErrorCode;

use crate::problem::Problem;

/// `head`: its first bytes, as far as they are known.
pub fn not_a_capture(name: &str, error: CaptureError, head: &[u8]) -> Problem {
    let looks_like = match error {
        CaptureError::Empty => "empty".to_owned(),
        CaptureError::UnsupportedVersion { major, minor } => format!("pcap {major}.{minor}"),
        CaptureError::NotACapture => looks_like(head).to_owned(),
    };
    Problem::new(ErrorCode::NotACapture).with("name", name).with("looksLike", looks_like).detail(error)
}

/// A short name of what the first bytes are, for people.
fn looks_like(head: &[u8]) -> &'static str {
    let text = head.iter().all(|b| matches!(b, b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0x80..));
    let trimmed = head.trim_ascii_start();
    match head {
        [] => "binary",
        [0x89, b'P', b'N', b'G', ..] => "PNG",
        [b'P', b'K', 3, 4, ..] => "ZIP",
        [b'G', b'M', b'B', b'U', ..] => "NetMon",
        [0x1f, 0x8b, ..] => "gzip",
        _ if trimmed.starts_with(b"<?xml") || trimmed.starts_with("\u{feff}<?xml".as_bytes()) => "XML",
        _ if trimmed.starts_with(b"<") => "HTML",
        _ if trimmed.starts_with(b"{") => "JSON",
        _ if head.iter().all(|b| *b == 0) => "zeros",
        _ if text => "text",
        _ => "binary",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_looks_like_is_a_word_of_the_catalogue_or_a_name() {
        let cases: [(&[u8], CaptureError, &str); 6] = [
            (b"", CaptureError::Empty, "empty"),
            (b"", CaptureError::NotACapture, "binary"),
            (b"\x89PNG\r\n", CaptureError::NotACapture, "PNG"),
            (b" <!doctype html>", CaptureError::NotACapture, "HTML"),
            (b"hello", CaptureError::NotACapture, "text"),
            (b"", CaptureError::UnsupportedVersion { major: 7, minor: 1 }, "pcap 7.1"),
        ];
        for (head, error, wanted) in cases {
            assert_eq!(not_a_capture("a.cap", error, head).params["looksLike"], wanted);
        }
    }
}
