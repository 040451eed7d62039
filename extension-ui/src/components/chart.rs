use super::Disclosure;
use crate::infra::{format, words::use_words};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, HtmlInputElement, PointerEvent, ResizeObserver};
use yew::prelude::*;

/// One line of a [`TimeChart`]: a value for each bucket.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub name: AttrValue,
    pub values: Vec<f64>,
}

/// A half-open range of buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub from: usize,
    pub to: usize,
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
/// Of each series' lane where there are several: side by side on one scale, no colour is needed to tell them apart.
const LANE: f64 = 46.0;
const LEFT: f64 = 4.0;
const BOTTOM: f64 = 18.0;
const TOP: f64 = 16.0;
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
    let width = use_width(&svg);
    let hover = use_state_eq(|| None::<usize>);
    let drag = use_state_eq(|| None::<usize>);
    let buckets = props.series.iter().map(|series| series.values.len()).max().unwrap_or(0);
    let peak = props.series.iter().flat_map(|series| &series.values).copied().fold(0.0, f64::max);
    let lane = if props.series.len() > 1 { LANE } else { props.height - TOP - BOTTOM };
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
        Callback::from(move |event: PointerEvent| {
            if event.button() == 0 {
                drag.set(Some(at(&event)));
                let target: Element = event.target_unchecked_into();
                // Without capture the drag ends at the edge: a lesser comfort.
                let _captured = target.set_pointer_capture(event.pointer_id());
            }
        })
    };
    let onpointermove = {
        let (drag, hover, at, onrange) = (drag.clone(), hover.clone(), at.clone(), props.onrange.clone());
        Callback::from(move |event: PointerEvent| {
            let now = at(&event);
            hover.set(Some(now));
            if let Some(from) = drag.filter(|from| *from != now) {
                onrange.emit(Some(Range { from: from.min(now), to: from.max(now) + 1 }));
            }
        })
    };
    let onpointerup = {
        let (drag, at, onrange) = (drag.clone(), at, props.onrange.clone());
        Callback::from(move |event: PointerEvent| {
            // A click without a drag takes the range away.
            if drag.is_some_and(|from| from == at(&event)) {
                onrange.emit(None);
            }
            drag.set(None);
        })
    };
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
                {onpointerdown} {onpointermove} {onpointerup} {onpointerleave}>
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
                            <text class="chart-lane" x={(width - LEFT).to_string()} y={(plot.y(at, peak) + 11.0).to_string()}
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

/// Where a bucket and a value lie.
#[derive(Clone, Copy)]
struct Plot {
    width: f64,
    buckets: usize,
    peak: f64,
    /// Height of a lane.
    lane: f64,
    lanes: usize,
}

impl Plot {
    fn height(&self) -> f64 {
        self.base() + BOTTOM
    }

    /// The lowest lane's zero.
    fn base(&self) -> f64 {
        TOP + self.lane * self.lanes as f64
    }

    fn x(&self, bucket: usize) -> f64 {
        LEFT + (self.width - 2.0 * LEFT) * bucket as f64 / self.buckets.max(1) as f64
    }

    fn middle(&self, bucket: usize) -> f64 {
        (self.x(bucket) + self.x(bucket + 1)) / 2.0
    }

    fn y(&self, lane: usize, value: f64) -> f64 {
        let share = if self.peak > 0.0 { value / self.peak } else { 0.0 };
        // A little air between the lanes.
        TOP + self.lane * (lane + 1) as f64 - (self.lane - 4.0) * share
    }

    fn bucket(&self, x: f64) -> usize {
        let share = (x - LEFT) / (self.width - 2.0 * LEFT).max(1.0);
        ((share * self.buckets as f64).max(0.0) as usize).min(self.buckets.saturating_sub(1))
    }

    fn line(&self, lane: usize, values: &[f64]) -> String {
        let mut path = String::new();
        for (at, value) in values.iter().enumerate() {
            let command = if at == 0 { 'M' } else { 'L' };
            path.push_str(&format!("{command}{:.1} {:.1}", self.middle(at), self.y(lane, *value)));
        }
        path
    }

    fn area(&self, lane: usize, values: &[f64]) -> String {
        if values.is_empty() {
            return String::new();
        }
        let base = self.y(lane, 0.0);
        let (first, last) = (self.middle(0), self.middle(values.len() - 1));
        format!("{}L{last:.1} {base:.1}L{first:.1} {base:.1}Z", self.line(lane, values))
    }

    fn grid(&self, lane: usize) -> Html {
        let y = self.y(lane, 0.0).to_string();
        html! { <line class="chart-grid" x1={LEFT.to_string()} x2={(self.width - LEFT).to_string()} y1={y.clone()} y2={y} /> }
    }
}

/// Properties for [`RangeInputs`].
#[derive(Clone, Debug, PartialEq, Properties)]
struct RangeInputsProps {
    range: Option<Range>,
    buckets: usize,
    onrange: Callback<Option<Range>>,
    testid: AttrValue,
    from_text: String,
    to_text: String,
}

/// The keyboard's way to the range.
#[component]
fn RangeInputs(props: &RangeInputsProps) -> Html {
    let words = use_words();
    let whole = Range { from: 0, to: props.buckets };
    let range = props.range.unwrap_or(whole);
    let emit = {
        let onrange = props.onrange.clone();
        move |next: Range| onrange.emit((next != whole).then_some(next))
    };
    let read = |event: &InputEvent| {
        event.target_unchecked_into::<HtmlInputElement>().value_as_number().max(0.0) as usize
    };
    let from = {
        let emit = emit.clone();
        move |event: InputEvent| {
            emit(Range { from: read(&event).min(range.to.saturating_sub(1)), to: range.to })
        }
    };
    let to = move |event: InputEvent| emit(Range { from: range.from, to: read(&event).max(range.from + 1) });
    let onclear = props.onrange.reform(|_: MouseEvent| None);
    html! {
        if props.buckets > 1 {
            <div class="chart-ranges">
                <input type="range" min="0" max={props.buckets.to_string()} value={range.from.to_string()} oninput={from}
                    aria-label={words.get("ui-chart-from")} aria-valuetext={props.from_text.clone()}
                    data-testid={format!("{}-from", props.testid)} />
                <input type="range" min="0" max={props.buckets.to_string()} value={range.to.to_string()} oninput={to}
                    aria-label={words.get("ui-chart-to")} aria-valuetext={props.to_text.clone()}
                    data-testid={format!("{}-to", props.testid)} />
                if props.range.is_some() {
                    <p class="chart-chosen">
                        { words.with("ui-chart-chosen", [("from", props.from_text.as_str().into()), ("to", props.to_text.as_str().into())]) }
                        <button type="button" class="link" onclick={onclear} data-testid={format!("{}-clear", props.testid)}>
                            { words.get("ui-chart-whole") }
                        </button>
                    </p>
                }
            </div>
        }
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

/// The width of an element, CSS pixels, as it changes.
#[hook]
pub fn use_width(node: &NodeRef) -> f64 {
    let width = use_state_eq(|| 360.0);
    let (node, setter) = (node.clone(), width.setter());
    use_effect_with((), move |()| {
        let watched = node.cast::<Element>().and_then(|element| {
            let target = element.clone();
            let measure = Closure::<dyn Fn()>::new(move || {
                let measured = target.get_bounding_client_rect().width();
                if measured > 0.0 {
                    setter.set(measured);
                }
            });
            let observer = ResizeObserver::new(measure.as_ref().unchecked_ref()).ok()?;
            observer.observe(&element);
            Some((observer, measure))
        });
        move || {
            if let Some((observer, _measure)) = watched {
                observer.disconnect();
            }
        }
    });
    *width
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_finds_the_bucket_under_it() {
        let plot = Plot { width: 408.0, buckets: 100, peak: 10.0, lane: LANE, lanes: 1 };
        assert_eq!(plot.bucket(-20.0), 0);
        assert_eq!(plot.bucket(LEFT), 0);
        assert_eq!(plot.bucket(plot.middle(42)), 42);
        assert_eq!(plot.bucket(5_000.0), 99);
        assert_eq!(Plot { buckets: 0, ..plot }.bucket(3.0), 0);
    }

    #[test]
    fn each_lane_has_its_own_zero_and_none_reaches_into_another() {
        let plot = Plot { width: 100.0, buckets: 4, peak: 8.0, lane: LANE, lanes: 3 };
        assert_eq!(plot.y(2, 0.0), plot.base());
        for lane in 0..3 {
            assert!(plot.y(lane, 8.0) > TOP + LANE * lane as f64);
        }
        assert_eq!(Plot { peak: 0.0, ..plot }.y(0, 0.0), TOP + LANE, "a silent line lies on its base");
    }
}
