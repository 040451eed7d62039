//! An opened capture: filter, time, packets, and the chosen packet's layers and bytes.

use super::{
    columns::TimeForm,
    count::Count,
    export::ExportDialog,
    filter_bar::FilterBar,
    follow::FollowDialog,
    go_to::GoTo,
    header::Header,
    hex::Hex,
    keys::Keys,
    layer_tree::LayerTree,
    packet_list::PacketList,
    progress::Progress,
    row_cache::BLOCK,
    shortcuts::ViewerShortcuts,
    span_chart::SpanChart,
    state::{Action, List, Opened, Work},
    summary::SummaryDrawer,
};
use crate::{
    components::{Button, Choice, Select},
    infra::{Shared, use_steady, words::use_words},
};
use gloo::events::EventListener;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_core::pcap::session::{Ask, ExportForm, Keep, Span};
use yew::prelude::*;

/// Wishes for rows under way at once: what has scrolled by meanwhile is not asked for.
const ROWS_UNDER_WAY: usize = 2;

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
    let engine = opened.engine.clone();
    let dispatch = props.dispatch.clone();
    let filter = use_state_eq(|| props.first_filter.clone().unwrap_or_default());
    let form = use_state_eq(TimeForm::default);
    let drawer = use_state_eq(|| false);
    let covering = use_state_eq(|| None::<Covering>);
    // No state: scrolling draws the list alone.
    let view = use_mut_ref(|| (0_u64, 0_u64));
    let tree_focus = use_state_eq(|| 0_u32);

    let list = {
        let (engine, dispatch) = (engine.clone(), dispatch.clone());
        move |filter: String, span: Option<Span>| {
            // The bar lets nothing through that is no filter.
            let Ok(keep) = filter.parse::<Keep>() else { return };
            let id = engine.id();
            engine.ask(&Ask::List { id, keep, span });
            dispatch.emit(Action::List(List {
                id,
                filter,
                span,
                count: 0,
                progress: Some((0, 1)),
                report: None,
            }));
        }
    };
    let apply = {
        let (list, span, filter) = (list.clone(), opened.list.span, filter.clone());
        Callback::from(move |text: String| {
            filter.set(text.clone().into());
            list(text, span);
        })
    };
    {
        let (apply, first) = (apply.clone(), props.first_filter.clone());
        use_effect_with((), move |()| {
            if let Some(first) = first.filter(|first| !first.is_empty()) {
                apply.emit(first.to_string());
            }
        });
    }
    let onspan = {
        let (list, text) = (list.clone(), opened.list.filter.clone());
        use_steady(Callback::from(move |span: Option<Span>| list(text.clone(), span)))
    };
    // Rows in view that are not there are asked for, few at a time.
    let version = rows_version(opened);
    let fetch = {
        let (opened, engine, dispatch, view) =
            (opened.clone(), engine.clone(), dispatch.clone(), view.clone());
        Callback::from(move |()| {
            let under_way = |first| opened.pending.values().any(|asked| *asked == first);
            if opened.pending.len() < ROWS_UNDER_WAY
                && let Some(first) = opened.rows.missing(*view.borrow(), opened.list.count, under_way)
            {
                let id = engine.id();
                engine.ask(&Ask::Rows { id, first, count: BLOCK as u32 });
                dispatch.emit(Action::Pending(id, first));
            }
        })
    };
    {
        let fetch = fetch.clone();
        use_effect_with((version, opened.list.count, opened.pending.len()), move |_| fetch.emit(()));
    }
    let onview = use_steady(Callback::from(move |to: (u64, u64)| {
        *view.borrow_mut() = to;
        fetch.emit(());
    }));
    // The chosen packet is taken apart when its row is known.
    let chosen_number = opened.chosen.row.and_then(|row| opened.rows.get(row)).map(|row| row.number);
    {
        let (engine, dispatch) = (engine.clone(), dispatch.clone());
        let shown = opened.chosen.detail.as_ref().map(|detail| detail.row.number);
        use_effect_with(chosen_number, move |number| {
            if let Some(number) = number.filter(|number| Some(*number) != shown) {
                let id = engine.id();
                engine.ask(&Ask::Packet { id, number });
                dispatch.emit(Action::Asked(id));
            }
        });
    }
    let select = use_steady(dispatch.reform(|row| Action::Choose { row, reveal: false }));
    let onbytes = use_steady(dispatch.reform(Action::Bytes));
    let go = {
        let engine = engine.clone();
        Callback::from(move |number: u64| engine.ask(&Ask::Locate { id: engine.id(), number }))
    };
    let follow = {
        let (engine, dispatch) = (engine.clone(), dispatch.clone());
        let number = opened.chosen.detail.as_ref().map(|detail| detail.row.number);
        Callback::from(move |()| {
            if let Some(number) = number {
                let id = engine.id();
                engine.ask(&Ask::Follow { id, number });
                dispatch.emit(Action::Work(Some(Work::Following { id })));
            }
        })
    };
    let export = {
        let (engine, dispatch) = (engine.clone(), dispatch.clone());
        Callback::from(move |form: ExportForm| {
            let id = engine.id();
            engine.ask(&Ask::Export { id, form });
            dispatch.emit(Action::Work(Some(Work::Exporting { id, done: 0, total: 1 })));
        })
    };
    let stop_work = {
        let (engine, dispatch, work) = (engine.clone(), dispatch.clone(), opened.work.clone());
        Callback::from(move |()| {
            if let Some(Work::Following { id } | Work::Exporting { id, .. }) = work {
                engine.ask(&Ask::Cancel { id: Some(id) });
            }
            dispatch.emit(Action::Work(None));
        })
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
    {
        let keys = Keys {
            covered: covering.is_some()
                || matches!(
                    opened.work,
                    Some(Work::Following { .. } | Work::Followed(_) | Work::NotFollowed)
                ),
            go: cover(Covering::GoTo),
            export: cover(Covering::Export),
            help: cover(Covering::Shortcuts),
            follow: follow.clone(),
            summary: toggle_drawer.clone(),
            pick: props.onpick.clone(),
            step: {
                let (dispatch, row, last) =
                    (dispatch.clone(), opened.chosen.row, opened.list.count.saturating_sub(1));
                Callback::from(move |by: i64| {
                    let row = row.map_or(0, |row| row.saturating_add_signed(by).min(last));
                    dispatch.emit(Action::Choose { row, reveal: true });
                })
            },
        };
        use_effect(move || {
            let listener = web_sys::window().map(|window| {
                let options = gloo::events::EventListenerOptions::enable_prevent_default();
                EventListener::new_with_options(&window, "keydown", options, move |event| {
                    if let Some(event) = event.dyn_ref::<web_sys::KeyboardEvent>() {
                        keys.press(event);
                    }
                })
            });
            move || drop(listener)
        });
    }

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
    let rows = Shared::from(use_memo(version, |_| opened.rows.clone()));
    let onenter = {
        let focus = tree_focus.clone();
        use_steady(Callback::from(move |()| focus.set(*focus + 1)))
    };
    html! {
        <div class="workbench">
            <Header opened={opened.clone()} onpick={props.onpick.clone()} onsummary={toggle_drawer} summary={*drawer}
                onexport={cover(Covering::Export)} onhelp={cover(Covering::Shortcuts)} onclose={props.onclose.clone()} />
            <Progress opened={opened.clone()} {engine} onstop={stop_work.clone()} />
            <div class="bench">
                <main class="bench-main">
                    <FilterBar text={(*filter).clone()} ontext={let filter = filter.clone(); move |text: String| filter.set(text.into())}
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
                <FollowDialog work={work.clone()} onclose={stop_work.clone()}
                    onfilter={let stop = stop_work.clone(); move |text| { stop.emit(()); apply.emit(text); }}
                    onpacket={let stop = stop_work; move |number| { stop.emit(()); go.emit(number); }} />
            }
        </div>
    }
}

/// A number that changes whenever rows come or go.
fn rows_version(opened: &Opened) -> u64 {
    opened.rows.version() ^ u64::from(opened.list.id) << 48
}
