//! What there is to say about a filter while it is typed.

use wasm_core::{
    filter::{self, CheckContext, Severity},
    pcap::{
        preview::TermError,
        session::{Keep, KeepError},
    },
    words::{self, Language, Value},
};

/// What there is to say about a filter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    pub wrong: bool,
    pub notes: Vec<Note>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    pub text: String,
    /// What one click makes of the whole text, and how that is called.
    pub fix: Option<(String, String)>,
}

/// Judges a filter. An unfinished one is wrong and has no notes where `typing`.
pub fn judge(text: &str, language: Language) -> Judgement {
    if Keep::is_capture_filter(text) {
        return judge_capture_filter(text, language);
    }
    match text.parse::<Keep>() {
        Ok(_) => Judgement::default(),
        Err(KeepError::Terms(error)) => Judgement { wrong: true, notes: vec![note(text, &error, language)] },
        Err(other) => Judgement { wrong: true, notes: vec![Note { text: other.to_string(), fix: None }] },
    }
}

fn note(text: &str, error: &TermError, language: Language) -> Note {
    let params = error.kind.params();
    let args = params.iter().map(|(name, value)| (*name, Value::from(value.as_str()))).collect();
    let sentence = words::text(language, error.kind.code(), &args);
    let fix = error.kind.fix().map(|instead| {
        let before: String = text.chars().take(error.range.start).collect();
        let after: String = text.chars().skip(error.range.end).collect();
        let fixed = format!("{before}{instead}{after}");
        let label = words::text(language, "viewer-use", &words::args([("value", instead.into())]));
        (label, fixed)
    });
    Note { text: sentence, fix }
}

fn judge_capture_filter(text: &str, language: Language) -> Judgement {
    let inputs = match filter::parse_inputs(text) {
        Ok(inputs) => inputs,
        Err(error) => {
            let reason = error.to_string();
            let sentence =
                words::text(language, "viewer-filter-json", &words::args([("reason", reason.into())]));
            return Judgement { wrong: true, notes: vec![Note { text: sentence, fix: None }] };
        }
    };
    let check = filter::check(&inputs, &CheckContext { language, ..CheckContext::default() });
    let problems = check.problems.iter().filter(|problem| problem.severity != Severity::Note);
    let notes = problems.map(|problem| Note {
        text: problem.text.clone(),
        fix: problem
            .fixes
            .first()
            .and_then(|fix| Some((fix.text.clone(), serde_json::to_string(&fix.filters).ok()?))),
    });
    let mut notes: Vec<Note> = notes.collect();
    if notes.is_empty() {
        let text = match language {
            Language::English => check.reading.en.clone(),
            Language::Japanese => check.reading.ja.clone(),
        };
        notes.push(Note { text, fix: None });
    }
    Judgement { wrong: text.parse::<Keep>().is_err(), notes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_told_with_its_fix() {
        let judged = judge("tcp.prot == 80", Language::English);
        assert!(judged.wrong);
        assert_eq!(judged.notes[0].fix.as_ref().map(|(_, text)| text.as_str()), Some("tcp.port == 80"));
        let judged = judge("tcp.port = 80", Language::Japanese);
        assert_eq!(judged.notes[0].fix.as_ref().map(|(_, text)| text.as_str()), Some("tcp.port == 80"));
        assert_eq!(judge("dns and udp", Language::English), Judgement::default());
        assert_eq!(judge("  ", Language::English), Judgement::default());
    }

    #[test]
    fn a_capture_filter_is_read_aloud_or_mended() {
        let judged = judge(r#"[{"protocol":"TCP","remotePort":"443"}]"#, Language::English);
        assert!(!judged.wrong && judged.notes.len() == 1, "{judged:?}");
        let judged = judge(r#"[{"protocol":"TCP","remotePort":"80,443"}]"#, Language::English);
        assert!(judged.wrong);
        let (_, fixed) = judged.notes[0].fix.clone().expect("a fix");
        assert!(!judge(&fixed, Language::English).wrong, "{fixed}");
        assert!(judge("[", Language::English).wrong);
    }
}
