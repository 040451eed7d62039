//! One conversation followed over the instances.

use crate::{
    components::{Appearance, Button, FailureView, IconName},
    infra::{Shared, ask, format, task::use_task, words::use_words},
    panel::Session,
};
use wasm_core::{
    pcap::{
        follow::{Ends, Sighting},
        report::{ConversationReport, Report},
    },
    protocol::{FileRef, Listing},
};
use yew::prelude::*;

/// Properties for [`Sightings`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SightingsProps {
    pub ends: Ends,
    pub report: Shared<Report>,
    /// The sources' files, in the order of the report.
    pub files: Vec<FileRef>,
}

/// What every instance saw of a conversation, side by side.
#[component]
pub fn Sightings(props: &SightingsProps) -> Html {
    let words = use_words();
    let session = use_context::<Session>();
    let searching = use_task::<Report>();
    {
        let searching = searching.clone();
        use_effect_with(props.ends.to_string(), move |_| searching.reset());
    }
    let found = searching.last().map(|dated| dated.value.follow(&props.ends, true));
    let sightings = found.unwrap_or_else(|| props.report.follow(&props.ends, false));
    let uncertain = sightings.iter().any(|sighting| !sighting.certain);
    // A report lists the busiest conversations of each instance; the files know all of them.
    let search = session.filter(|_| uncertain && !props.files.is_empty()).map(|session| {
        let (searching, files, ends) = (searching.clone(), props.files.clone(), props.ends);
        let working = searching.working();
        let onclick = Callback::from(move |()| {
            let events = searching.progress_events();
            searching.run(ask::summarise(session.helper.clone(), files.clone(), Listing::Only(ends), events));
        });
        html! {
            <Button label={words.get("ui-sightings-search")} icon={IconName::Search} small=true disabled={working}
                appearance={Appearance::Secondary} {onclick} testid="sightings-search" />
        }
    });
    let first = sightings.iter().filter_map(Sighting::span).map(|(first, _)| first).reduce(f64::min);
    let seen: Vec<&ConversationReport> =
        sightings.iter().filter_map(|sighting| sighting.seen.as_ref()).collect();
    let most = |of: fn(&ConversationReport) -> u64| seen.iter().map(|item| of(item)).max().unwrap_or(0);
    let [there, back] = [most(|item| item.packets_a_to_b), most(|item| item.packets_b_to_a)];
    let carried = |count: u64, most: u64, bytes: u64| {
        html! {
            <td class="number">
                { format::number(words.0, count) }
                <br /><span class="caption">{ format::bytes(words.0, bytes) }</span>
                if let Some(lacking) = most.checked_sub(count).filter(|lacking| *lacking > 0) {
                    <br /><span class="outlier">{ words.with("ui-sightings-fewer", [("count", format::number(words.0, lacking).into())]) }</span>
                }
            </td>
        }
    };
    let row = |sighting: &Sighting| {
        let name = html! { <th scope="row">{ sighting.name.clone() }</th> };
        let Some(item) = &sighting.seen else {
            let text =
                words.get(if sighting.certain { "ui-sightings-none" } else { "ui-sightings-unlisted" });
            return html! { <tr data-seen="false">{ name }<td colspan="6" class="caption">{ text }</td></tr> };
        };
        let after = |seconds: f64| format!("+{}", format::duration(words.0, seconds));
        let (begin, end) =
            sighting.span().zip(first).map_or_else(Default::default, |((begin, end), first)| {
                (after(begin - first), after(end - first))
            });
        let tcp = item.tcp.as_ref();
        html! {
            <tr data-seen="true" data-packets={(item.packets_a_to_b + item.packets_b_to_a).to_string()}>
                { name }
                { carried(item.packets_a_to_b, there, item.bytes_a_to_b) }
                { carried(item.packets_b_to_a, back, item.bytes_b_to_a) }
                <td class="number">{ tcp.map_or_else(|| "–".to_owned(), |tcp| format::number(words.0, tcp.retransmissions)) }</td>
                <td class="number">
                    { tcp.and_then(|tcp| tcp.initial_rtt_seconds).map_or_else(|| "–".to_owned(), |rtt| format::duration(words.0, rtt)) }
                </td>
                <td class="number">{ begin }</td>
                <td class="number">{ end }</td>
            </tr>
        }
    };
    let heads: [&str; 6] = [
        "ui-sightings-there",
        "ui-sightings-back",
        "ui-retransmissions",
        "ui-rtt",
        "ui-sightings-first",
        "ui-sightings-last",
    ];
    html! {
        <div class="stack-small" data-testid="sightings">
            <h3>{ words.get("ui-sightings") }</h3>
            <p class="caption">{ words.get("ui-sightings-help") }</p>
            <div class="table-scroll" tabindex="0" role="group" aria-label={words.get("ui-sightings")}>
                <table class="table">
                    <caption class="visually-hidden">{ words.get("ui-sightings") }</caption>
                    <thead><tr>
                        <th scope="col">{ words.get("ui-sightings-instance") }</th>
                        { for heads.iter().map(|label| html! {
                            <th scope="col" class="number">{ words.get(label) }</th>
                        }) }
                    </tr></thead>
                    <tbody>{ for sightings.iter().map(row) }</tbody>
                </table>
            </div>
            if searching.working() {
                <p class="caption" role="status">{ words.get("ui-summarising") }</p>
            }
            { search.unwrap_or_default() }
            if let Some(failure) = searching.failure() {
                <FailureView failure={failure.clone()} testid="sightings" />
            }
        </div>
    }
}
