//! The capture over time; a part can be chosen, and everything follows.

use crate::{
    components::{Range, Series, TimeChart},
    infra::{format, words::use_words},
};
use std::rc::Rc;
use wasm_core::pcap::{report::TimelineReport, session::Span};
use yew::prelude::*;

/// CSS pixels: the packets need the room.
const HEIGHT: f64 = 84.0;

/// Properties for [`SpanChart`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SpanChartProps {
    pub timeline: Rc<TimelineReport>,
    pub span: Option<Span>,
    pub onspan: Callback<Option<Span>>,
}

/// Bytes a second; dragging chooses a span.
#[component]
pub fn SpanChart(props: &SpanChartProps) -> Html {
    let words = use_words();
    let language = words.0;
    let timeline = &props.timeline;
    let width = timeline.bucket_seconds.max(1e-9);
    let values: Vec<f64> = timeline.bytes.iter().map(|bytes| *bytes as f64 / width).collect();
    let peak = values.iter().copied().fold(0.0, f64::max);
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    let summary = words.with(
        "viewer-timeline-summary",
        [
            ("peak", format::rate(language, peak as u64).into()),
            ("mean", format::rate(language, mean as u64).into()),
            ("bucket", format::duration(language, timeline.bucket_seconds).into()),
        ],
    );
    let range = props.span.and_then(|span| range_of(timeline, span));
    let onrange = {
        let timeline = timeline.clone();
        props.onspan.reform(move |range: Option<Range>| range.and_then(|range| span_of(&timeline, range)))
    };
    html! {
        <TimeChart title={words.get("viewer-timeline")} {summary}
            series={vec![Series { name: words.get("viewer-timeline"), values }]}
            start={format::parse_epoch(&timeline.start_epoch)} bucket_seconds={timeline.bucket_seconds}
            value={move |value: f64| format::rate(language, value as u64)} {range} {onrange} height={HEIGHT} testid="timeline" />
    }
}

/// Nanoseconds of `1700000000.123456789`.
fn nanos(epoch: &str) -> Option<i64> {
    let (sign, digits) = epoch.strip_prefix('-').map_or((1, epoch), |digits| (-1, digits));
    let (seconds, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = format!("{fraction:0<9}");
    let nanos = seconds.parse::<i128>().ok()? * 1_000_000_000 + fraction.get(..9)?.parse::<i128>().ok()?;
    i64::try_from(sign * nanos).ok()
}

fn bucket_nanos(timeline: &TimelineReport) -> i128 {
    ((timeline.bucket_seconds * 1e9).round() as i128).max(1)
}

fn span_of(timeline: &TimelineReport, range: Range) -> Option<Span> {
    let start = i128::from(nanos(&timeline.start_epoch)?);
    let at = |bucket: usize| start + bucket_nanos(timeline) * bucket as i128;
    let clamp = |nanos: i128| i64::try_from(nanos).unwrap_or(i64::MAX);
    Some((clamp(at(range.from)), clamp(at(range.to))))
}

fn range_of(timeline: &TimelineReport, span: Span) -> Option<Range> {
    let start = i128::from(nanos(&timeline.start_epoch)?);
    let bucket = |nanos: i64| ((i128::from(nanos) - start) / bucket_nanos(timeline)).max(0) as usize;
    let to = bucket(span.1).min(timeline.bytes.len());
    let from = bucket(span.0);
    (from < to).then_some(Range { from, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_ranges_are_the_same_in_other_units() {
        let timeline = TimelineReport {
            start_epoch: "1700000000.250000000".into(),
            bucket_seconds: 0.01,
            packets: vec![0; 50],
            bytes: vec![0; 50],
        };
        for range in [Range { from: 0, to: 1 }, Range { from: 7, to: 50 }, Range { from: 49, to: 50 }] {
            let span = span_of(&timeline, range).expect("a span");
            assert_eq!(range_of(&timeline, span), Some(range));
        }
        assert_eq!(
            span_of(&timeline, Range { from: 0, to: 1 }),
            Some((1_700_000_000_250_000_000, 1_700_000_000_260_000_000))
        );
        assert_eq!(nanos("-1.5"), Some(-1_500_000_000));
        assert_eq!(nanos("x"), None);
    }
}
