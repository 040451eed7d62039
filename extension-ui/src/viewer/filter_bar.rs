//! The filter bar: display terms or a capture filter, judged while they are typed.

use crate::{
    components::{Appearance, Button, IconName, TextInput},
    infra::words::{Words, use_words},
};
use wasm_core::{
    filter::{self, CheckContext, Severity},
    pcap::{
        preview::{TermError, complete},
        session::{Keep, KeepError},
    },
    words::{self, Language, Value},
};
use yew::prelude::*;

/// Suggestions while a name is typed.
const SUGGESTED: usize = 8;

/// Properties for [`FilterBar`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct FilterBarProps {
    /// What is in the field.
    pub text: AttrValue,
    pub ontext: Callback<String>,
    /// What the list shows.
    pub applied: AttrValue,
    pub onapply: Callback<String>,
    #[prop_or_default]
    pub children: Html,
}

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

/// The bar.
#[component]
pub fn FilterBar(props: &FilterBarProps) -> Html {
    let words = use_words();
    let judgement = use_memo((props.text.clone(), words), |(text, words)| judge(text, words.0));
    let onapply = {
        let (onapply, text, wrong) = (props.onapply.clone(), props.text.clone(), judgement.wrong);
        Callback::from(move |()| {
            if !wrong {
                onapply.emit(text.to_string());
            }
        })
    };
    let onclear = {
        let (onapply, ontext) = (props.onapply.clone(), props.ontext.clone());
        Callback::from(move |()| {
            ontext.emit(String::new());
            onapply.emit(String::new());
        })
    };
    let changed = props.text != props.applied;
    html! {
        <form class="filter-bar" role="search" onsubmit={|event: SubmitEvent| event.prevent_default()}>
            <label class="visually-hidden" for="viewer-filter">{ words.get("viewer-filter") }</label>
            <div class="filter-line">
                <TextInput id="viewer-filter" value={props.text.clone()} oninput={props.ontext.clone()} onenter={onapply.clone()}
                    placeholder={words.get("viewer-filter-placeholder")} invalid={judgement.wrong} described_by={Some("viewer-filter-notes")}
                    code=true search=true testid="filter" />
                <Button label={words.get("viewer-filter-apply")} icon={IconName::Search} disabled={judgement.wrong || !changed}
                    described_by={Some("viewer-filter-notes")} onclick={onapply} testid="filter-apply" />
                if !props.text.is_empty() || !props.applied.is_empty() {
                    <Button label={words.get("viewer-filter-clear")} icon={IconName::Close} icon_only=true
                        appearance={Appearance::Subtle} onclick={onclear} testid="filter-clear" />
                }
                { props.children.clone() }
            </div>
            <div id="viewer-filter-notes" class="filter-notes" role="status" data-testid="filter-notes">
                { for judgement.notes.iter().map(|note| html! {
                    <p class={classes!("field-note", if judgement.wrong { "intent-error" } else { "intent-info" })}>
                        <span>{ note.text.clone() }</span>
                        if let Some((label, fixed)) = &note.fix {
                            <button type="button" class="link" data-testid="filter-fix" onclick={props.ontext.reform({
                                let fixed = fixed.clone();
                                move |_: MouseEvent| fixed.clone()
                            })}>{ label.clone() }</button>
                        }
                    </p>
                }) }
                <Suggestions text={props.text.clone()} {words} ontext={props.ontext.clone()} />
            </div>
        </form>
    }
}

/// Properties for [`Suggestions`].
#[derive(Clone, Debug, PartialEq, Properties)]
struct SuggestionsProps {
    text: AttrValue,
    words: Words,
    ontext: Callback<String>,
}

/// Names that the last word may become.
#[component]
fn Suggestions(props: &SuggestionsProps) -> Html {
    let (before, last) = split_last(&props.text);
    let names = if last.len() >= 2 && !Keep::is_capture_filter(&props.text) {
        complete(last, SUGGESTED)
    } else {
        Vec::new()
    };
    html! {
        if !names.is_empty() {
            <p class="filter-suggestions">
                <span class="visually-hidden">{ props.words.get("viewer-suggestions") }</span>
                { for names.into_iter().map(|name| html! {
                    <button type="button" class="chip code" data-testid="filter-suggestion" onclick={props.ontext.reform({
                        let text = format!("{before}{name}");
                        move |_: MouseEvent| text.clone()
                    })}>{ name }</button>
                }) }
            </p>
        }
    }
}

/// The text before the last word, and the word.
fn split_last(text: &str) -> (&str, &str) {
    let at = text.rfind(|character: char| character.is_whitespace() || "()!&|".contains(character));
    text.split_at(at.map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8)))
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

    #[test]
    fn the_last_word_is_completed() {
        assert_eq!(split_last("tcp and (ip.ad"), ("tcp and (", "ip.ad"));
        assert_eq!(split_last("tcp　ud"), ("tcp　", "ud"));
        assert_eq!(split_last("dns"), ("", "dns"));
    }
}
