//! An opened capture: filter, time, packets, and the chosen packet's layers and bytes.

use super::{
    chosen_packet::use_chosen_packet,
    columns::TimeForm,
    count::Count,
    export::ExportDialog,
    filter_bar::FilterBar,
    follow::FollowDialog,
    go_to::GoTo,
    header::Header,
    hex::Hex,
    keys::{Keys, use_keys},
    layer_tree::LayerTree,
    listing::{Listing, use_listing},
    packet_list::PacketList,
    progress::Progress,
    rows_in_view::use_rows_in_view,
    shortcuts::ViewerShortcuts,
    span_chart::SpanChart,
    state::{Action, Opened, Work},
    summary::SummaryDrawer,
    work::Works,
};
use crate::{
    components::{Button, Choice, Select},
    infra::{use_steady, words::use_words},
};
use std::rc::Rc;
use wasm_core::pcap::session::Ask;
use yew::prelude::*;

/// What covers the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Covering {
    GoTo,
    Export,
    Shortcuts,
}

/// Properties for [`Workbench`].
#[derive(Clone, Debug, Properties)]
pub struct WorkbenchProps {
    pub opened: Rc<Opened>,
    pub dispatch: Callback<Action>,
    /// In the filter bar from the beginning.
    pub first_filter: Option<AttrValue>,
    pub onpick: Callback<()>,
    pub onclose: Callback<()>,
}

impl PartialEq for WorkbenchProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.opened, &other.opened)
    }
}

/// The viewer with a capture in it.
#[component]
pub fn Workbench(props: &WorkbenchProps) -> Html {
    let words = use_words();
    let opened = &props.opened;
    let dispatch = props.dispatch.clone();
    let form = use_state_eq(TimeForm::default);
    let drawer = use_state_eq(|| false);
    let covering = use_state_eq(|| None::<Covering>);
    let tree_focus = use_state_eq(|| 0_u32);
    let Listing { typed, apply, onspan } = use_listing(opened, &dispatch, props.first_filter.clone());
    let (rows, onview) = use_rows_in_view(opened, &dispatch);
    use_chosen_packet(opened, &dispatch);
    let Works { follow, export, stop } = Works::of(opened, &dispatch);
    let select = use_steady(dispatch.reform(|row| Action::Choose { row, reveal: false }));
    let onbytes = use_steady(dispatch.reform(Action::Bytes));
    let go = {
        let engine = opened.engine.clone();
        Callback::from(move |number: u64| engine.ask(&Ask::Locate { id: engine.id(), number }))
    };
    let cover = {
        let covering = covering.clone();
        move |what: Covering| {
            let covering = covering.clone();
            Callback::from(move |()| covering.set(Some(what)))
        }
    };
    let uncover = {
        let covering = covering.clone();
        Callback::from(move |()| covering.set(None))
    };
    let toggle_drawer = {
        let drawer = drawer.clone();
        Callback::from(move |()| drawer.set(!*drawer))
    };
    use_keys(Keys {
        covered: covering.is_some()
            || matches!(opened.work, Some(Work::Following { .. } | Work::Followed(_) | Work::NotFollowed)),
        go: cover(Covering::GoTo),
        export: cover(Covering::Export),
        help: cover(Covering::Shortcuts),
        follow: follow.clone(),
        summary: toggle_drawer.clone(),
        pick: props.onpick.clone(),
        step: {
            let (row, last) = (opened.chosen.row, opened.list.count.saturating_sub(1));
            dispatch.reform(move |by: i64| {
                let row = row.map_or(0, |row| row.saturating_add_signed(by).min(last));
                Action::Choose { row, reveal: true }
            })
        },
    });
    let onpackets = {
        let (apply, drawer) = (apply.clone(), drawer.clone());
        Callback::from(move |text: String| {
            apply.emit(text);
            // The drawer would hide the packets where there is little room.
            if web_sys::window()
                .and_then(|window| window.inner_width().ok()?.as_f64())
                .is_some_and(|width| width < 1100.0)
            {
                drawer.set(false);
            }
        })
    };
    let onenter = {
        let focus = tree_focus.clone();
        use_steady(Callback::from(move |()| focus.set(*focus + 1)))
    };
    html! {
        <div class="workbench">
            <Header opened={opened.clone()} onpick={props.onpick.clone()} onsummary={toggle_drawer} summary={*drawer}
                onexport={cover(Covering::Export)} onhelp={cover(Covering::Shortcuts)} onclose={props.onclose.clone()} />
            <Progress opened={opened.clone()} engine={opened.engine.clone()} onstop={stop.clone()} />
            <div class="bench">
                <main class="bench-main">
                    <FilterBar text={(*typed).clone()} ontext={move |text: String| typed.set(text.into())}
                        applied={opened.list.filter.clone()} onapply={apply.clone()}>
                        <span class="time-form">
                            <Select id="time-form" value={form.name()} testid="time-form" label={words.get("viewer-time-form")}
                                choices={TimeForm::ALL.map(|form| Choice::new(form.name(), words.get(&format!("viewer-time-{}", form.name())))).to_vec()}
                                onchange={let form = form.clone(); move |name: String| {
                                    if let Some(to) = TimeForm::from_name(&name) {
                                        form.set(to);
                                    }
                                }} />
                        </span>
                    </FilterBar>
                    if let Some(timeline) = &opened.timeline {
                        <SpanChart timeline={timeline.clone()} span={opened.list.span} {onspan} />
                    }
                    <div class="list-line">
                        <Count opened={opened.clone()} />
                        <Button label={words.get("viewer-follow")} small=true disabled={opened.chosen.detail.is_none()}
                            onclick={follow} testid="follow-open" />
                    </div>
                    <PacketList {rows} count={opened.list.count} start={opened.start} form={*form} selected={opened.chosen.row}
                        reveal={opened.reveal} {onview} onselect={select} {onenter} />
                    <div class="panes">
                        if let Some(detail) = &opened.chosen.detail {
                            <LayerTree detail={detail.clone()} bytes={opened.chosen.bytes} onbytes={onbytes.clone()}
                                onfilter={apply.clone()} focus={*tree_focus} />
                            <Hex detail={detail.clone()} bytes={opened.chosen.bytes} {onbytes} />
                        } else {
                            <p class="panes-empty caption">{ words.get("viewer-choose") }</p>
                        }
                    </div>
                </main>
                if *drawer {
                    <SummaryDrawer report={opened.shown_report()} part={opened.list.report.is_some()} {onpackets}
                        onclose={let drawer = drawer.clone(); move |()| drawer.set(false)} />
                }
            </div>
            { match *covering {
                Some(Covering::GoTo) => html! { <GoTo packets={opened.packets} ongo={go.clone()} onclose={uncover} /> },
                Some(Covering::Export) => html! { <ExportDialog count={opened.list.count} onexport={export} onclose={uncover} /> },
                Some(Covering::Shortcuts) => html! { <ViewerShortcuts onclose={uncover} /> },
                None => html! {},
            } }
            if let Some(work @ (Work::Following { .. } | Work::Followed(_) | Work::NotFollowed)) = &opened.work {
                <FollowDialog work={work.clone()} onclose={stop.clone()}
                    onfilter={let stop = stop.clone(); move |text| { stop.emit(()); apply.emit(text); }}
                    onpacket={move |number| { stop.emit(()); go.emit(number); }} />
            }
        </div>
    }
}
