//! The extensions as the browsers' stores take them.

use crate::manifest::Browser;
use anyhow::{Context, Result};
use std::{
    fs::{self, File},
    io::Write,
    path::Path,
};
use zip::{ZipWriter, write::SimpleFileOptions};

/// Writes `dist/vmss-capture-BROWSER-VERSION.zip`. The same content makes the same bytes.
pub fn write(root: &Path) -> Result<()> {
    for browser in Browser::ALL {
        let name = format!("vmss-capture-{}-{}.zip", browser.name(), env!("CARGO_PKG_VERSION"));
        let target = root.join("dist").join(name);
        let mut archive = ZipWriter::new(File::create(&target).context(target.display().to_string())?);
        add(&mut archive, &root.join("dist").join(browser.name()), "")?;
        archive.finish()?;
    }
    Ok(())
}

fn add(archive: &mut ZipWriter<File>, folder: &Path, prefix: &str) -> Result<()> {
    let mut entries = fs::read_dir(folder)
        .with_context(|| format!("{} is missing: `make build` makes it", folder.display()))?
        .collect::<std::io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            add(archive, &entry.path(), &format!("{name}/"))?;
        } else {
            // The default time stamp is constant.
            archive.start_file(name, SimpleFileOptions::default().unix_permissions(0o644))?;
            archive.write_all(&fs::read(entry.path())?)?;
        }
    }
    Ok(())
}
