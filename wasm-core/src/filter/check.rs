use super::{
    CaptureFilter, CaptureFilters, FilterInput, Side, bpf, display_filter,
    field::{self, Fault, Parsed, ParsedProtocol},
    fix::{self, Fix},
    reading, relation,
};
use crate::words::{self, InWords, Language, Sentence};
use serde::{Deserialize, Serialize};
use std::{fmt, net::IpAddr, str::FromStr};

/// Faults told of one field; more say nothing new.
const MAX_FAULTS: usize = 20;
/// Problems told of a whole set.
const MAX_PROBLEMS: usize = 500;
/// Sets of more filters, or of more bytes of text, are judged filter by filter, without comparing filters and
/// without fixes: each fix carries the whole set.
const MAX_COMPARED: usize = 128;
const MAX_COMPARED_BYTES: usize = 64 * 1024;
/// Bytes of all fixes together. Each carries the whole set, so many faults in a large set would multiply.
const MAX_FIX_BYTES: usize = 2 * 1024 * 1024;

/// What is known beside the filters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckContext {
    /// Of the problems' texts.
    pub language: Language,
    /// The subnets of the captured instances, where known; empty where not.
    pub subnets: Vec<Subnet>,
}

/// An address range in CIDR notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subnet {
    first: IpAddr,
    last: IpAddr,
}

impl Subnet {
    pub(super) fn overlaps(&self, (first, last): (IpAddr, IpAddr)) -> bool {
        self.first.is_ipv4() == first.is_ipv4() && self.first <= last && first <= self.last
    }
}

/// A text that is no subnet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a subnet such as 10.0.0.0/24")]
pub struct NotSubnet(String);

impl InWords for NotSubnet {
    fn sentence(&self) -> Sentence {
        Sentence::new("filter-subnet").with("value", self.0.as_str())
    }
}

impl FromStr for Subnet {
    type Err = NotSubnet;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        field::address::network(text.trim())
            .map(|(first, last)| Self { first, last })
            .ok_or_else(|| NotSubnet(text.chars().take(60).collect()))
    }
}

/// The members of a filter, under Azure's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Field {
    #[serde(rename = "protocol")]
    Protocol,
    #[serde(rename = "localIPAddress")]
    LocalIpAddress,
    #[serde(rename = "localPort")]
    LocalPort,
    #[serde(rename = "remoteIPAddress")]
    RemoteIpAddress,
    #[serde(rename = "remotePort")]
    RemotePort,
}

impl Field {
    pub const ALL: [Self; 5] =
        [Self::Protocol, Self::LocalIpAddress, Self::LocalPort, Self::RemoteIpAddress, Self::RemotePort];

    pub fn name(self) -> &'static str {
        match self {
            Self::Protocol => "protocol",
            Self::LocalIpAddress => "localIPAddress",
            Self::LocalPort => "localPort",
            Self::RemoteIpAddress => "remoteIPAddress",
            Self::RemotePort => "remotePort",
        }
    }

    pub fn of(self, input: &FilterInput) -> &str {
        match self {
            Self::Protocol => &input.protocol,
            Self::LocalIpAddress => &input.local_ip_address,
            Self::LocalPort => &input.local_port,
            Self::RemoteIpAddress => &input.remote_ip_address,
            Self::RemotePort => &input.remote_port,
        }
    }

    pub fn of_mut(self, input: &mut FilterInput) -> &mut String {
        match self {
            Self::Protocol => &mut input.protocol,
            Self::LocalIpAddress => &mut input.local_ip_address,
            Self::LocalPort => &mut input.local_port,
            Self::RemoteIpAddress => &mut input.remote_ip_address,
            Self::RemotePort => &mut input.remote_port,
        }
    }
}

impl InWords for Field {
    fn sentence(&self) -> Sentence {
        Sentence::new(format!("filter-field-{self}"))
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Error: Azure refuses it or captures nothing without a word. Warning: Azure does not document what happens,
/// or it is seldom meant. Note: worth knowing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Note,
    Warning,
    Error,
}

/// One thing to say about a set of filters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Which filter; `null` for the set as a whole.
    pub filter: Option<usize>,
    /// Which member; `null` for the filter as a whole.
    pub field: Option<Field>,
    /// Place in characters of the field as given; `end` is excluded.
    pub start: usize,
    pub end: usize,
    /// Stable.
    pub code: String,
    pub severity: Severity,
    pub text: String,
    pub fixes: Vec<Fix>,
}

/// The whole set in plain words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub en: String,
    pub ja: String,
}

/// The judgement of a set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FilterCheck {
    /// Whether no problem is an error.
    pub ok: bool,
    /// The set, normalised; a filter with an error stands as given.
    pub filters: Vec<FilterInput>,
    pub problems: Vec<Problem>,
    pub reading: Reading,
    /// For tcpdump; `null` where a filter has an error, `""` where everything is kept. Local and remote are
    /// tried both ways, as a BPF expression cannot know the instance's addresses.
    pub bpf: Option<String>,
    /// The same for Wireshark.
    pub display_filter: Option<String>,
}

/// Judges a set of filters as Azure will take it.
pub fn check(inputs: &[FilterInput], context: &CheckContext) -> FilterCheck {
    let (parsed, problems) = parse(inputs, context);
    let ok = problems.iter().all(|problem| problem.severity != Severity::Error);
    let filters = inputs
        .iter()
        .zip(&parsed)
        .map(|(input, filter)| filter.as_ref().map_or_else(|| input.clone(), FilterInput::from))
        .collect();
    let set: Option<Vec<CaptureFilter>> = parsed.into_iter().collect();
    let (reading, bpf, display_filter) = match set.map(CaptureFilters::new) {
        Some(set) => {
            let reading = Reading {
                en: reading::reading(&set, Language::English),
                ja: reading::reading(&set, Language::Japanese),
            };
            (reading, Some(bpf::expression(&set)), Some(display_filter::expression(&set)))
        }
        None => {
            let unread = |language| words::plain(language, "filter-reading-unread");
            (Reading { en: unread(Language::English), ja: unread(Language::Japanese) }, None, None)
        }
    };
    FilterCheck { ok, filters, problems, reading, bpf, display_filter }
}

/// One filter, field by field.
pub(super) struct ParsedFilter {
    pub protocol: ParsedProtocol,
    pub local_addresses: Parsed<IpAddr>,
    pub local_ports: Parsed<u16>,
    pub remote_addresses: Parsed<IpAddr>,
    pub remote_ports: Parsed<u16>,
}

impl ParsedFilter {
    fn new(input: &FilterInput) -> Self {
        Self {
            protocol: field::parse_protocol(&input.protocol),
            local_addresses: field::parse(&input.local_ip_address),
            local_ports: field::parse(&input.local_port),
            remote_addresses: field::parse(&input.remote_ip_address),
            remote_ports: field::parse(&input.remote_port),
        }
    }

    /// The filter, where no field has an error. The values go into it; faults and what was meant stay.
    fn take_filter(&mut self) -> Option<CaptureFilter> {
        let side = |addresses: &mut Parsed<IpAddr>, ports: &mut Parsed<u16>| {
            Some(Side { addresses: addresses.values.take()?, ports: ports.values.take()? })
        };
        Some(CaptureFilter {
            protocol: self.protocol.value?,
            local: side(&mut self.local_addresses, &mut self.local_ports)?,
            remote: side(&mut self.remote_addresses, &mut self.remote_ports)?,
        })
    }

    /// The first error of a filter that has one.
    fn refusal(&self, filter: usize) -> Refusal {
        let error = |fault: &&Fault| fault.severity == Severity::Error;
        let found = Field::ALL
            .into_iter()
            .find_map(|field| self.faults(field).iter().find(error).map(|fault| (field, fault)));
        Refusal {
            filter,
            field: found.map(|(field, _)| field),
            problem: found
                .map_or_else(|| Sentence::new("filter-reading-unread"), |(_, fault)| fault.sentence()),
        }
    }

    fn faults(&self, field: Field) -> &[Fault] {
        match field {
            Field::Protocol => &self.protocol.faults,
            Field::LocalIpAddress => &self.local_addresses.faults,
            Field::LocalPort => &self.local_ports.faults,
            Field::RemoteIpAddress => &self.remote_addresses.faults,
            Field::RemotePort => &self.remote_ports.faults,
        }
    }
}

/// The filters, or the first error among them: the rule in messages, where a whole judgement is not asked for.
pub(super) fn valid(inputs: &[FilterInput]) -> Result<Vec<CaptureFilter>, Refusal> {
    let judge = |(index, input)| {
        let mut parsed = ParsedFilter::new(input);
        match parsed.take_filter() {
            Some(filter) if relation::families_differ(&filter) => {
                Err(Refusal { filter: index, field: None, problem: Sentence::new("filter-families-differ") })
            }
            Some(filter) => Ok(filter),
            None => Err(parsed.refusal(index)),
        }
    };
    inputs.iter().enumerate().map(judge).collect()
}

/// The error that makes a set unusable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Counted from 0.
    pub filter: usize,
    /// `None` for the filter as a whole.
    pub field: Option<Field>,
    /// What is wrong there.
    pub problem: Sentence,
}

impl InWords for Refusal {
    fn sentence(&self) -> Sentence {
        let sentence = match self.field {
            Some(field) => Sentence::new("filter-refused-field").with("field", field.sentence()),
            None => Sentence::new("filter-refused"),
        };
        let number = self.filter.saturating_add(1).to_string();
        sentence.with("number", number).with("problem", self.problem.clone())
    }
}

/// The filters that have no error, and everything to say.
pub(super) fn parse(
    inputs: &[FilterInput],
    context: &CheckContext,
) -> (Vec<Option<CaptureFilter>>, Vec<Problem>) {
    let bytes = |input: &FilterInput| Field::ALL.iter().map(|field| field.of(input).len()).sum::<usize>();
    let small = inputs.len() <= MAX_COMPARED && inputs.iter().map(bytes).sum::<usize>() <= MAX_COMPARED_BYTES;
    let mut problems = Vec::new();
    let mut filters = Vec::with_capacity(inputs.len());
    let mut refused = None;
    let mut spent: usize = 0;
    for (index, input) in inputs.iter().enumerate() {
        let mut parsed = ParsedFilter::new(input);
        let filter = parsed.take_filter();
        if filter.as_ref().is_some_and(relation::families_differ) {
            let text = words::plain(context.language, "filter-families-differ");
            let code = "families-differ".to_owned();
            let severity = Severity::Error;
            let whole = Problem {
                filter: Some(index),
                field: None,
                start: 0,
                end: 0,
                code,
                severity,
                text,
                fixes: Vec::new(),
            };
            if problems.len() < MAX_PROBLEMS {
                problems.push(whole);
            } else {
                refused.get_or_insert(whole);
            }
        }
        for field in Field::ALL {
            for fault in parsed.faults(field).iter().take(MAX_FAULTS) {
                let fixes = if small && spent < MAX_FIX_BYTES {
                    fix::fixes(inputs, index, field, fault, &parsed, context)
                } else {
                    Vec::new()
                };
                spent = spent.saturating_add(fixes.iter().map(Fix::size).sum());
                let problem = problem(index, field, fault, fixes, context.language);
                if problems.len() < MAX_PROBLEMS {
                    problems.push(problem);
                } else if problem.severity == Severity::Error {
                    // Whatever is left out, an error is never: the verdict depends on it.
                    refused.get_or_insert(problem);
                }
            }
            // Faults beyond the shown ones may hold the only error.
            let hidden = parsed.faults(field).iter().skip(MAX_FAULTS);
            if let Some(fault) = hidden.into_iter().find(|fault| fault.severity == Severity::Error) {
                refused.get_or_insert(problem(index, field, fault, Vec::new(), context.language));
            }
        }
        filters.push(filter);
    }
    problems.extend(refused);
    if small {
        relation::relations(inputs, &filters, context, &mut problems);
    }
    (filters, problems)
}

fn problem(index: usize, field: Field, fault: &Fault, fixes: Vec<Fix>, language: Language) -> Problem {
    Problem {
        filter: Some(index),
        field: Some(field),
        start: fault.start,
        end: fault.end,
        code: fault.code.to_owned(),
        severity: fault.severity,
        text: fault.sentence().text(language),
        fixes,
    }
}
