use crate::{
    components::{Range, Series, TimeChart},
    infra::{Shared, format, words::use_words},
};
use wasm_core::pcap::report::{Report, TimelineReport};
use yew::prelude::*;

/// More instances are drawn as their sum.
const LINES: usize = 6;

/// Properties for [`Timeline`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct TimelineProps {
    pub report: Shared<Report>,
    pub range: Option<Range>,
    pub onrange: Callback<Option<Range>>,
}

/// Bytes a second, instance by instance.
#[component]
pub fn Timeline(props: &TimelineProps) -> Html {
    let words = use_words();
    let series = use_memo((props.report.clone(), words), |(report, words)| {
        let Some(total) = &report.total.timeline else { return Vec::new() };
        let rate =
            |bytes: Vec<f64>| bytes.into_iter().map(|bytes| bytes / total.bucket_seconds.max(1e-9)).collect();
        if report.sources.len() < 2 || report.sources.len() > LINES {
            let bytes = total.bytes.iter().map(|bytes| *bytes as f64).collect();
            return vec![Series { name: words.get("ui-throughput"), values: rate(bytes) }];
        }
        let lines = report.sources.iter().map(|source| {
            let name = match &source.instance {
                Some(instance) => words.with("ui-instance", [("instance", instance.clone().into())]),
                None => source.path.clone().into(),
            };
            let bytes = source.summary.timeline.as_ref().map(|own| onto(own, total)).unwrap_or_default();
            Series { name, values: rate(bytes) }
        });
        lines.collect::<Vec<_>>()
    });
    let Some(total) = &props.report.total.timeline else { return html! {} };
    let peak = total.bytes.iter().copied().max().unwrap_or(0) as f64 / total.bucket_seconds.max(1e-9);
    let mean =
        total.bytes.iter().sum::<u64>() as f64 / (total.bytes.len() as f64 * total.bucket_seconds).max(1e-9);
    let summary = words.with(
        "ui-throughput-summary",
        [
            ("peak", format::rate(words.0, peak as u64).into()),
            ("mean", format::rate(words.0, mean as u64).into()),
            ("bucket", format::duration(words.0, total.bucket_seconds).into()),
        ],
    );
    let language = words.0;
    html! {
        <TimeChart title={words.get("ui-throughput")} {summary} series={(*series).clone()} start={format::parse_epoch(&total.start_epoch)}
            bucket_seconds={total.bucket_seconds} value={move |value: f64| format::rate(language, value as u64)}
            range={props.range} onrange={props.onrange.clone()} testid="timeline" />
    }
}

/// The bytes of `own` in the buckets of `total`, whose buckets are at least as long.
fn onto(own: &TimelineReport, total: &TimelineReport) -> Vec<f64> {
    let offset = (format::parse_epoch(&own.start_epoch) - format::parse_epoch(&total.start_epoch)) / 1_000.0;
    let mut bytes = vec![0.0; total.bytes.len()];
    for (at, amount) in own.bytes.iter().enumerate() {
        let middle = offset + (at as f64 + 0.5) * own.bucket_seconds;
        let bucket = (middle / total.bucket_seconds).max(0.0) as usize;
        if let Some(sum) = bytes.get_mut(bucket.min(total.bytes.len().saturating_sub(1))) {
            *sum += *amount as f64;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeline(start: &str, bucket: f64, bytes: &[u64]) -> TimelineReport {
        TimelineReport {
            start_epoch: start.to_owned(),
            bucket_seconds: bucket,
            packets: vec![0; bytes.len()],
            bytes: bytes.to_vec(),
        }
    }

    #[test]
    fn an_instances_bytes_fall_into_the_buckets_of_the_whole() {
        let total = timeline("1000.000000000", 2.0, &[0, 0, 0]);
        let own = timeline("1002.000000000", 1.0, &[5, 7, 11]);
        assert_eq!(onto(&own, &total), [0.0, 12.0, 11.0]);
        assert_eq!(onto(&own, &timeline("1000.0", 2.0, &[])), [0.0; 0]);
    }
}
