//! The captures that are put into storage, and whether a client brought them whole.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use super::azurite::Azurite;
use super::root;
use crate::traffic::{self, Form};

const FILE_HEADER: usize = 24;
const RECORD_HEADER: usize = 16;

/// Length and CRC-64 of a file.
type Sum = (u64, u64);

#[derive(Debug)]
pub struct Content {
    /// One long capture.
    traffic: Vec<u8>,
    put: BTreeMap<String, Sum>,
}

impl Content {
    pub fn make(bytes: u64, work: &Path) -> Result<Self, String> {
        let file = work.join("traffic.pcap");
        let made = traffic::write(&root().join("tests/captures"), &file, Form::Pcap, bytes);
        let traffic = made.and_then(|()| fs::read(&file)).map_err(|error| error.to_string())?;
        drop(fs::remove_file(&file));
        Ok(Self { traffic, put: BTreeMap::new() })
    }

    /// The first `part` of the capture as one long blob.
    pub async fn put_long(&mut self, azurite: &Azurite, name: &str, part: f64) -> Result<(), String> {
        if !self.put.contains_key(name) {
            let bytes = &self.traffic[..(self.traffic.len() as f64 * part) as usize];
            azurite.put_blocks(name, bytes).await?;
            self.put.insert(name.to_owned(), sum(bytes));
        }
        Ok(())
    }

    /// `count` captures of nearly `size` bytes under `prefix`, each a part of the long one.
    pub async fn put_many(
        &mut self,
        azurite: &Azurite,
        prefix: &str,
        count: usize,
        size: u64,
    ) -> Result<(), String> {
        let (header, mut rest) = self.traffic.split_at(FILE_HEADER);
        for number in 0..count {
            let mut file = header.to_vec();
            while let Some(record) = rest.get(..RECORD_HEADER) {
                let captured = u32::from_le_bytes([record[8], record[9], record[10], record[11]]) as usize;
                let length = RECORD_HEADER + captured;
                if file.len() + length > size as usize || length > rest.len() {
                    break;
                }
                let (record, behind) = rest.split_at(length);
                file.extend_from_slice(record);
                rest = behind;
            }
            if rest.len() < RECORD_HEADER + size as usize {
                // More files than traffic: from the front again.
                rest = &self.traffic[FILE_HEADER..];
            }
            let name = format!("{prefix}web_{number}.cap");
            let sum = sum(&file);
            azurite.put(&name, file).await?;
            self.put.insert(name, sum);
        }
        Ok(())
    }

    /// Bytes of the blobs under `prefix`.
    pub fn bytes(&self, prefix: &str) -> u64 {
        self.under(prefix).map(|(_, sum)| sum.0).sum()
    }

    pub fn names(&self, prefix: &str) -> Vec<String> {
        self.under(prefix).map(|(name, _)| name.clone()).collect()
    }

    fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a String, &'a Sum)> {
        self.put.iter().filter(move |(name, _)| name.starts_with(prefix))
    }

    /// Whether `folder` holds exactly the blobs under `prefix`, by the last part of their names.
    pub fn compare(&self, prefix: Option<&str>, folder: &Path) -> Result<(), String> {
        let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
        let expected: BTreeMap<String, Sum> = prefix
            .into_iter()
            .flat_map(|prefix| self.under(prefix))
            .map(|(name, sum)| (last(name), *sum))
            .collect();
        let mut found = BTreeMap::new();
        for entry in fs::read_dir(folder).map_err(|error| error.to_string())?.flatten() {
            let sum = sum_of_file(&entry.path()).map_err(|error| error.to_string())?;
            found.insert(entry.file_name().to_string_lossy().into_owned(), sum);
        }
        if found == expected { Ok(()) } else { Err("the files are not what was put into storage".to_owned()) }
    }
}

fn sum(bytes: &[u8]) -> Sum {
    (bytes.len() as u64, crc_fast::checksum(crc_fast::CrcAlgorithm::Crc64Nvme, bytes))
}

fn sum_of_file(path: &Path) -> std::io::Result<Sum> {
    let mut file = File::open(path)?;
    let mut digest = crc_fast::Digest::new(crc_fast::CrcAlgorithm::Crc64Nvme);
    let (mut buffer, mut length) = (vec![0; 1 << 20], 0);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((length, digest.finalize())),
            read => {
                digest.update(&buffer[..read]);
                length += read as u64;
            }
        }
    }
}
