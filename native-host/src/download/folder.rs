//! The download folder: every file that this helper writes or opens for a page lies under it.

use crate::problem::{Problem, Result};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use wasm_core::protocol::{ErrorCode, FileRef};

/// Room that is left on the disk whatever happens.
const RESERVE: u64 = 64 * 1024 * 1024;
/// Longest file reference; Windows ends at 260 characters, others at 4,096.
const MAX_REF: usize = 1024;

#[derive(Clone, Debug)]
pub struct Folder {
    /// Canonical.
    root: PathBuf,
}

impl Folder {
    /// Makes the folder where it is not there.
    pub fn open(root: &Path) -> Result<Self> {
        fs::create_dir_all(root).map_err(|error| Problem::file(root, &error))?;
        let root = root.canonicalize().map_err(|error| Problem::file(root, &error))?;
        Ok(Self { root })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where `file` lies. Refuses whatever is not a plain relative path of portable names.
    pub fn place(&self, file: &FileRef) -> Result<PathBuf> {
        let refused = || Problem::new(ErrorCode::PathRefused).with("path", file.0.escape_debug());
        if file.0.is_empty() || file.0.len() > MAX_REF {
            return Err(refused());
        }
        let mut path = self.root.clone();
        for name in file.0.split('/') {
            if !portable(name) {
                return Err(refused());
            }
            path.push(name);
        }
        // A link on the way may lead outside: the deepest folder that is there must be under the root.
        let deepest = path.ancestors().skip(1).find(|folder| folder.exists()).unwrap_or(&self.root);
        match deepest.canonicalize() {
            Ok(real) if real.starts_with(&self.root) => Ok(path),
            _ => Err(refused()),
        }
    }

    /// A finished file that is there, behind no link.
    pub fn existing(&self, file: &FileRef) -> Result<PathBuf> {
        let path = self.place(file)?;
        match fs::symlink_metadata(&path) {
            Ok(meta) if meta.is_file() => Ok(path),
            Ok(_) => Err(Problem::new(ErrorCode::PathRefused).with("path", file.0.escape_debug())),
            Err(error) => Err(Problem::file(&path, &error)),
        }
    }

    /// The reference of a path under the root.
    pub fn reference(&self, path: &Path) -> Option<FileRef> {
        let relative = path.strip_prefix(&self.root).ok()?;
        let names: Option<Vec<&str>> = relative.iter().map(|name| name.to_str()).collect();
        Some(FileRef(names?.join("/")))
    }

    /// Refuses where `needed` more bytes would fill the disk.
    pub fn room(&self, needed: u64) -> Result<()> {
        let free = fs4::available_space(&self.root).map_err(|error| Problem::file(&self.root, &error))?;
        if needed.saturating_add(RESERVE) <= free {
            return Ok(());
        }
        Err(Problem::new(ErrorCode::DiskFull)
            .with("needed", needed)
            .with("free", free)
            .with("folder", self.root.display()))
    }

    /// Makes the folders above `path`.
    pub fn prepare(&self, path: &Path) -> Result<()> {
        let parent = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(parent).map_err(|error| Problem::file(parent, &error))
    }

    /// Writes a whole new file: a temporary one beside it, flushed, then renamed.
    pub fn write(
        &self,
        file: &FileRef,
        overwrite: bool,
        fill: impl FnOnce(&mut File) -> Result<()>,
    ) -> Result<PathBuf> {
        let path = self.place(file)?;
        self.prepare(&path)?;
        let parent = path.parent().unwrap_or(&self.root);
        let mut temporary = tempfile::Builder::new()
            .prefix(".vmss-capture-")
            .tempfile_in(parent)
            .map_err(|error| Problem::file(parent, &error))?;
        fill(temporary.as_file_mut())?;
        temporary.as_file().sync_all().map_err(|error| Problem::file(temporary.path(), &error))?;
        let temporary = temporary.into_temp_path();
        let name = temporary.to_path_buf();
        publish(temporary, &path, overwrite).inspect_err(|_| drop(fs::remove_file(name)))?;
        Ok(path)
    }

    /// Removes the folders from `path` up to the root that have become empty.
    pub fn tidy(&self, path: &Path) {
        for folder in path.ancestors().skip(1).take_while(|folder| *folder != self.root) {
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
    }
}

/// Gives a flushed file its name for good. Without `overwrite` an existing file stays, and that is an error.
/// Whatever goes wrong, the bytes stay under one of the two names.
pub fn publish(from: tempfile::TempPath, to: &Path, overwrite: bool) -> Result<()> {
    let moved = if overwrite { from.persist(to) } else { from.persist_noclobber(to) };
    match moved {
        Ok(()) => sync_folder(to),
        Err(tempfile::PathPersistError { error, path }) => {
            // Dropping it would remove the file.
            let _ = path.keep();
            Err(match error.kind() {
                io::ErrorKind::AlreadyExists => {
                    Problem::new(ErrorCode::FileExists).with("path", to.display())
                }
                _ => Problem::file(to, &error),
            })
        }
    }
}

/// Flushes the entry of `path` in its folder. Windows does so by itself and cannot open folders.
pub fn sync_folder(path: &Path) -> Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    let parent = path.parent().unwrap_or(path);
    File::open(parent).and_then(|folder| folder.sync_all()).map_err(|error| Problem::file(parent, &error))
}

/// A name that is one plain file on every system.
fn portable(name: &str) -> bool {
    const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let device = RESERVED.iter().any(|reserved| {
        stem.strip_prefix(reserved).is_some_and(|rest| {
            if reserved.starts_with(['c', 'l']) && *reserved != "con" {
                rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit())
            } else {
                rest.is_empty()
            }
        })
    });
    !name.is_empty()
        && name.len() <= 255
        && !device
        && !name.ends_with(['.', ' '])
        && !name.chars().any(|c| c.is_control() || r#"<>:"/\|?*"#.contains(c))
}

/// Writes at an offset, from any number of threads.
pub fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::write_all_at(file, bytes, offset);
    #[cfg(windows)]
    {
        let (mut bytes, mut offset) = (bytes, offset);
        while !bytes.is_empty() {
            match std::os::windows::fs::FileExt::seek_write(file, bytes, offset)? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                written => {
                    bytes = &bytes[written..];
                    offset += written as u64;
                }
            }
        }
        Ok(())
    }
}

/// Reads at an offset; short only at the end of the file.
pub fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        #[cfg(unix)]
        let read = std::os::unix::fs::FileExt::read_at(file, &mut buffer[filled..], offset + filled as u64);
        #[cfg(windows)]
        let read =
            std::os::windows::fs::FileExt::seek_read(file, &mut buffer[filled..], offset + filled as u64);
        match read {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_outside_the_folder() {
        let temporary = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        let folder = Folder::open(&temporary.path().join("downloads")).unwrap();
        let long = "a".repeat(256);
        for bad in [
            "",
            ".",
            "..",
            "a/../b",
            "../a",
            "/etc/passwd",
            "a//b",
            "a/",
            "a\\b",
            "C:evil",
            "a\0b",
            "a\nb",
            "con",
            "NUL.pcap",
            "com1.cap",
            "LPT9",
            "a.",
            "a ",
            "\u{1b}[2J",
            long.as_str(),
            "a|b",
            "a?",
            "x/*",
        ] {
            assert!(folder.place(&FileRef(bad.into())).is_err(), "{bad:?}");
        }
        for good in ["a.pcap", "web/run-1/instance-0.pcap", "日本/取得.cap", "console.cap", "com.cap", "a..b"]
        {
            assert!(folder.place(&FileRef(good.into())).unwrap().starts_with(folder.root()), "{good:?}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(outside.path(), folder.root().join("link")).unwrap();
            fs::write(outside.path().join("x"), "x").unwrap();
            std::os::unix::fs::symlink(outside.path().join("x"), folder.root().join("x")).unwrap();
            assert!(folder.place(&FileRef("link/x".into())).is_err());
            assert!(folder.existing(&FileRef("x".into())).is_err());
        }
    }

    #[test]
    fn an_existing_file_stays_unless_told() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::open(temporary.path()).unwrap();
        let file = FileRef("a/b.txt".into());
        let write = |text: &'static str, overwrite| {
            folder.write(&file, overwrite, |out| {
                io::Write::write_all(out, text.as_bytes()).map_err(Problem::internal)
            })
        };
        write("one", false).unwrap();
        assert_eq!(write("two", false).unwrap_err().code, ErrorCode::FileExists);
        assert_eq!(fs::read_to_string(folder.existing(&file).unwrap()).unwrap(), "one");
        write("three", true).unwrap();
        assert_eq!(fs::read_to_string(folder.existing(&file).unwrap()).unwrap(), "three");
    }

    #[test]
    fn a_full_disk_is_told_before_it_is_full() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::open(temporary.path()).unwrap();
        folder.room(1).unwrap();
        assert_eq!(folder.room(u64::MAX - RESERVE).unwrap_err().code, ErrorCode::DiskFull);
    }
}
