//! A page of a blob listing, as storage writes it.
//!
//! Source: <https://learn.microsoft.com/rest/api/storageservices/list-blobs>.

use super::blob::{Blob, ETag};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PageXml {
    #[serde(default)]
    pub blobs: BlobsXml,
    pub next_marker: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub struct BlobsXml {
    #[serde(rename = "Blob", default)]
    pub blobs: Vec<BlobXml>,
    #[serde(rename = "BlobPrefix", default)]
    pub prefixes: Vec<PrefixXml>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BlobXml {
    name: NameXml,
    properties: PropertiesXml,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PrefixXml {
    pub name: NameXml,
}

/// Since 2021-02-12 a name that XML cannot hold is percent-encoded, with an attribute that says so.
#[derive(Debug, Deserialize)]
pub struct NameXml {
    #[serde(rename = "@Encoded", default)]
    encoded: bool,
    #[serde(rename = "$text", default)]
    text: String,
}

impl NameXml {
    pub fn read(self) -> Option<String> {
        if !self.encoded {
            return Some(self.text);
        }
        percent_encoding::percent_decode_str(&self.text).decode_utf8().ok().map(Into::into)
    }
}

#[derive(Debug, Deserialize)]
struct PropertiesXml {
    #[serde(rename = "Content-Length")]
    size: u64,
    #[serde(rename = "Etag")]
    etag: String,
    #[serde(rename = "Last-Modified")]
    modified: Option<String>,
    #[serde(rename = "Content-MD5")]
    md5: Option<String>,
}

impl BlobXml {
    pub fn read(self) -> Option<Blob> {
        Some(Blob {
            name: self.name.read()?,
            size: self.properties.size,
            etag: ETag::new(&self.properties.etag),
            md5: self.properties.md5.filter(|md5| !md5.is_empty()),
            modified: self.properties.modified.and_then(|text| {
                time::OffsetDateTime::parse(&text, &time::format_description::well_known::Rfc2822).ok()
            }),
        })
    }
}
