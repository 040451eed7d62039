//! Names of display filters, completed.

use crate::infra::words::Words;
use wasm_core::pcap::{preview::complete, session::Keep};
use yew::prelude::*;

/// Suggestions while a name is typed.
const SUGGESTED: usize = 8;

/// Properties for [`Suggestions`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SuggestionsProps {
    pub text: AttrValue,
    pub words: Words,
    pub ontext: Callback<String>,
}

/// Names that the last word may become.
#[component]
pub fn Suggestions(props: &SuggestionsProps) -> Html {
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
    fn the_last_word_is_completed() {
        assert_eq!(split_last("tcp and (ip.ad"), ("tcp and (", "ip.ad"));
        assert_eq!(split_last("tcp　ud"), ("tcp　", "ud"));
        assert_eq!(split_last("dns"), ("", "dns"));
    }
}
