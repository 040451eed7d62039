use super::{filter_notes::notes, filter_row::FilterRow};
use crate::{
    components::{Appearance, Button, FieldNotes, IconName},
    infra::words::use_words,
};
use std::rc::Rc;
use wasm_core::filter::{FilterCheck, FilterInput};
use yew::prelude::*;

/// Properties for [`FilterRows`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct FilterRowsProps {
    pub filters: Vec<FilterInput>,
    pub check: Rc<FilterCheck>,
    pub onchange: Callback<Vec<FilterInput>>,
    pub onenter: Callback<()>,
}

/// The filters, each judged while one types.
#[component]
pub fn FilterRows(props: &FilterRowsProps) -> Html {
    let words = use_words();
    let add = {
        let (onchange, filters) = (props.onchange.clone(), props.filters.clone());
        Callback::from(move |()| {
            let mut next = filters.clone();
            next.push(FilterInput { protocol: "TCP".to_owned(), ..FilterInput::default() });
            onchange.emit(next);
        })
    };
    let whole: Vec<_> = notes(props, |problem| problem.filter.is_none());
    html! {
        <div class="stack" role="group" aria-label={words.get("ui-filters")}>
            { for (0..props.filters.len()).map(|index| html! {
                <FilterRow key={index} {index} all={props.clone()} />
            }) }
            <FieldNotes id="filters-notes" notes={whole} />
            <div><Button label={words.get("ui-filter-add")} icon={IconName::Add} small=true appearance={Appearance::Subtle} class="outdent"
                onclick={add} testid="filter-add" /></div>
        </div>
    }
}
