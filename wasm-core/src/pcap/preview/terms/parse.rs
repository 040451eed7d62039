//! From text to an expression, with the place and the kind of a mistake.

use std::net::IpAddr;
use std::ops::Range;

use super::Expression;
use super::fields::{self, Kind, Named};
use super::test::{Compare, Network, Operand, Test};

/// Nested parentheses and negations.
const MAX_DEPTH: u32 = 32;
/// Characters of a filter.
const MAX_LENGTH: usize = 4096;

/// What is wrong with a display filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind:?} at {}..{}", range.start, range.end)]
pub struct TermError {
    pub kind: TermErrorKind,
    /// In characters of the text.
    pub range: Range<usize>,
}

/// The sentences stand in the catalogue under [`code`](Self::code).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TermErrorKind {
    Empty,
    TooLong,
    TooDeep,
    /// A name that is no field; the one that was probably meant.
    UnknownField {
        name: String,
        nearest: Option<&'static str>,
    },
    /// The text ends where more is needed.
    Unfinished,
    Unexpected {
        found: String,
    },
    /// `field` is compared with what it cannot be.
    WrongValue {
        field: String,
        kind: &'static str,
        found: String,
    },
    /// `=` alone, or an operator of another language.
    WrongOperator {
        found: String,
        instead: &'static str,
    },
    Unclosed,
    /// A protocol takes no operator.
    LayerCompared {
        name: String,
    },
    /// `contains` is for text.
    ContainsNeedsText {
        field: String,
    },
}

impl TermErrorKind {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "term-empty",
            Self::TooLong => "term-too-long",
            Self::TooDeep => "term-too-deep",
            Self::UnknownField { nearest: None, .. } => "term-unknown-field",
            Self::UnknownField { nearest: Some(_), .. } => "term-unknown-field-nearest",
            Self::Unfinished => "term-unfinished",
            Self::Unexpected { .. } => "term-unexpected",
            Self::WrongValue { kind, .. } => match *kind {
                "address" => "term-wrong-address",
                "mac" => "term-wrong-mac",
                "flag" => "term-wrong-flag",
                "seconds" => "term-wrong-seconds",
                _ => "term-wrong-number",
            },
            Self::WrongOperator { .. } => "term-wrong-operator",
            Self::Unclosed => "term-unclosed",
            Self::LayerCompared { .. } => "term-layer-compared",
            Self::ContainsNeedsText { .. } => "term-contains-needs-text",
        }
    }

    /// Named parameters of the sentence.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Empty | Self::TooLong | Self::TooDeep | Self::Unfinished | Self::Unclosed => Vec::new(),
            Self::UnknownField { name, nearest } => {
                let nearest = nearest.map(|nearest| ("nearest", nearest.to_owned()));
                [("name", name.clone())].into_iter().chain(nearest).collect()
            }
            Self::Unexpected { found } => vec![("found", found.clone())],
            Self::WrongValue { field, found, .. } => vec![("field", field.clone()), ("found", found.clone())],
            Self::WrongOperator { found, instead } => {
                vec![("found", found.clone()), ("instead", (*instead).to_owned())]
            }
            Self::LayerCompared { name } => vec![("name", name.clone())],
            Self::ContainsNeedsText { field } => vec![("field", field.clone())],
        }
    }

    /// What one click can put in the place of the mistake.
    pub fn fix(&self) -> Option<&'static str> {
        match self {
            Self::UnknownField { nearest, .. } => *nearest,
            Self::WrongOperator { instead, .. } => Some(instead),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Open,
    Close,
    OpenSet,
    CloseSet,
    Comma,
    And,
    Or,
    Not,
    Compare(Compare),
}

type Placed = (Token, Range<usize>);

fn error<T>(kind: TermErrorKind, range: Range<usize>) -> Result<T, TermError> {
    Err(TermError { kind, range })
}

pub fn parse(text: &str) -> Result<Expression, TermError> {
    let characters: Vec<char> = text.chars().collect();
    let end = characters.len();
    if end > MAX_LENGTH {
        return error(TermErrorKind::TooLong, 0..end);
    }
    let tokens = tokens(&characters)?;
    if tokens.is_empty() {
        return error(TermErrorKind::Empty, 0..end);
    }
    let mut parser = Parser { tokens: &tokens, end };
    let expression = parser.any(0)?;
    match parser.tokens.first() {
        None => Ok(expression),
        Some((token, range)) => {
            let found = characters.get(range.clone()).unwrap_or_default().iter().collect();
            let kind = if *token == Token::Close {
                TermErrorKind::Unexpected { found: ")".to_owned() }
            } else {
                TermErrorKind::Unexpected { found }
            };
            error(kind, range.clone())
        }
    }
}

fn tokens(characters: &[char]) -> Result<Vec<Placed>, TermError> {
    let mut tokens = Vec::new();
    let mut at = 0_usize;
    let peek = |at: usize| characters.get(at).copied();
    while let Some(character) = peek(at) {
        let next = at.saturating_add(1);
        let double = peek(next) == Some(character);
        let equals = peek(next) == Some('=');
        let (token, end) = match character {
            ' ' | '\t' | '\n' | '\r' | '\u{3000}' => {
                at = next;
                continue;
            }
            '(' => (Token::Open, next),
            ')' => (Token::Close, next),
            '{' => (Token::OpenSet, next),
            '}' => (Token::CloseSet, next),
            ',' => (Token::Comma, next),
            '&' | '|' if !double => {
                let instead = if character == '&' { "&&" } else { "||" };
                let kind = TermErrorKind::WrongOperator { found: character.to_string(), instead };
                return error(kind, at..next);
            }
            '&' => (Token::And, next.saturating_add(1)),
            '|' => (Token::Or, next.saturating_add(1)),
            '=' if !double => {
                let kind = TermErrorKind::WrongOperator { found: "=".to_owned(), instead: "==" };
                return error(kind, at..next);
            }
            '=' => (Token::Compare(Compare::Equal), next.saturating_add(1)),
            '!' if equals => (Token::Compare(Compare::Unequal), next.saturating_add(1)),
            '!' => (Token::Not, next),
            '>' if equals => (Token::Compare(Compare::AtLeast), next.saturating_add(1)),
            '<' if equals => (Token::Compare(Compare::AtMost), next.saturating_add(1)),
            '>' => (Token::Compare(Compare::Greater), next),
            '<' => (Token::Compare(Compare::Less), next),
            '"' => quoted(characters, at)?,
            _ => word(characters, at),
        };
        tokens.push((token, at..end));
        at = end;
    }
    Ok(tokens)
}

fn quoted(characters: &[char], start: usize) -> Result<(Token, usize), TermError> {
    let mut text = String::new();
    let mut at = start.saturating_add(1);
    loop {
        let next = at.saturating_add(1);
        match characters.get(at) {
            None => return error(TermErrorKind::Unclosed, start..at.min(characters.len())),
            Some('"') => return Ok((Token::Quoted(text), next)),
            Some('\\') => {
                text.extend(characters.get(next));
                at = next.saturating_add(1);
            }
            Some(character) => {
                text.push(*character);
                at = next;
            }
        }
    }
}

fn word(characters: &[char], start: usize) -> (Token, usize) {
    let ends = |character: &char| character.is_whitespace() || "(){},&|=!<>\"".contains(*character);
    let rest = characters.get(start..).unwrap_or_default();
    let length = rest.iter().position(ends).unwrap_or(rest.len()).max(1);
    let end = start.saturating_add(length);
    let word: String = rest.iter().take(length).collect();
    let token = match word.to_ascii_lowercase().as_str() {
        "and" => Token::And,
        "or" => Token::Or,
        "not" => Token::Not,
        "eq" => Token::Compare(Compare::Equal),
        "ne" => Token::Compare(Compare::Unequal),
        "gt" => Token::Compare(Compare::Greater),
        "lt" => Token::Compare(Compare::Less),
        "ge" => Token::Compare(Compare::AtLeast),
        "le" => Token::Compare(Compare::AtMost),
        "contains" => Token::Compare(Compare::Contains),
        _ => Token::Word(word),
    };
    (token, end)
}

struct Parser<'t> {
    tokens: &'t [Placed],
    end: usize,
}

impl<'t> Parser<'t> {
    fn next(&mut self) -> Option<&'t Placed> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    fn takes(&mut self, token: &Token) -> bool {
        let found = self.tokens.first().is_some_and(|(next, _)| next == token);
        if found {
            self.next();
        }
        found
    }

    fn unfinished<T>(&self) -> Result<T, TermError> {
        error(TermErrorKind::Unfinished, self.end..self.end)
    }

    fn any(&mut self, depth: u32) -> Result<Expression, TermError> {
        let first = self.all(depth)?;
        let mut parts = vec![first];
        while self.takes(&Token::Or) {
            parts.push(self.all(depth)?);
        }
        Ok(match parts.pop() {
            Some(only) if parts.is_empty() => only,
            last => Expression::Any(parts.into_iter().chain(last).collect()),
        })
    }

    fn all(&mut self, depth: u32) -> Result<Expression, TermError> {
        let first = self.one(depth)?;
        let mut parts = vec![first];
        while self.takes(&Token::And) {
            parts.push(self.one(depth)?);
        }
        Ok(match parts.pop() {
            Some(only) if parts.is_empty() => only,
            last => Expression::All(parts.into_iter().chain(last).collect()),
        })
    }

    fn one(&mut self, depth: u32) -> Result<Expression, TermError> {
        let Some((token, range)) = self.next() else { return self.unfinished() };
        if depth > MAX_DEPTH {
            return error(TermErrorKind::TooDeep, range.clone());
        }
        let deeper = depth.saturating_add(1);
        match token {
            Token::Not => Ok(Expression::Not(Box::new(self.one(deeper)?))),
            Token::Open => {
                let inside = self.any(deeper)?;
                if self.takes(&Token::Close) {
                    Ok(inside)
                } else {
                    error(TermErrorKind::Unclosed, range.clone())
                }
            }
            Token::Quoted(text) => Ok(Expression::Test(Test::Bytes(text.clone().into_bytes()))),
            Token::Word(word) => self.test(word, range.clone()),
            other => error(TermErrorKind::Unexpected { found: written(other) }, range.clone()),
        }
    }

    fn test(&mut self, word: &str, range: Range<usize>) -> Result<Expression, TermError> {
        let Some(named) = fields::find(word) else { return shorthand(word, range) };
        let set =
            matches!(self.tokens.first(), Some((Token::Word(word), _)) if word.eq_ignore_ascii_case("in"));
        if set {
            self.next();
            return self.set(word, named);
        }
        let Some((Token::Compare(compare), compare_range)) = self.tokens.first() else {
            return Ok(Expression::Test(Test::Present(named)));
        };
        let compare = *compare;
        let compare_range = compare_range.clone();
        self.next();
        let frame_bytes = word.eq_ignore_ascii_case("frame") && compare == Compare::Contains;
        if named.kind == Kind::Layer && !frame_bytes {
            return error(
                TermErrorKind::LayerCompared { name: word.to_owned() },
                range.start..compare_range.end,
            );
        }
        let (text, value_range) = self.value()?;
        if frame_bytes {
            return Ok(Expression::Test(Test::Bytes(text.into_bytes())));
        }
        if compare == Compare::Contains && named.kind != Kind::Text {
            return error(TermErrorKind::ContainsNeedsText { field: word.to_owned() }, compare_range);
        }
        let operand = operand(word, named, &text, value_range)?;
        Ok(match compare {
            // As in Wireshark 4: no field of the name has the value.
            Compare::Unequal => Expression::Not(Box::new(Expression::Test(Test::Compare {
                named,
                compare: Compare::Equal,
                operand,
            }))),
            compare => Expression::Test(Test::Compare { named, compare, operand }),
        })
    }

    fn value(&mut self) -> Result<(String, Range<usize>), TermError> {
        match self.next() {
            Some((Token::Word(text) | Token::Quoted(text), range)) => Ok((text.clone(), range.clone())),
            Some((other, range)) => error(TermErrorKind::Unexpected { found: written(other) }, range.clone()),
            None => self.unfinished(),
        }
    }

    fn set(&mut self, word: &str, named: Named) -> Result<Expression, TermError> {
        let open = self.tokens.first().map(|(_, range)| range.clone());
        if !self.takes(&Token::OpenSet) {
            return match self.next() {
                Some((other, range)) => {
                    error(TermErrorKind::Unexpected { found: written(other) }, range.clone())
                }
                None => self.unfinished(),
            };
        }
        let mut members = Vec::new();
        loop {
            let (text, range) = self.value()?;
            let member = match text.split_once("..") {
                Some((first, last)) => {
                    let first = operand(word, named, first, range.clone())?;
                    let last = operand(word, named, last, range)?;
                    Expression::Test(Test::Between { named, first, last })
                }
                None => {
                    let operand = operand(word, named, &text, range)?;
                    Expression::Test(Test::Compare { named, compare: Compare::Equal, operand })
                }
            };
            members.push(member);
            if self.takes(&Token::CloseSet) {
                return Ok(Expression::Any(members));
            }
            if !self.takes(&Token::Comma) && self.tokens.is_empty() {
                return error(TermErrorKind::Unclosed, open.unwrap_or(self.end..self.end));
            }
        }
    }
}

fn written(token: &Token) -> String {
    match token {
        Token::Word(text) | Token::Quoted(text) => text.clone(),
        Token::Open => "(".to_owned(),
        Token::Close => ")".to_owned(),
        Token::OpenSet => "{".to_owned(),
        Token::CloseSet => "}".to_owned(),
        Token::Comma => ",".to_owned(),
        Token::And => "and".to_owned(),
        Token::Or => "or".to_owned(),
        Token::Not => "not".to_owned(),
        Token::Compare(compare) => compare.as_str().to_owned(),
    }
}

/// A bare address, network or port.
fn shorthand(word: &str, range: Range<usize>) -> Result<Expression, TermError> {
    let compare = |name: &str, operand| {
        let named = fields::find(name)?;
        Some(Expression::Test(Test::Compare { named, compare: Compare::Equal, operand }))
    };
    let port = word.strip_prefix(':').unwrap_or(word).parse::<u16>().ok();
    let found = match (word.parse::<Network>(), port) {
        (Ok(network), _) => compare("addr", Operand::Network(network)),
        (_, Some(port)) => compare("port", Operand::Number(u64::from(port))),
        _ => None,
    };
    match found {
        Some(expression) => Ok(expression),
        None => {
            let nearest = fields::nearest(word);
            error(TermErrorKind::UnknownField { name: word.to_owned(), nearest }, range)
        }
    }
}

fn operand(field: &str, named: Named, text: &str, range: Range<usize>) -> Result<Operand, TermError> {
    let value = match named.kind {
        Kind::Number => number(text).map(Operand::Number),
        Kind::Flag => match text.to_ascii_lowercase().as_str() {
            "1" | "true" => Some(Operand::Number(1)),
            "0" | "false" => Some(Operand::Number(0)),
            _ => None,
        },
        Kind::Address => text.parse().ok().map(Operand::Network),
        Kind::Mac => mac(text).map(Operand::Mac),
        Kind::Seconds => nanos(text).map(Operand::Nanos),
        Kind::Text | Kind::Layer => Some(Operand::Text(text.to_ascii_lowercase())),
    };
    let kind = match named.kind {
        Kind::Address => "address",
        Kind::Mac => "mac",
        Kind::Flag => "flag",
        Kind::Seconds => "seconds",
        Kind::Number | Kind::Text | Kind::Layer => "number",
    };
    let wrong = TermErrorKind::WrongValue { field: field.to_owned(), kind, found: text.to_owned() };
    value.ok_or(TermError { kind: wrong, range })
}

fn number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// Decimal seconds, to the nanosecond.
fn nanos(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let decimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !decimal(whole) || !decimal(fraction) || whole.len().max(fraction.len()) == 0 {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let fraction = fraction.get(..9).unwrap_or(fraction);
    let scale = 10_i64.checked_pow(9_u32.checked_sub(u32::try_from(fraction.len()).ok()?)?)?;
    let fraction: i64 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let nanos = whole.checked_mul(1_000_000_000)?.checked_add(fraction.checked_mul(scale)?)?;
    Some(if negative { nanos.checked_neg()? } else { nanos })
}

fn mac(text: &str) -> Option<[u8; 6]> {
    let mut bytes = [0_u8; 6];
    let mut parts = text.split([':', '-']);
    for byte in &mut bytes {
        *byte = u8::from_str_radix(parts.next().filter(|part| (1..=2).contains(&part.len()))?, 16).ok()?;
    }
    parts.next().is_none().then_some(bytes)
}

impl std::str::FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length.parse::<u8>().map_err(drop)?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(drop)?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let length = length.unwrap_or(longest);
        if length > longest { Err(()) } else { Ok(Self { address, length }) }
    }
}
