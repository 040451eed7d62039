//! The one place that writes to stdout and stderr.

use serde::Serialize;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use unicode_width::UnicodeWidthStr;
use wasm_core::protocol::{AzureError, ErrorCode, Notice};
use wasm_core::words::{self, Args, Language};

use crate::problem::{Problem, Result};

#[derive(Clone, Debug)]
pub struct Terminal {
    pub json: bool,
    /// Of everything that is meant for a person.
    pub language: Language,
    /// Colours on stdout.
    pub colours: bool,
    /// Somebody looks at stderr.
    pub attended: bool,
    /// Why stdout did not take all of it.
    lost: Arc<OnceLock<io::Error>>,
}

impl Terminal {
    pub fn new(json: bool, language: Language) -> Self {
        // https://no-color.org
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self {
            json,
            language,
            colours: !json && wanted && io::stdout().is_terminal(),
            attended: io::stderr().is_terminal(),
            lost: Arc::default(),
        }
    }

    /// A sentence without parameters.
    pub fn word(&self, key: &str) -> String {
        words::plain(self.language, key)
    }

    pub fn say(&self, key: &str, args: &Args<'_>) -> String {
        words::text(self.language, key, args)
    }

    pub fn write(&self, bytes: &[u8]) {
        let mut out = io::stdout().lock();
        self.took(out.write_all(bytes).and_then(|()| out.flush()));
    }

    fn took(&self, written: io::Result<()>) {
        match written {
            // A reader that went away (`| head`) is no failure.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                let _the_first_counts = self.lost.set(error);
            }
            _ => {}
        }
    }

    /// Fails where output was lost, as on a full disk.
    pub fn finish(&self) -> Result<()> {
        self.lost.get().map_or(Ok(()), |error| Err(Problem::file(Path::new("stdout"), error)))
    }

    pub fn line(&self, text: &str) {
        self.write(format!("{text}\n").as_bytes());
    }

    /// One line of JSON, written as it is made: that of a fleet is long.
    pub fn object(&self, value: &impl Serialize) {
        let mut out = io::BufWriter::new(io::stdout().lock());
        match serde_json::to_writer(&mut out, value) {
            Err(error) if !error.is_io() => self.note(&error.to_string()),
            Err(error) => self.took(Err(error.into())),
            Ok(()) => self.took(out.write_all(b"\n").and_then(|()| out.flush())),
        }
    }

    /// To stderr.
    pub fn note(&self, text: &str) {
        let _nobody_reads = writeln!(io::stderr().lock(), "{text}");
    }

    /// `warning[code]: sentence` beside a good answer.
    pub fn warning(&self, notice: &Notice) {
        self.note(&format!("warning[{}]: {}", notice.code.as_str(), printable(&notice.text)));
    }

    /// `error[code]: sentence`, below it Azure's words and what this command line offers; or the failure as JSON.
    pub fn failure(&self, problem: &Problem) {
        let failure = problem.failure(self.language);
        if self.json {
            let text = serde_json::to_string(&failure).unwrap_or_else(|_| failure.code.as_str().to_owned());
            return self.note(&text);
        }
        self.note(&format!("error[{}]: {}", failure.code.as_str(), printable(&failure.text)));
        if let Some(azure) = &failure.azure {
            self.note(&printable(&azure_line(azure, &failure.text)));
        }
        if let Some(next) = next_step(failure.code) {
            self.note(&format!("  → {}", self.word(next)));
        }
    }

    /// Text in a colour, where there are colours.
    pub fn paint(&self, colour: Colour, text: &str) -> String {
        if self.colours { format!("\u{1b}[{}m{text}\u{1b}[0m", colour as u8) } else { text.to_owned() }
    }
}

/// Azure's status, code, words and correlation id; words that the sentence has told already are not said twice.
fn azure_line(azure: &AzureError, told: &str) -> String {
    let mut line = "  Azure:".to_owned();
    // What Entra ID or an operation reports is no HTTP answer.
    if azure.status != 0 {
        line.push_str(&format!(" {}", azure.status));
    }
    line.push_str(&format!(" {}", azure.code));
    let message = azure.message.strip_prefix(&format!("{}: ", azure.code)).unwrap_or(&azure.message);
    if !told.contains(message) {
        line.push_str(&format!(": {message}"));
    }
    if let Some(id) = &azure.correlation_id {
        line.push_str(&format!(" ({id})"));
    }
    line
}

/// What a person at the command line can do, where the sentence speaks of buttons or of nothing.
fn next_step(code: ErrorCode) -> Option<&'static str> {
    Some(match code {
        ErrorCode::Cancelled => "cli-next-cancelled",
        ErrorCode::SignedOut => "cli-next-signed-out",
        ErrorCode::SignInFailed => "cli-next-sign-in-failed",
        ErrorCode::CaptureFailed => "cli-next-capture-failed",
        _ => return None,
    })
}

/// Columns that a text takes: Japanese characters take two.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// Text of this many columns at least.
pub fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

#[derive(Clone, Copy, Debug)]
pub enum Colour {
    Bold = 1,
    Dim = 2,
    Red = 31,
    Green = 32,
    Yellow = 33,
    Cyan = 36,
}

/// Text from packets, blobs and servers may hold control sequences; none reaches the terminal.
pub fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' => ' ',
            c if c.is_control() => char::REPLACEMENT_CHARACTER,
            // Overrides of the direction of writing make text look like another.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
            c => c,
        })
        .collect()
}

/// `LC_ALL`, `LC_MESSAGES`, `LANG`, as POSIX orders them.
pub fn environment_language() -> Language {
    let tags: Vec<String> = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .filter_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .collect();
    Language::preferred(tags.first().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn azures_words_are_said_once_and_no_status_is_made_up() {
        let error = |status, message: &str| AzureError {
            status,
            code: "InvalidThing".to_owned(),
            message: message.to_owned(),
            correlation_id: Some("id-1".to_owned()),
        };
        for (azure, told, line) in [
            (error(403, "No."), "You may not.", "  Azure: 403 InvalidThing: No. (id-1)"),
            (error(400, "No such X."), "Refused: No such X.", "  Azure: 400 InvalidThing (id-1)"),
            (error(0, "InvalidThing: Wrong."), "Failed.", "  Azure: InvalidThing: Wrong. (id-1)"),
        ] {
            assert_eq!(azure_line(&azure, told), line);
        }
    }

    #[test]
    fn every_next_step_has_words() {
        let next: Vec<_> = ErrorCode::ALL.iter().filter_map(|code| next_step(*code)).collect();
        assert!(next.contains(&"cli-next-sign-in-failed"), "{next:?}");
        assert!(next.iter().all(|key| words::has(key)), "{next:?}");
    }

    #[test]
    fn japanese_text_lines_up_with_latin_text() {
        assert_eq!(padded("ab", 6), "ab    ");
        assert_eq!(padded("日本", 6), "日本  ");
        assert_eq!(padded("日本語", 4), "日本語");
    }

    #[test]
    fn control_sequences_do_not_reach_the_terminal() {
        let shown = printable("a\u{1b}[31mb\u{7}\u{202e}\nc\u{9b}日本");
        assert_eq!(shown, "a\u{fffd}[31mb\u{fffd}\u{fffd} c\u{fffd}日本");
    }
}
