use super::{
    Disclosure, Range, RangeInputs,
    plot::{BOTTOM, LANE, LEFT, Plot, TOP},
};
use crate::infra::{format, use_drag, use_size, words::use_words};
use web_sys::{Element, PointerEvent};
use yew::prelude::*;

/// One line of a [`TimeChart`]: a value for each bucket.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub name: AttrValue,
    pub values: Vec<f64>,
}

/// Properties for [`TimeChart`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct TimeChartProps {
    pub title: AttrValue,
    /// One sentence that says what the picture shows.
    pub summary: AttrValue,
    /// All of the same length.
    pub series: Vec<Series>,
    /// Milliseconds since 1970 of the first bucket.
    pub start: f64,
    pub bucket_seconds: f64,
    /// A value in words.
    pub value: Callback<f64, String>,
    /// The chosen part; `None` is the whole.
    pub range: Option<Range>,
    pub onrange: Callback<Option<Range>>,
    pub testid: AttrValue,
    /// Of the picture where there is one series, CSS pixels.
    #[prop_or(HEIGHT)]
    pub height: f64,
}

const HEIGHT: f64 = 140.0;
/// Lines beyond this share the last colour.
const COLOURS: usize = 6;
/// Seconds; above, the time of day alone says too little.
const DAY: f64 = 86_400.0;
/// Rows of the table behind the picture; more buckets are summed.
const TABLE_ROWS: usize = 60;

/// Values over time: lines, a range to choose by pointer or keyboard, and the table behind it.
#[component]
pub fn TimeChart(props: &TimeChartProps) -> Html {
    let words = use_words();
    let svg = use_node_ref();
    let width = use_size(&svg, 360.0, |svg| svg.get_bounding_client_rect().width());
    let hover = use_state_eq(|| None::<usize>);
    let drag = use_drag::<usize>();
    let buckets = props.series.iter().map(|series| series.values.len()).max().unwrap_or(0);
    let peak = props.series.iter().flat_map(|series| &series.values).copied().fold(0.0, f64::max);
    let lane = if props.series.len() > 1 { LANE } else { props.height - BOTTOM };
    let plot = Plot { width, buckets, peak, lane, lanes: props.series.len().max(1) };

    let at = {
        let svg = svg.clone();
        move |event: &PointerEvent| {
            let left = svg.cast::<Element>().map_or(0.0, |svg| svg.get_bounding_client_rect().left());
            plot.bucket(f64::from(event.client_x()) - left)
        }
    };
    let onpointerdown = {
        let (drag, at) = (drag.clone(), at.clone());
        Callback::from(move |event: PointerEvent| drag.begin(&event, at(&event)))
    };
    let onpointermove = {
        let (drag, hover, at, onrange) = (drag.clone(), hover.clone(), at.clone(), props.onrange.clone());
        Callback::from(move |event: PointerEvent| {
            let now = at(&event);
            hover.set(Some(now));
            if let Some(from) = drag.known().filter(|from| *from != now) {
                onrange.emit(Some(Range { from: from.min(now), to: from.max(now) + 1 }));
            }
        })
    };
    let onpointerup = {
        let (drag, at, onrange) = (drag.clone(), at, props.onrange.clone());
        Callback::from(move |event: PointerEvent| {
            // A click without a drag takes the range away.
            if drag.end().is_some_and(|from| from == at(&event)) {
                onrange.emit(None);
            }
        })
    };
    let onpointercancel = Callback::from(move |_: PointerEvent| {
        drag.end();
    });
    let onpointerleave = {
        let hover = hover.clone();
        Callback::from(move |_: PointerEvent| hover.set(None))
    };

    let moment = |bucket: usize| {
        let at = props.start + bucket as f64 * props.bucket_seconds * 1000.0;
        if buckets as f64 * props.bucket_seconds > DAY {
            format::time(words.0, at)
        } else {
            format::time_of_day(words.0, at)
        }
    };
    let shown = hover.map(|bucket| {
        let values = props.series.iter().map(|series| {
            let value = props.value.emit(series.values.get(bucket).copied().unwrap_or(0.0));
            if props.series.len() > 1 { format!("{}: {value}", series.name) } else { value }
        });
        format!("{} · {}", moment(bucket), values.collect::<Vec<_>>().join(" · "))
    });

    html! {
        <figure class="chart" data-testid={props.testid.clone()}>
            <figcaption>
                <span class="chart-title">{ props.title.clone() }</span>
                <span class="chart-reading">{ shown.unwrap_or_else(|| props.summary.to_string()) }</span>
            </figcaption>
            <svg ref={svg} class="chart-plot" height={plot.height().to_string()} width="100%" role="img"
                aria-label={format!("{}: {}", props.title, props.summary)}
                {onpointerdown} {onpointermove} {onpointerup} {onpointercancel} {onpointerleave}>
                if let Some(range) = props.range {
                    <rect class="chart-range" x={plot.x(range.from).to_string()} y={TOP.to_string()}
                        width={(plot.x(range.to) - plot.x(range.from)).max(1.0).to_string()}
                        height={(plot.base() - TOP).to_string()} />
                }
                <text class="chart-tick" x={LEFT.to_string()} y={(TOP - 4.0).to_string()}>{ props.value.emit(peak) }</text>
                { for props.series.iter().enumerate().map(|(at, series)| html! {
                    <g class={format!("series series-{}", at.min(COLOURS - 1))}>
                        { plot.grid(at) }
                        <path class="series-area" d={plot.area(at, &series.values)} />
                        <path class="series-line" d={plot.line(at, &series.values)} fill="none" />
                        if props.series.len() > 1 {
                            <text class="chart-lane" x={(width - LEFT).to_string()} y={(plot.top(at) + TOP - 4.0).to_string()}
                                text-anchor="end">{ series.name.clone() }</text>
                        }
                    </g>
                }) }
                if let Some(bucket) = *hover {
                    <line class="chart-cursor" x1={plot.middle(bucket).to_string()} x2={plot.middle(bucket).to_string()}
                        y1={TOP.to_string()} y2={plot.base().to_string()} />
                }
                <text class="chart-tick" x={LEFT.to_string()} y={(plot.height() - 4.0).to_string()}>{ moment(0) }</text>
                <text class="chart-tick" x={(width - LEFT).to_string()} y={(plot.height() - 4.0).to_string()} text-anchor="end">
                    { moment(buckets) }
                </text>
            </svg>
            <RangeInputs range={props.range} {buckets} onrange={props.onrange.clone()} testid={props.testid.clone()}
                from_text={props.range.map(|range| moment(range.from)).unwrap_or_default()}
                to_text={props.range.map(|range| moment(range.to)).unwrap_or_default()} />
            <Disclosure summary={words.get("ui-chart-table")} testid={format!("{}-table", props.testid)}>
                { table(props, buckets, &moment) }
            </Disclosure>
        </figure>
    }
}

fn table(props: &TimeChartProps, buckets: usize, moment: &dyn Fn(usize) -> String) -> Html {
    let step = buckets.div_ceil(TABLE_ROWS).max(1);
    html! {
        <div class="table-scroll" tabindex="0" role="group" aria-label={props.title.clone()}>
            <table class="table">
                <caption class="visually-hidden">{ props.title.clone() }</caption>
                <thead><tr>
                    <th scope="col">{ moment(0).is_empty().then_some("#") }</th>
                    { for props.series.iter().map(|series| html! { <th scope="col" class="number">{ series.name.clone() }</th> }) }
                </tr></thead>
                <tbody>
                    { for (0..buckets).step_by(step).map(|from| html! {
                        <tr>
                            <th scope="row">{ moment(from) }</th>
                            { for props.series.iter().map(|series| {
                                let slice = series.values.get(from..(from + step).min(series.values.len())).unwrap_or_default();
                                // Values are rates: a row of several buckets shows their mean.
                                let mean = slice.iter().sum::<f64>() / slice.len().max(1) as f64;
                                html! { <td class="number">{ props.value.emit(mean) }</td> }
                            }) }
                        </tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}
