use super::BlobUrl;
use std::collections::BTreeSet;

/// Longest stem: with its extension and a `.part` suffix it fits every file system (255 bytes), and leaves
/// room for a folder in Windows' 260 characters.
const MAX_STEM: usize = 120;

/// A file name for a blob on any operating system: scale set, instance, time (UTC) and part, where the path
/// tells them, else the end of the blob's name with a mark that keeps different blobs apart.
/// `web_3_20250131T163941.077Z.cap`, `web_3_20250131T163941.077Z_2.cap`.
///
/// The same blob has the same name every time, so that an interrupted download is found again.
pub fn local_name(blob: &BlobUrl) -> String {
    let (stem, extension) = split_extension(blob.name());
    let Some((path, created)) = blob.capture().and_then(|path| Some((path, path.created?))) else {
        let last: Vec<&str> = stem.rsplit('/').filter(|part| !part.is_empty()).take(2).collect();
        let readable = last.into_iter().rev().collect::<Vec<_>>().join("_");
        return assemble(&format!("{readable}_{}", mark(blob)), extension);
    };
    let time: String = created.to_string().replace(['-', ':'], "");
    let mut parts: Vec<&str> = Vec::new();
    parts.extend(path.scale_set.as_deref());
    parts.extend(path.instance.as_deref());
    parts.push(&time);
    let mut stem = parts.join("_");
    if let Some(part) = path.part {
        stem.push_str(&format!("_{part}"));
    }
    // Files of a folder that do not tell their instance would have one name for all.
    if path.instance.is_none() {
        stem.push_str(&format!("_{}", mark(blob)));
    }
    assemble(&stem, extension)
}

/// Names for many blobs: no two are the same, also on file systems that ignore case.
#[derive(Clone, Debug, Default)]
pub struct LocalNames(BTreeSet<String>);

impl LocalNames {
    /// The blob's [`local_name`], with `-2`, `-3`, … where another blob has taken it.
    pub fn name(&mut self, blob: &BlobUrl) -> String {
        let name = local_name(blob);
        let (stem, extension) = split_extension(&name);
        let mut candidate = name.clone();
        let mut number: u64 = 1;
        while !self.0.insert(candidate.to_lowercase()) {
            number = number.saturating_add(1);
            candidate = format!("{stem}-{number}{extension}");
        }
        candidate
    }
}

/// The blob's extension where it is one that captures have, else `.cap`.
fn split_extension(name: &str) -> (&str, &'static str) {
    const EXTENSIONS: [&str; 4] = [".cap", ".pcap", ".pcapng", ".etl"];
    for extension in EXTENSIONS {
        let at = name.len().saturating_sub(extension.len());
        if name.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(extension)) {
            return (name.get(..at).unwrap_or_default(), extension);
        }
    }
    (name, ".cap")
}

fn assemble(stem: &str, extension: &str) -> String {
    let mut safe = String::with_capacity(stem.len());
    for c in stem.chars() {
        // Letters of every script, digits and `._-`: what no file system or shell takes for something else.
        // Bidirectional and other invisible marks are no letters.
        let c = if c.is_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' };
        if safe.len().saturating_add(c.len_utf8()) > MAX_STEM {
            break;
        }
        safe.push(c);
    }
    let safe = safe.trim_matches(['.', '-', ' ']);
    let safe = if safe.is_empty() { "capture" } else { safe };
    let reserved = if is_reserved(safe) { "_" } else { "" };
    format!("{reserved}{safe}{extension}")
}

/// Windows' device names, which stay reserved with any extension.
fn is_reserved(stem: &str) -> bool {
    let base = stem.split('.').next().unwrap_or_default().to_ascii_uppercase();
    match base.as_str() {
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" => true,
        _ => {
            let device = base.strip_prefix("COM").or_else(|| base.strip_prefix("LPT"));
            device.is_some_and(|number| {
                let mut digits = number.chars();
                matches!(
                    (digits.next(), digits.next()),
                    (Some('0'..='9' | '\u{b9}' | '\u{b2}' | '\u{b3}'), None)
                )
            })
        }
    }
}

/// Eight hexadecimal digits out of the whole URL (FNV-1a): the same for the same blob, on every machine.
fn mark(blob: &BlobUrl) -> String {
    let url = blob.to_string();
    let hash =
        url.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{hash:08x}")
}
