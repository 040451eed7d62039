//! The one place that writes to stdout and stderr.

use serde::Serialize;
use std::io::{self, IsTerminal, Write};
use wasm_core::words::Language;

use crate::problem::Problem;

#[derive(Clone, Debug)]
pub struct Terminal {
    pub json: bool,
    /// Colours on stdout.
    pub colours: bool,
    /// Somebody looks at stderr.
    pub attended: bool,
}

impl Terminal {
    pub fn new(json: bool) -> Self {
        // https://no-color.org
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self {
            json,
            colours: !json && wanted && io::stdout().is_terminal(),
            attended: io::stderr().is_terminal(),
        }
    }

    /// A reader that went away (`| head`) is no failure.
    pub fn write(&self, bytes: &[u8]) {
        let mut out = io::stdout().lock();
        let _closed_pipe = out.write_all(bytes).and_then(|()| out.flush());
    }

    pub fn line(&self, text: &str) {
        self.write(format!("{text}\n").as_bytes());
    }

    /// One line of JSON, written as it is made: that of a fleet is long.
    pub fn object(&self, value: &impl Serialize) {
        let mut out = io::BufWriter::new(io::stdout().lock());
        match serde_json::to_writer(&mut out, value) {
            Err(error) if !error.is_io() => self.note(&error.to_string()),
            _ => {
                let _closed_pipe = out.write_all(b"\n").and_then(|()| out.flush());
            }
        }
    }

    /// To stderr.
    pub fn note(&self, text: &str) {
        let _nobody_reads = writeln!(io::stderr().lock(), "{text}");
    }

    /// `error[code]: sentence`, Azure's words below; or the failure as JSON.
    pub fn failure(&self, problem: &Problem, language: Language) {
        let failure = problem.failure(language);
        if self.json {
            let text = serde_json::to_string(&failure).unwrap_or_else(|_| failure.code.as_str().to_owned());
            return self.note(&text);
        }
        self.note(&format!("error[{}]: {}", failure.code.as_str(), printable(&failure.text)));
        if let Some(azure) = failure.azure {
            let id = azure.correlation_id.map(|id| format!(" ({id})")).unwrap_or_default();
            self.note(&printable(&format!(
                "  Azure: {} {}: {}{id}",
                azure.status, azure.code, azure.message
            )));
        }
    }

    /// Text in a colour, where there are colours.
    pub fn paint(&self, colour: Colour, text: &str) -> String {
        if self.colours { format!("\u{1b}[{}m{text}\u{1b}[0m", colour as u8) } else { text.to_owned() }
    }
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
    fn control_sequences_do_not_reach_the_terminal() {
        let shown = printable("a\u{1b}[31mb\u{7}\u{202e}\nc\u{9b}日本");
        assert_eq!(shown, "a\u{fffd}[31mb\u{fffd}\u{fffd} c\u{fffd}日本");
    }
}
