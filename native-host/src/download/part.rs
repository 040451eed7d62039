//! The partial file of a download on the disk: opened, proved, published, removed.

use super::crc64;
use super::fetch::{PIECE, Sink};
use super::folder::{Folder, publish, read_at};
use super::journal::{BlobVersion, Finished, Header, Journal, PlannedFile, Progress};
use super::md5::Md5;
use super::open_file::gaps;
use crate::problem::{Problem, Result};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use wasm_core::protocol::ErrorCode;

/// A partial file.
#[derive(Debug)]
pub struct Part {
    pub file: File,
    pub path: PathBuf,
    /// The name it gets when it is whole.
    pub target: PathBuf,
    /// Held by the one that writes. Systems let one write to a file at a time, and have the others spin meanwhile.
    pub writing: Mutex<()>,
}

impl Part {
    /// Fills the buffer with what stands from there on; what was written just now comes from the page cache.
    pub fn read_whole(&self, buffer: &mut [u8], at: u64) -> Result<()> {
        match read_at(&self.file, buffer, at).map_err(|error| Problem::file(&self.path, &error))? {
            read if read == buffer.len() => Ok(()),
            _ => Err(Problem::file(&self.path, &std::io::ErrorKind::UnexpectedEof.into())),
        }
    }
}

/// A file whose disk part is ready.
pub enum Opened {
    Whole,
    Part { part: Arc<Part>, version: BlobVersion, proved: Vec<Range<u64>> },
}

/// Where a file's bytes are until it is whole.
fn part_path(target: &Path, id: &str) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{id}.part"));
    target.with_file_name(name)
}

/// Makes a file ready to take bytes: what an earlier process left of it, or a new one.
pub fn open(
    folder: &Folder,
    journal: &Journal,
    header: &Header,
    index: usize,
    recovered: Progress,
) -> Result<Opened> {
    let PlannedFile { file, version, .. } = &header.files[index];
    let target = folder.place(file)?;
    let path = part_path(&target, &header.id);
    if let Progress::Begun { version, ranges } = recovered {
        if let Ok(file) = OpenOptions::new().read(true).write(true).open(&path) {
            let proved = prove(&file, &version, ranges)?;
            file.set_len(version.size).map_err(|error| Problem::file(&path, &error))?;
            return Ok(Opened::Part {
                part: Arc::new(Part { file, path, target, writing: Mutex::default() }),
                version,
                proved,
            });
        }
        // Cut between the rename and the note of it: the finished file holds every range.
        if let Ok(file) = File::open(&target)
            && file.metadata().is_ok_and(|meta| meta.len() == version.size)
            && gaps(&prove(&file, &version, ranges)?, version.size, PIECE).is_empty()
        {
            journal.done(index)?;
            return Ok(Opened::Whole);
        }
    } else if recovered == Progress::Done {
        return Ok(Opened::Whole);
    }
    if target.exists() && !header.options.overwrite {
        return Err(Problem::new(ErrorCode::FileExists).with("path", &file.0));
    }
    folder.room(version.size)?;
    folder.prepare(&target)?;
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&path);
    let file = file.map_err(|error| Problem::file(&path, &error))?;
    // Sparse: the name and the size are taken, the blocks come with the bytes.
    file.set_len(version.size).map_err(|error| Problem::file(&path, &error))?;
    journal.begin(index, version)?;
    Ok(Opened::Part {
        part: Arc::new(Part { file, path, target, writing: Mutex::default() }),
        version: version.clone(),
        proved: Vec::new(),
    })
}

/// The noted ranges whose bytes are what was noted, in order and apart.
fn prove(file: &File, version: &BlobVersion, ranges: BTreeMap<u64, Finished>) -> Result<Vec<Range<u64>>> {
    let mut proved: Vec<Range<u64>> = Vec::new();
    let mut buffer = vec![0; PIECE as usize];
    for Finished { start, length, crc64: noted } in ranges.into_values() {
        let end = start.saturating_add(length);
        let apart = proved.last().is_none_or(|last| last.end <= start);
        if !apart || length == 0 || length > PIECE || end > version.size {
            continue;
        }
        let bytes = &mut buffer[..length as usize];
        if matches!(read_at(file, bytes, start), Ok(read) if read as u64 == length) && crc64(bytes) == noted {
            proved.push(start..end);
        }
    }
    Ok(proved)
}

/// Checks a whole file and gives it its name.
pub fn finish(
    sink: &Sink,
    version: &BlobVersion,
    md5: Option<Md5>,
    overwrite: bool,
    blob: &str,
) -> Result<()> {
    if let (Some(promised), Some(found)) = (&version.md5, md5)
        && *promised != found.finish()
    {
        return Err(Problem::new(ErrorCode::Corrupt).with("blob", blob.escape_debug()));
    }
    if let Sink::Disk { part, journal, index, .. } = sink {
        part.file.sync_all().map_err(|error| Problem::file(&part.path, &error))?;
        // Its ranges are what tells the next process after a power cut that the finished file is ours.
        journal.flush()?;
        let temporary = tempfile::TempPath::try_from_path(&part.path).map_err(Problem::internal)?;
        match publish(temporary, &part.target, overwrite) {
            // It came up meanwhile: by another transfer of the same blob, or by this one, cut between link and unlink
            // where a system has no rename that spares the target.
            Err(problem) if problem.code == ErrorCode::FileExists && same_bytes(part)? => {
                fs::remove_file(&part.path).map_err(|error| Problem::file(&part.path, &error))?;
            }
            // Somebody else's. The bytes stay, so this ends the transfer, to be resumed when it is gone.
            Err(problem) if problem.code == ErrorCode::FileExists => {
                return Err(Problem::new(ErrorCode::Conflict).with("resource", part.target.display()));
            }
            published => published?,
        }
        journal.done(*index)?;
    }
    Ok(())
}

/// Whether the file that has the target's name holds what the partial one holds.
fn same_bytes(part: &Part) -> Result<bool> {
    let failed = |error| Problem::file(&part.target, &error);
    let other = File::open(&part.target).map_err(failed)?;
    let [mut here, mut there] = [(); 2].map(|()| vec![0; 256 * 1024]);
    let mut at = 0;
    loop {
        let read = read_at(&part.file, &mut here, at).map_err(|error| Problem::file(&part.path, &error))?;
        let known = read_at(&other, &mut there, at).map_err(failed)?;
        if here[..read] != there[..known] {
            return Ok(false);
        }
        if read == 0 {
            return Ok(true);
        }
        at += read as u64;
    }
}

/// Removes the partial files of a transfer, and folders that are empty then.
pub fn remove_parts(folder: &Folder, header: &Header) {
    for planned in &header.files {
        if let Ok(target) = folder.place(&planned.file) {
            drop(fs::remove_file(part_path(&target, &header.id)));
            folder.tidy(&target);
        }
    }
}
