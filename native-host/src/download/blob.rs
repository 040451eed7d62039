//! A blob as it is listed and read.

use super::journal::BlobVersion;
use crate::problem::Result;
use bytes::Bytes;
use futures::stream::BoxStream;

/// Azure gives an MD5 or CRC64 of a range only up to this length.
pub const CHECKED_RANGE: u64 = 4 * 1024 * 1024;

/// A blob's version, without quotes. Opaque.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct ETag(String);

impl ETag {
    pub fn new(text: &str) -> Self {
        Self(text.trim().trim_matches('"').to_owned())
    }

    pub fn header(&self) -> String {
        format!("\"{}\"", self.0)
    }
}

/// A blob as the listing shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// As it stands in storage; hostile.
    pub name: String,
    pub size: u64,
    pub etag: ETag,
    pub modified: Option<time::OffsetDateTime>,
    /// Base64, of the whole blob, where its uploader gave one.
    pub md5: Option<String>,
}

impl Blob {
    pub fn version(&self) -> BlobVersion {
        BlobVersion { etag: self.etag.clone(), size: self.size, md5: self.md5.clone() }
    }
}

/// A listing, perhaps not to its end.
#[derive(Debug, Default)]
pub struct Blobs {
    pub blobs: Vec<Blob>,
    /// Names up to the delimiter, where one was given.
    pub prefixes: Vec<String>,
    /// The service went on for ever; what came until then is here.
    pub cut_off: bool,
}

/// A range on its way.
pub struct RangeBody {
    pub bytes: BoxStream<'static, Result<Bytes>>,
    /// Of the whole blob.
    pub size: u64,
    pub etag: Option<ETag>,
    /// Of this range, where storage gave it.
    pub crc64: Option<u64>,
}

impl std::fmt::Debug for RangeBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RangeBody")
            .field("size", &self.size)
            .field("etag", &self.etag)
            .finish_non_exhaustive()
    }
}
