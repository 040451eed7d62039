//! A packet's layers and fields, each leading to its bytes.

use super::field_words::field;
use crate::{
    components::{Appearance, Button, CopyButton, IconName, icon},
    infra::words::use_words,
};
use std::{collections::BTreeMap, rc::Rc};
use wasm_core::pcap::session::{Detail, Line};
use web_sys::HtmlElement;
use yew::prelude::*;

/// Properties for [`LayerTree`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct LayerTreeProps {
    pub detail: Rc<Detail>,
    /// Bytes selected in the hex view or here.
    pub bytes: Option<(u32, u32)>,
    pub onbytes: Callback<Option<(u32, u32)>>,
    /// Narrow the list by this term.
    pub onfilter: Callback<String>,
    /// The tree takes the focus when this number changes.
    pub focus: u32,
}

/// Which lines are shown: those whose parents are all open.
fn shown(lines: &[Line], open: &dyn Fn(&Line) -> bool) -> Vec<usize> {
    let mut closed: Option<u8> = None;
    let mut shown = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if closed.is_some_and(|depth| line.depth > depth) {
            continue;
        }
        shown.push(at);
        closed = (!open(line)).then_some(line.depth);
    }
    shown
}

/// The smallest line that holds these bytes: a field rather than its header.
fn line_of(lines: &[Line], bytes: (u32, u32)) -> Option<usize> {
    let holds =
        |line: &&Line| line.length > 0 && line.start <= bytes.0 && line.start + line.length >= bytes.1;
    let holding = lines.iter().enumerate().filter(|(_, line)| holds(line));
    holding.min_by_key(|(at, line)| (line.length, u8::MAX - line.depth, *at)).map(|(at, _)| at)
}

/// The layer tree, with the keys of the ARIA tree pattern.
#[component]
pub fn LayerTree(props: &LayerTreeProps) -> Html {
    let words = use_words();
    let tree = use_node_ref();
    // By name, so that the next packet opens the same way.
    let toggled = use_state_eq(BTreeMap::<String, bool>::new);
    let current = use_state_eq(|| None::<usize>);
    let lines = &props.detail.lines;
    let parent = |at: usize| {
        lines.get(at + 1).is_some_and(|next| lines.get(at).is_some_and(|line| next.depth > line.depth))
    };
    let open = {
        let toggled = toggled.clone();
        move |line: &Line| {
            toggled
                .get(&line.field)
                .copied()
                .unwrap_or(!["frame", "ethernet", "tcp.flags"].contains(&line.field.as_str()))
        }
    };
    let rows = shown(lines, &open);
    // Where the bytes were chosen in the hex view, the tree follows.
    let from_bytes = props.bytes.and_then(|bytes| {
        let here = (*current).and_then(|at| lines.get(at));
        let same = here.is_some_and(|line| (line.start, line.start + line.length) == bytes);
        if same { *current } else { line_of(lines, bytes) }
    });
    let selected = from_bytes.or(*current).filter(|at| *at < lines.len());
    {
        let tree = tree.clone();
        use_effect_with(props.focus, move |focus| {
            if *focus > 0
                && let Some(tree) = tree.cast::<HtmlElement>()
            {
                let _focused = tree.focus();
            }
        });
    }
    {
        let tree = tree.clone();
        use_effect_with(selected, move |selected| {
            let line = selected
                .and_then(|at| tree.cast::<HtmlElement>()?.query_selector(&format!("#line-{at}")).ok()?);
            if let Some(line) = line {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                line.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }
    let choose = {
        let (current, onbytes, detail) = (current.clone(), props.onbytes.clone(), props.detail.clone());
        move |at: usize| {
            current.set(Some(at));
            onbytes.emit(detail.lines.get(at).map(|line| (line.start, line.start + line.length)));
        }
    };
    let toggle = {
        let (toggled, detail) = (toggled.clone(), props.detail.clone());
        move |at: usize, to: bool| {
            if let Some(line) = detail.lines.get(at) {
                let mut next = (*toggled).clone();
                next.insert(line.field.clone(), to);
                toggled.set(next);
            }
        }
    };
    let onkeydown = {
        let (choose, toggle, open, rows, detail) =
            (choose.clone(), toggle.clone(), open.clone(), rows.clone(), props.detail.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.ctrl_key() || event.alt_key() || event.meta_key() {
                return;
            }
            let lines = &detail.lines;
            let place = selected.and_then(|at| rows.iter().position(|row| *row == at));
            let is_parent = |at: usize| lines.get(at + 1).is_some_and(|next| next.depth > lines[at].depth);
            let at = selected.filter(|at| *at < lines.len());
            match (event.key().as_str(), place, at) {
                ("ArrowDown", Some(place), _) => choose(rows[(place + 1).min(rows.len() - 1)]),
                ("ArrowDown" | "ArrowUp", None, _) | ("Home", ..) => {
                    if let Some(first) = rows.first() {
                        choose(*first);
                    }
                }
                ("ArrowUp", Some(place), _) => choose(rows[place.saturating_sub(1)]),
                ("End", ..) => {
                    if let Some(last) = rows.last() {
                        choose(*last);
                    }
                }
                ("ArrowRight", Some(place), Some(at)) if is_parent(at) => {
                    if open(&lines[at]) {
                        choose(rows[(place + 1).min(rows.len() - 1)])
                    } else {
                        toggle(at, true)
                    }
                }
                ("ArrowLeft", _, Some(at)) => {
                    if is_parent(at) && open(&lines[at]) {
                        toggle(at, false);
                    } else if let Some(up) = (0..at).rev().find(|up| lines[*up].depth < lines[at].depth) {
                        choose(up);
                    }
                }
                ("Enter" | " ", _, Some(at)) if is_parent(at) => toggle(at, !open(&lines[at])),
                _ => return,
            }
            event.prevent_default();
        })
    };
    let chosen = selected.and_then(|at| lines.get(at));
    let term = chosen.and_then(|line| line.term.clone());
    let filter = |negated: bool| {
        let term = term.clone();
        props.onfilter.reform(move |()| {
            let term = term.clone().unwrap_or_default();
            if negated { format!("not {term}") } else { term }
        })
    };
    html! {
        <section class="pane pane-tree" aria-label={words.get("viewer-tree")}>
            <header class="pane-header">
                <h2 class="pane-title">{ words.with("viewer-packet", [("number", props.detail.row.number.into())]) }</h2>
                if let Some(term) = term.clone() {
                    <Button label={words.get("viewer-filter-for")} icon={IconName::Search} small=true
                        appearance={Appearance::Subtle} full_name={words.with("viewer-filter-for-term", [("term", term.clone().into())])}
                        onclick={filter(false)} testid="tree-filter" />
                    <Button label={words.get("viewer-filter-out")} small=true appearance={Appearance::Subtle}
                        full_name={words.with("viewer-filter-out-term", [("term", term.clone().into())])}
                        onclick={filter(true)} testid="tree-exclude" />
                    <CopyButton text={term} label={words.get("viewer-copy-term")} appearance={Appearance::Subtle} testid="tree-copy" />
                }
            </header>
            <ul class="tree" role="tree" tabindex="0" ref={tree} {onkeydown} data-testid="layer-tree"
                aria-label={words.get("viewer-tree")} aria-activedescendant={selected.map(|at| format!("line-{at}"))}>
                { for rows.iter().map(|&at| {
                    let line = &lines[at];
                    let is_parent = parent(at);
                    let expanded = is_parent.then(|| open(line));
                    let (choose, toggle) = (choose.clone(), toggle.clone());
                    let onclick = Callback::from(move |event: MouseEvent| {
                        choose(at);
                        // A click on the arrow, or a second one on the line, opens and closes.
                        let target: web_sys::Element = event.target_unchecked_into();
                        let arrow = target.closest(".tree-arrow").ok().flatten().is_some();
                        if let Some(expanded) = expanded.filter(|_| arrow || event.detail() == 2) {
                            toggle(at, !expanded);
                        }
                    });
                    html! {
                        <li key={at} id={format!("line-{at}")} role="treeitem" data-field={line.field.clone()}
                            class={classes!("tree-line", format!("depth-{}", line.depth.min(6)), (line.depth == 0).then_some("tree-layer"))}
                            aria-level={(line.depth + 1).to_string()} aria-expanded={expanded.map(|open| if open { "true" } else { "false" })}
                            aria-selected={if selected == Some(at) { "true" } else { "false" }} {onclick} title={line.field.clone()}>
                            <span class="tree-arrow" aria-hidden="true">
                                if let Some(open) = expanded {
                                    { icon(if open { IconName::ChevronDown } else { IconName::ChevronRight }) }
                                }
                            </span>
                            <span class="tree-name">{ field(words, &line.field, line.depth == 0) }</span>
                            if !line.value.is_empty() {
                                <span class="tree-value">{ line.value.clone() }</span>
                            }
                        </li>
                    }
                }) }
            </ul>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(depth: u8, field: &str, start: u32, length: u32) -> Line {
        Line { depth, field: field.to_owned(), value: String::new(), term: None, start, length }
    }

    #[test]
    fn closed_lines_hide_what_is_below_and_nothing_else() {
        let lines = [
            line(0, "ipv4", 0, 20),
            line(1, "ip.flags", 6, 1),
            line(2, "ip.flags.df", 6, 1),
            line(0, "tcp", 20, 20),
        ];
        assert_eq!(shown(&lines, &|_| true), [0, 1, 2, 3]);
        assert_eq!(shown(&lines, &|line| line.field != "ipv4"), [0, 3]);
        assert_eq!(shown(&lines, &|line| line.field != "ip.flags"), [0, 1, 3]);
    }

    #[test]
    fn a_byte_belongs_to_the_smallest_field() {
        let lines = [
            line(0, "frame", 0, 60),
            line(0, "ipv4", 14, 20),
            line(1, "ip.src", 26, 4),
            line(1, "tcp.len", 34, 0),
        ];
        assert_eq!(line_of(&lines, (27, 28)), Some(2));
        assert_eq!(line_of(&lines, (14, 15)), Some(1));
        assert_eq!(line_of(&lines, (50, 51)), Some(0));
        assert_eq!(line_of(&lines, (70, 71)), None);
    }
}
