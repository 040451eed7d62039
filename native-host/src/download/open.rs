//! Hands a finished file to Wireshark or shows it in its folder. No shell reads any of it.

use crate::problem::{Problem, Result};
use crate::programs;
use std::path::Path;
use std::process::{Command, Stdio};
use wasm_core::protocol::{ErrorCode, OpenWith};

/// Starts the program and does not wait for it.
pub fn open(path: &Path, with: &OpenWith) -> Result<()> {
    match with {
        OpenWith::Folder => opener::reveal(path).map_err(|error| {
            Problem::new(ErrorCode::ProgramMissing).with("program", "file manager").detail(error)
        }),
        OpenWith::Wireshark { display_filter } => {
            let missing = || Problem::new(ErrorCode::ProgramMissing).with("program", "Wireshark");
            let program = programs::wireshark().ok_or_else(missing)?;
            let child = command(&program, path, display_filter.as_deref()).spawn();
            let mut child = child.map_err(|error| missing().detail(error))?;
            // Somebody has to hear of its end, or it stays in the process table.
            std::thread::spawn(move || child.wait());
            Ok(())
        }
    }
}

/// The filter is one argument behind its option, the path is absolute: neither can become an option.
fn command(program: &Path, path: &Path, display_filter: Option<&str>) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Some(filter) = display_filter.filter(|filter| !filter.trim().is_empty()) {
        command.arg("-Y").arg(filter);
    }
    command.arg("-r").arg(path);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wireshark_gets_the_filter_as_one_argument() {
        let command =
            command(Path::new("/usr/bin/wireshark"), Path::new("/d/a b.cap"), Some("ip.addr == 1 && -k; rm"));
        let arguments: Vec<_> = command.get_args().collect();
        assert_eq!(arguments, ["-Y", "ip.addr == 1 && -k; rm", "-r", "/d/a b.cap"]);
    }
}
