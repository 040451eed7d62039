//! `--help`, and what is wrong with a command line, in Japanese. clap writes English from the definition in
//! `arguments.rs`; where the person reads Japanese, the same definition is given the texts of `help.ja.toml` and asked
//! once more. A command line that is in order never comes here.

use clap::error::{ContextKind, ErrorKind};
use clap::{Arg, Command, Error};
use std::collections::BTreeMap;
use std::ffi::OsString;
use wasm_core::words::Language;

use super::reason::Reason;
use super::terminal::{Terminal, columns, printable};

const JAPANESE: &str = include_str!("help.ja.toml");
/// Where nobody looks, as clap has it.
const USUAL_COLUMNS: usize = 100;
/// What clap puts before a text that stands below its option.
const INDENT: usize = 10;

/// The texts of a language: a table for each command, by argument.
struct Texts(BTreeMap<String, BTreeMap<String, String>>);

impl Texts {
    fn japanese() -> Self {
        Self(toml::from_str(JAPANESE).unwrap_or_default())
    }

    fn find(&self, table: &str, key: &str) -> Option<&str> {
        self.0.get(table)?.get(key).map(String::as_str)
    }

    fn heading<'a>(&'a self, key: &'a str) -> &'a str {
        self.find("headings", key).unwrap_or(key)
    }

    fn reason(&self, error: &(dyn std::error::Error + 'static)) -> String {
        match Reason::of(error) {
            Reason::Named(key) => self.find("reasons", key).unwrap_or(key).to_owned(),
            Reason::Sentence(text) | Reason::Foreign(text) => text,
        }
    }

    fn error<'a>(&'a self, key: &'a str) -> &'a str {
        self.find("errors", key).unwrap_or(key)
    }

    /// Its table, and the text: the command's own, or that of every command.
    fn argument<'a>(&'a self, command: &'a str, id: &str) -> Option<(&'a str, &'a str)> {
        [command, "common"].into_iter().find_map(|table| Some((table, self.find(table, id)?)))
    }
}

/// Tells what clap has to say about a command line, help among it.
pub fn tell(error: &Error, given: Vec<OsString>, terminal: &Terminal, define: impl Fn() -> Command) {
    if terminal.language == Language::English {
        let _closed_pipe = error.print();
        return;
    }
    let texts = Texts::japanese();
    let definition = translated(built(define()), &texts, "", terminal_columns());
    let again = definition.try_get_matches_from(given).err();
    let error = again.as_ref().unwrap_or(error);
    let coloured = terminal.colours && (!error.use_stderr() || terminal.attended);
    let form = |text: clap::builder::StyledStr| {
        if coloured { text.ansi().to_string() } else { text.to_string() }
    };
    let text = match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => form(error.render()),
        _ => refusal(error, &texts),
    };
    let text = text.replace("[OPTIONS]", &format!("[{}]", texts.heading("options")));
    if error.use_stderr() {
        terminal.note(text.trim_end());
    } else {
        terminal.line(text.trim_end());
    }
}

/// The definition with the descriptions of a language, for completion scripts: each text in one line.
pub fn described(definition: Command, language: Language) -> Command {
    match language {
        Language::English => definition,
        Language::Japanese => in_japanese(built(definition), &Texts::japanese(), ""),
    }
}

fn in_japanese(command: Command, texts: &Texts, parent: &str) -> Command {
    let (place, below) = place_of(parent, command.get_name());
    let about = texts.find(&place, "about").unwrap_or_default().to_owned();
    command
        .about(about)
        .mut_args(|argument| {
            let help = texts.argument(&place, argument.get_id().as_str()).map(|(_, text)| text.to_owned());
            argument.help(help.unwrap_or_default())
        })
        .mut_subcommands(|command| in_japanese(command, texts, &below))
}

/// What `--lang` says in a command line that clap refuses.
pub fn wished(given: &[OsString]) -> Option<Language> {
    let words: Vec<&str> = given.iter().skip(1).map_while(|word| word.to_str()).collect();
    words.iter().enumerate().find_map(|(at, word)| match word.strip_prefix("--lang")? {
        "" => words.get(at + 1)?.parse().ok(),
        rest => rest.strip_prefix('=')?.parse().ok(),
    })
}

/// With clap's own commands and options.
fn built(mut command: Command) -> Command {
    command.build();
    command
}

/// A command's table, as `vmss-capture capture start`, and what those of its own commands begin with: below `help`
/// stand the commands beside it again.
fn place_of(parent: &str, name: &str) -> (String, String) {
    match name {
        "help" => ("vmss-capture help".to_owned(), parent.to_owned()),
        _ => {
            let place = format!("{parent} {name}").trim_start().to_owned();
            (place.clone(), place)
        }
    }
}

fn translated(command: Command, texts: &Texts, parent: &str, width: usize) -> Command {
    let (place, below) = place_of(parent, command.get_name());
    let styles = command.get_styles();
    let (head, usage) = (*styles.get_header(), texts.heading("usage"));
    let template = format!("{{about-with-newline}}\n{head}{usage}:{head:#} {{usage}}\n\n{{all-args}}");
    let room: BTreeMap<&str, Room> = ["arguments", "options", "common"]
        .map(|heading| (heading, Room::of(&command, heading, width)))
        .into();
    let about = texts.find(&place, "about").map(str::to_owned);
    command
        .about(about.unwrap_or_default())
        .help_template(template)
        .term_width(width)
        .subcommand_help_heading(texts.heading("commands").to_owned())
        .subcommand_value_name(texts.heading("commands").to_owned())
        .mut_args(|argument| {
            let heading = heading_of(&argument);
            let help = explained(&argument, texts, &place);
            let Some(room) = room.get(heading) else { return argument };
            argument
                .help(wrapped(&help, room.columns))
                .next_line_help(room.below)
                .help_heading(texts.heading(heading).to_owned())
                .hide_default_value(true)
                .hide_possible_values(true)
        })
        .mut_subcommands(|command| translated(command, texts, &below, width))
}

/// In every command these stand together at the end.
fn heading_of(argument: &Arg) -> &'static str {
    match argument.get_id().as_str() {
        "json" | "cloud" | "tenant" | "lang" | "help" | "version" => "common",
        _ if argument.is_positional() => "arguments",
        _ => "options",
    }
}

/// An argument's text with its default and its values, as clap has them in English.
fn explained(argument: &Arg, texts: &Texts, place: &str) -> String {
    let (_, text) = texts.argument(place, argument.get_id().as_str()).unwrap_or_default();
    let mut text = text.to_owned();
    let mut add = |heading: &str, values: Vec<String>| {
        if !values.is_empty() {
            let space = if text.ends_with('。') { "" } else { " " };
            text.push_str(&format!("{space}[{}: {}]", texts.heading(heading), values.join(", ")));
        }
    };
    if argument.get_action().takes_values() {
        let defaults = argument.get_default_values().iter();
        add("default", defaults.map(|value| value.to_string_lossy().into_owned()).collect());
        let values = argument.get_possible_values();
        add("values", values.iter().map(|value| value.get_name().to_owned()).collect());
    }
    text
}

/// Where the texts of a heading's arguments stand.
struct Room {
    /// Below the argument instead of beside it.
    below: bool,
    columns: usize,
}

impl Room {
    /// As clap lays it out: two columns, `-h, ` before each option, two columns, the text.
    fn of(command: &Command, heading: &str, width: usize) -> Self {
        let ours = command.get_arguments().filter(|argument| heading_of(argument) == heading);
        let wide = |argument: &Arg| {
            columns(&argument.to_string()) + if argument.get_long().is_some() { 4 } else { 0 }
        };
        let taken = ours.map(wide).max().unwrap_or(0) + 4;
        let below = taken * 2 > width;
        Self { below, columns: width.saturating_sub(if below { INDENT } else { taken }).max(INDENT) }
    }
}

/// Breaks lines between Japanese characters, as they have no spaces that clap could break at. Words of ASCII or katakana
/// stay whole, no closing character begins a line, no opening one ends it.
fn wrapped(text: &str, width: usize) -> String {
    const CLOSING: &str = "、。」』)]:,";
    const OPENING: &str = "「『([";
    let mut parts: Vec<String> = Vec::new();
    for c in text.chars() {
        let ascii = |c: char| c.is_ascii() && c != ' ';
        let katakana = |c: char| ('ァ'..='ー').contains(&c);
        let joins = |before: char| {
            CLOSING.contains(c)
                || OPENING.contains(before)
                || (ascii(before) && ascii(c))
                || (katakana(before) && katakana(c))
        };
        match parts.last_mut() {
            Some(part) if part.chars().next_back().is_some_and(joins) => part.push(c),
            _ => parts.push(c.to_string()),
        }
    }
    let mut lines = vec![String::new()];
    for part in parts {
        match lines.last_mut() {
            Some(line) if line.is_empty() || columns(line) + columns(&part) <= width => line.push_str(&part),
            _ => lines.push(part.trim_start().to_owned()),
        }
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

fn terminal_columns() -> usize {
    terminal_size::terminal_size().map_or(USUAL_COLUMNS, |(width, _)| usize::from(width.0))
}

/// What is wrong, what was perhaps meant, the usage, and where help is.
fn refusal(error: &Error, texts: &Texts) -> String {
    let told = |kind: ContextKind| {
        error.get(kind).map(|value| printable(&value.to_string())).filter(|value| !value.is_empty())
    };
    let argument = told(ContextKind::InvalidArg).or_else(|| told(ContextKind::InvalidSubcommand));
    let (value, other) = (told(ContextKind::InvalidValue), told(ContextKind::PriorArg));
    let key = match error.kind() {
        ErrorKind::UnknownArgument => "unknown-argument",
        ErrorKind::InvalidSubcommand => "unknown-command",
        ErrorKind::MissingRequiredArgument => "missing",
        ErrorKind::MissingSubcommand => "missing-command",
        ErrorKind::InvalidValue if value.is_none() => "no-value",
        ErrorKind::InvalidValue | ErrorKind::ValueValidation | ErrorKind::TooManyValues => "value",
        ErrorKind::ArgumentConflict if other.is_none() || other == argument => "repeated",
        ErrorKind::ArgumentConflict => "conflict",
        _ => "other",
    };
    let mut text = format!("{}: {}", texts.error("error"), texts.error(key));
    for (gap, filling) in [("{argument}", &argument), ("{value}", &value), ("{other}", &other)] {
        text = text.replace(gap, filling.as_deref().unwrap_or_default());
    }
    let mut line = |heading: &str, said: Option<String>| {
        if let Some(said) = said {
            text.push_str(&format!("\n  {}: {said}", texts.heading(heading)));
        }
    };
    line("reason", std::error::Error::source(error).map(|reason| printable(&texts.reason(reason))));
    line("values", told(ContextKind::ValidValue));
    let similar = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    line("similar", similar.into_iter().find_map(told));
    if let Some(usage) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        let usage = usage.trim().trim_start_matches("Usage:").trim_start();
        text.push_str(&format!("\n\n{}: {usage}", texts.heading("usage")));
    }
    format!("{text}\n\n{}", texts.error("help"))
}

#[cfg(test)]
mod tests {
    use super::super::arguments::Arguments;
    use super::*;
    use clap::CommandFactory;
    use std::collections::BTreeSet;

    fn definition() -> Command {
        built(Arguments::command())
    }

    fn is_japanese(text: &str) -> bool {
        text.chars().any(|c| ('\u{3040}'..='\u{9fff}').contains(&c))
    }

    #[test]
    fn every_command_and_argument_has_a_japanese_text_and_no_text_is_left_over() {
        fn look(command: &Command, texts: &Texts, parent: &str, used: &mut BTreeSet<(String, String)>) {
            let (place, below) = place_of(parent, command.get_name());
            assert!(texts.find(&place, "about").is_some_and(is_japanese), "{place}");
            used.insert((place.clone(), "about".to_owned()));
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                let (table, text) = texts.argument(&place, id).unwrap_or_else(|| panic!("{place}: {id}"));
                assert!(is_japanese(text), "{place}: {id}");
                used.insert((table.to_owned(), id.to_owned()));
            }
            command.get_subcommands().for_each(|command| look(command, texts, &below, used));
        }
        let texts = Texts::japanese();
        let mut used = BTreeSet::new();
        look(&definition(), &texts, "", &mut used);
        let ours = concat!(include_str!("help.rs"), include_str!("reason.rs"));
        for (table, lines) in &texts.0 {
            for key in lines.keys() {
                let named = ["headings", "errors", "reasons"].contains(&table.as_str())
                    && ours.contains(&format!("\"{key}\""));
                assert!(named || used.contains(&(table.clone(), key.clone())), "{table}: {key} is left over");
            }
        }
    }

    #[test]
    fn the_help_of_every_command_is_japanese_and_fits_the_terminal() {
        fn look(command: &mut Command, width: usize, seen: &mut usize) {
            let help = command.render_help().to_string();
            for english in ["Usage", "Options", "Commands", "Arguments", "Print ", "[default", "[possible"] {
                assert!(!help.contains(english), "{english}: {help}");
            }
            assert!(help.contains("使い方: ") && help.contains("すべてのコマンドに共通"), "{help}");
            let wide = help.lines().find(|line| columns(line) > width && !line.starts_with("使い方"));
            assert_eq!(wide, None, "{help}");
            *seen += 1;
            // Below `help` stand the same commands, without arguments.
            let commands = command.get_subcommands_mut().filter(|command| command.get_name() != "help");
            commands.for_each(|command| look(command, width, seen));
        }
        for width in [80, 100, 140] {
            let mut seen = 0;
            look(&mut translated(definition(), &Texts::japanese(), "", width), width, &mut seen);
            assert!(seen > 25, "{seen}");
        }
    }

    #[test]
    fn lines_break_between_japanese_characters_and_words_stay_whole() {
        assert_eq!(wrapped("日本語の文。", 6), "日本語\nの文。");
        assert_eq!(wrapped("日本語。", 6), "日本\n語。");
        assert_eq!(wrapped("ab cd-ef 日本 (x)", 9), "ab cd-ef\n日本 (x)");
        assert_eq!(wrapped("a (日", 3), "a\n(日");
        assert_eq!(wrapped("日本のリソース", 10), "日本の\nリソース");
        assert_eq!(wrapped("--unbreakable", 4), "--unbreakable");
    }

    #[test]
    fn the_language_is_heard_in_a_command_line_that_clap_refuses() {
        let heard = |words: &[&str]| wished(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(heard(&["x", "--lang", "ja", "--help"]), Some(Language::Japanese));
        assert_eq!(heard(&["x", "--help", "--lang=en"]), Some(Language::English));
        for words in [&["x", "--help"][..], &["x", "--lang"], &["x", "--lang", "fr"], &["x", "--language=ja"]]
        {
            assert_eq!(heard(words), None, "{words:?}");
        }
    }
}
