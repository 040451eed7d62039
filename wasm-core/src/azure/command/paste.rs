//! The filters of a pasted command: az CLI, PowerShell, or the JSON alone.

use crate::{
    filter::{FilterInput, FilterTextError, parse_inputs},
    order::sort,
    words::{InWords, Sentence},
};

/// A paste longer than this is no command.
const MAX_LENGTH: usize = 256 * 1024;
/// Filters taken out of one paste.
const MAX_FILTERS: usize = 10_000;

/// Why no filters can be taken out of a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasteError {
    #[error("the text has neither --filters nor New-AzPacketCaptureFilterConfig nor a JSON array")]
    NoFilters,
    #[error("the filters stand in the file {0:?}, not in the command")]
    InFile(String),
    #[error("{0} holds a variable; only its value can be read")]
    Variable(String),
    #[error("{0:?} is no parameter of New-AzPacketCaptureFilterConfig")]
    Parameter(String),
    #[error(transparent)]
    Text(#[from] FilterTextError),
}

impl PasteError {
    /// The stable code, which is also the end of the catalogue's key (`filter-paste-CODE`).
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoFilters => "no-filters",
            Self::InFile(_) => "in-file",
            Self::Variable(_) => "variable",
            Self::Parameter(_) => "parameter",
            Self::Text(_) => "text",
        }
    }
}

impl InWords for PasteError {
    fn sentence(&self) -> Sentence {
        let sentence = Sentence::new(format!("filter-paste-{}", self.code()));
        match self {
            Self::InFile(text) | Self::Variable(text) | Self::Parameter(text) => {
                sentence.with("found", text.as_str())
            }
            Self::Text(error) => sentence.with("found", error.sentence()),
            Self::NoFilters => sentence,
        }
    }
}

/// The filters in a command, as they stand there (they may have faults: see [`crate::filter::check`]).
pub fn filters_of(text: &str) -> Result<Vec<FilterInput>, PasteError> {
    let text = text.trim();
    if text.len() > MAX_LENGTH {
        return Err(PasteError::NoFilters);
    }
    if text.starts_with(['[', '{']) {
        return Ok(parse_inputs(text)?);
    }
    let cmdlets = cmdlets(text);
    if !cmdlets.is_empty() {
        return cmdlets.into_iter().take(MAX_FILTERS).map(cmdlet).collect();
    }
    let at = text.find("--filters").ok_or(PasteError::NoFilters)?;
    let value = text.get(at..).and_then(|rest| rest.strip_prefix("--filters")).unwrap_or_default();
    az_value(value.strip_prefix('=').unwrap_or(value))
}

/// What follows `--filters`.
fn az_value(text: &str) -> Result<Vec<FilterInput>, PasteError> {
    let word = posix_word(text.trim_start());
    let word = word.trim();
    if let Some(file) = word.strip_prefix('@') {
        return Err(PasteError::InFile(file.chars().take(120).collect()));
    }
    if word.starts_with('$') {
        return Err(PasteError::Variable(word.chars().take(60).collect()));
    }
    if word.is_empty() {
        return Err(PasteError::NoFilters);
    }
    // Microsoft's own help breaks lines with a backslash within the quotes, which no shell takes out.
    let joined = without_line_ends(word);
    parse_inputs(&joined).or_else(|error| {
        // Typed for PowerShell or cmd: the quotes within are escaped.
        let unescaped = joined.replace("\\\"", "\"").replace("\"\"", "\"");
        parse_inputs(&unescaped).map_err(|_| error.into())
    })
}

fn without_line_ends(text: &str) -> String {
    text.replace("\\\r\n", " ")
        .replace("\\\n", " ")
        .replace("`\r\n", " ")
        .replace("`\n", " ")
        .replace("^\n", " ")
}

/// The first word as a POSIX shell reads it.
fn posix_word(text: &str) -> String {
    let mut word = String::new();
    let mut chars = text.chars().peekable();
    let mut quote: Option<char> = None;
    while let Some(c) = chars.next() {
        match (quote, c) {
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None, c) if c.is_whitespace() => break,
            (None, '\\') => match chars.next() {
                Some('\n') | None => {}
                Some(next) => word.push(next),
            },
            (Some('"'), '\\') => match chars.peek() {
                Some('"' | '\\' | '$' | '`') => word.extend(chars.next()),
                _ => word.push('\\'),
            },
            (_, c) => word.push(c),
        }
    }
    word
}

/// The arguments of each `New-AzPacketCaptureFilterConfig` (and of its AzureRM ancestor).
fn cmdlets(text: &str) -> Vec<&str> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for name in ["new-azpacketcapturefilterconfig", "new-azurermpacketcapturefilterconfig"] {
        found.extend(lower.match_indices(name).map(|(at, name)| (at, at.saturating_add(name.len()))));
    }
    sort(&mut found, Ord::cmp);
    found.into_iter().filter_map(|(_, end)| text.get(end..)).collect()
}

/// One token of PowerShell's argument mode.
enum Token {
    Parameter(String),
    Value(String),
    End,
}

fn cmdlet(arguments: &str) -> Result<FilterInput, PasteError> {
    let mut input = FilterInput::default();
    let mut rest = arguments;
    loop {
        let (token, after) = token(rest);
        rest = after;
        let name = match token {
            Token::Parameter(name) => name,
            Token::End => return Ok(input),
            Token::Value(value) => return Err(PasteError::Parameter(value.chars().take(60).collect())),
        };
        let (value, after) = self::token(rest);
        rest = after;
        let Token::Value(value) = value else {
            return Err(PasteError::Parameter(name));
        };
        if value.starts_with('$') {
            return Err(PasteError::Variable(value.chars().take(60).collect()));
        }
        // PowerShell takes any beginning of a name that fits one parameter only.
        let names = ["protocol", "localipaddress", "localport", "remoteipaddress", "remoteport"];
        let wanted = name.to_ascii_lowercase();
        let mut fitting = names.iter().filter(|known| known.starts_with(&wanted));
        let field = match (fitting.next().copied(), fitting.next()) {
            (Some("protocol"), None) => &mut input.protocol,
            (Some("localipaddress"), None) => &mut input.local_ip_address,
            (Some("localport"), None) => &mut input.local_port,
            (Some("remoteipaddress"), None) => &mut input.remote_ip_address,
            (Some("remoteport"), None) => &mut input.remote_port,
            _ => return Err(PasteError::Parameter(name.chars().take(60).collect())),
        };
        *field = value;
    }
}

/// The next token and what follows it.
fn token(text: &str) -> (Token, &str) {
    let mut text = text;
    loop {
        text = text.trim_start_matches([' ', '\t']);
        // A backtick at the end of a line goes on with the next one.
        match text.strip_prefix("`\r\n").or_else(|| text.strip_prefix("`\n")) {
            Some(next) => text = next,
            None => break,
        }
    }
    let Some(first) = text.chars().next() else { return (Token::End, "") };
    if matches!(first, '\n' | '\r' | ';' | ')' | '|' | '}' | '#' | ',') {
        return (Token::End, text);
    }
    if first == '-' && text.chars().nth(1).is_some_and(|c| c.is_ascii_alphabetic()) {
        let name = text.get(1..).unwrap_or_default();
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let (name, after) = name.split_at(end);
        return (Token::Parameter(name.to_owned()), after.strip_prefix(':').unwrap_or(after));
    }
    if is_quote(first) {
        return quoted(text, first);
    }
    let ends = |c: char| c.is_whitespace() || matches!(c, ';' | ')' | '|' | '}' | '`');
    let end = text.find(ends).unwrap_or(text.len());
    // `20;80` without quotes ends at `;` in PowerShell too: what stands there is what it would have done.
    let (value, after) = text.split_at(end);
    (Token::Value(value.to_owned()), after)
}

fn is_quote(c: char) -> bool {
    is_single(c) || is_double(c)
}

fn is_single(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}')
}

fn is_double(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}')
}

/// A quoted value: a doubled quote is one, and a backtick escapes within double quotes.
fn quoted(text: &str, open: char) -> (Token, &str) {
    let closes = if is_single(open) { is_single } else { is_double };
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '`' && is_double(open) {
            value.extend(chars.next().map(|(_, escaped)| escaped));
        } else if !closes(c) {
            value.push(c);
        } else if chars.peek().is_some_and(|(_, next)| closes(*next)) {
            value.push(c);
            chars.next();
        } else {
            return (Token::Value(value), text.get(at.saturating_add(c.len_utf8())..).unwrap_or_default());
        }
    }
    (Token::Value(value), "")
}
