//! Instances side by side: which one is different?
//!
//! A figure of an instance is odd when it lies more than [`DEVIATIONS`] robust standard deviations (1.4826 times
//! the median of the absolute deviations from the median, Rousseeuw and Croux 1993) above the median of all, and
//! at least [`FACTOR`] times the others' median. A median is not moved by the odd ones themselves.

use std::collections::BTreeMap;

use serde_json::json;

use crate::words::Language;

use super::findings::Finding;
use super::report::{FindingReport, Report, SCHEMA, Severity, SourceReport, SummaryReport};

/// Instances needed for a comparison.
const INSTANCES: usize = 3;
const DEVIATIONS: f64 = 5.0;
const FACTOR: f64 = 3.0;
/// The median absolute deviation of a normal distribution times this is its standard deviation.
const CONSISTENCY: f64 = 1.4826;

/// One figure of an instance: events of so many occasions.
#[derive(Debug, Clone, Copy, Default)]
struct Figure {
    events: u64,
    occasions: u64,
}

impl Figure {
    fn rate(self) -> f64 {
        if self.occasions == 0 { 0.0 } else { self.events as f64 / self.occasions as f64 }
    }
}

/// A figure by which instances are compared.
struct Measure {
    code: &'static str,
    severity: Severity,
    /// Fewer events are chance.
    least: u64,
    of: fn(&SummaryReport) -> Figure,
}

const MEASURES: [Measure; 5] = [
    Measure {
        code: "instance-retransmissions",
        severity: Severity::Error,
        least: 10,
        of: |s| Figure { events: s.tcp.retransmissions, occasions: packets(s, "tcp") },
    },
    Measure {
        code: "instance-unanswered",
        severity: Severity::Error,
        least: 3,
        of: |s| Figure { events: s.tcp.unanswered_syns, occasions: s.conversations.tcp },
    },
    Measure {
        code: "instance-refused",
        severity: Severity::Error,
        least: 3,
        of: |s| Figure { events: s.tcp.refused_syns, occasions: s.conversations.tcp },
    },
    Measure {
        code: "instance-resets",
        severity: Severity::Warning,
        least: 10,
        of: |s| Figure { events: s.tcp.resets, occasions: s.conversations.tcp },
    },
    Measure { code: "instance-dns-failures", severity: Severity::Error, least: 3, of: dns_failures },
];

fn packets(summary: &SummaryReport, layer: &str) -> u64 {
    summary.layers.get(layer).map_or(0, |layer| layer.packets)
}

fn dns_failures(summary: &SummaryReport) -> Figure {
    let answers: u64 = summary.dns.response_codes.values().sum();
    let good = summary.dns.response_codes.get("NOERROR").copied().unwrap_or(0);
    Figure { events: answers - good + summary.dns.unanswered, occasions: answers + summary.dns.unanswered }
}

impl Report {
    /// The whole answer: what sets an instance apart comes before the total's own findings.
    pub fn of(sources: Vec<SourceReport>, mut total: SummaryReport, language: Language) -> Self {
        let own = std::mem::take(&mut total.findings);
        total.findings = findings(&sources, language).into_iter().chain(own).collect();
        Self { schema: SCHEMA, sources, total }
    }
}

/// Compares the instances of a fleet; several sources of one instance count together. Nothing where fewer than
/// three instances are named.
pub fn findings(sources: &[SourceReport], language: Language) -> Vec<FindingReport> {
    let mut instances: BTreeMap<&str, Vec<&SummaryReport>> = BTreeMap::new();
    for source in sources {
        if let Some(instance) = &source.instance {
            instances.entry(instance).or_default().push(&source.summary);
        }
    }
    if instances.len() < INSTANCES {
        return Vec::new();
    }
    let mut found = Vec::new();
    for measure in &MEASURES {
        let figures: Vec<(&str, Figure)> = instances
            .iter()
            .map(|(instance, parts)| {
                let sum = parts.iter().map(|part| (measure.of)(part)).fold(Figure::default(), |sum, part| {
                    Figure { events: sum.events + part.events, occasions: sum.occasions + part.occasions }
                });
                (*instance, sum)
            })
            .collect();
        found.extend(odd(measure, &figures));
    }
    found.extend(quiet(&instances));
    found.into_iter().map(|finding| finding.report(language)).collect()
}

/// The instances whose figure stands out.
fn odd(measure: &Measure, figures: &[(&str, Figure)]) -> Vec<Finding> {
    let middle = median(figures.iter().map(|(_, figure)| figure.rate()));
    let spread = CONSISTENCY * median(figures.iter().map(|(_, figure)| (figure.rate() - middle).abs()));
    let stands_out = |figure: &Figure| {
        let rate = figure.rate();
        figure.events >= measure.least && rate > middle + DEVIATIONS * spread && rate >= FACTOR * middle
    };
    let mut found = Vec::new();
    for (at, (instance, figure)) in figures.iter().enumerate().filter(|(_, (_, figure))| stands_out(figure)) {
        let others = figures.iter().enumerate().filter(|(other, _)| *other != at);
        let usual = median(others.map(|(_, (_, figure))| figure.rate()));
        // 0 stands for "the others have none".
        let factor = if usual > 0.0 { (figure.rate() / usual).round() } else { 0.0 };
        let percent = (figure.rate() * 1000.0).round() / 10.0;
        let values = [
            ("instance", json!(instance)),
            ("factor", json!(factor)),
            ("count", json!(figure.events)),
            ("percent", json!(percent)),
        ];
        found.push(Finding::new(measure.code, measure.severity, &values));
    }
    found
}

/// Instances that see next to nothing while the others work: a tenth of the others' packets at most.
fn quiet(instances: &BTreeMap<&str, Vec<&SummaryReport>>) -> Vec<Finding> {
    const SHARE: f64 = 0.1;
    const USUAL: f64 = 100.0;
    let counts: Vec<(&str, u64)> =
        instances.iter().map(|(name, parts)| (*name, parts.iter().map(|part| part.packets).sum())).collect();
    let middle = median(counts.iter().map(|(_, count)| *count as f64));
    let few = |count: u64| middle >= USUAL && (count as f64) <= middle * SHARE;
    let quiet = counts.into_iter().filter(|(_, count)| few(*count));
    quiet
        .map(|(instance, count)| {
            let values =
                [("instance", json!(instance)), ("count", json!(count)), ("usual", json!(middle.round()))];
            Finding::new("instance-quiet", Severity::Warning, &values)
        })
        .collect()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => values[odd / 2],
        even => (values[even / 2 - 1] + values[even / 2]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(rates: &[(u64, u64)]) -> Vec<(&'static str, Figure)> {
        ["0", "1", "2", "3", "4"]
            .into_iter()
            .zip(rates)
            .map(|(name, &(events, occasions))| (name, Figure { events, occasions }))
            .collect()
    }

    #[test]
    fn the_odd_one_out_is_found_with_its_factor() {
        let found =
            odd(&MEASURES[0], &figures(&[(10, 1000), (11, 1000), (9, 1000), (140, 1000), (10, 1000)]));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].params["instance"], "3");
        assert_eq!(found[0].params["factor"], 14.0);
    }

    #[test]
    fn nobody_is_odd_among_equals_or_by_chance() {
        for rates in [
            [(10, 1000), (30, 1000), (20, 1000), (25, 1000), (12, 1000)],
            [(0, 1000), (0, 1000), (0, 1000), (9, 1000), (0, 1000)],
            [(50, 1000), (50, 1000), (50, 1000), (50, 1000), (50, 1000)],
        ] {
            assert_eq!(odd(&MEASURES[0], &figures(&rates)), []);
        }
    }

    #[test]
    fn where_the_others_have_none_the_factor_is_zero() {
        let found = odd(&MEASURES[0], &figures(&[(0, 1000), (0, 900), (40, 1000)]));
        assert_eq!(found[0].params["factor"], 0.0);
        assert_eq!(found[0].params["count"], 40);
    }
}
