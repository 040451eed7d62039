//! What filters say about each other, and about the place that they are used in.

use super::{
    CaptureFilter, CheckContext, FilterInput, Fix, Problem, Protocol, Severity, Values,
    check::{Field, Subnet},
    matcher::Prepared,
    values::Intervals,
};
use crate::words::{self, Args, args};
use std::net::IpAddr;

/// Port sets up to this size are narrow: somebody means these ports and no others.
const NARROW: usize = 64;
/// UDP services that use one well-known port on both sides: NTP, IKE, IKE with NAT, DHCP.
const SYMMETRIC_PORTS: [u16; 5] = [67, 68, 123, 500, 4500];

struct Sink<'a> {
    inputs: &'a [FilterInput],
    context: &'a CheckContext,
    problems: &'a mut Vec<Problem>,
}

impl Sink<'_> {
    fn tell(
        &mut self,
        filter: Option<usize>,
        field: Option<Field>,
        severity: Severity,
        code: &str,
        args: &Args<'_>,
        fixes: Vec<Fix>,
    ) {
        let whole = |field: Field, index: usize| {
            self.inputs.get(index).map_or(0, |input| field.of(input).chars().count())
        };
        let end = field.zip(filter).map_or(0, |(field, index)| whole(field, index));
        let text = words::text(self.context.language, &format!("filter-{code}"), args);
        self.problems.push(Problem {
            filter,
            field,
            start: 0,
            end,
            code: code.to_owned(),
            severity,
            text,
            fixes,
        });
    }

    /// The set without one filter.
    fn removal(&self, index: usize) -> Vec<Fix> {
        let mut filters = self.inputs.to_vec();
        if index >= filters.len() {
            return Vec::new();
        }
        filters.remove(index);
        let number = args([("number", ordinal(index).into())]);
        vec![Fix { text: words::text(self.context.language, "filter-fix-remove", &number), filters }]
    }

    /// The set with one field emptied.
    fn clearing(&self, index: usize, field: Field) -> Fix {
        let mut filters = self.inputs.to_vec();
        if let Some(filter) = filters.get_mut(index) {
            field.of_mut(filter).clear();
        }
        let language = self.context.language;
        let name = words::plain(language, &format!("filter-field-{field}"));
        Fix {
            text: words::text(language, "filter-fix-clear-field", &args([("field", name.into())])),
            filters,
        }
    }
}

fn ordinal(index: usize) -> String {
    index.saturating_add(1).to_string()
}

pub(super) fn relations(
    inputs: &[FilterInput],
    filters: &[Option<CaptureFilter>],
    context: &CheckContext,
    problems: &mut Vec<Problem>,
) {
    let mut sink = Sink { inputs, context, problems };
    let prepared: Vec<Option<Prepared>> =
        filters.iter().map(|filter| filter.as_ref().map(Prepared::new)).collect();
    for (index, filter) in filters.iter().enumerate() {
        let Some(filter) = filter else { continue };
        alone(index, filter, &mut sink);
        among(index, &prepared, &mut sink);
    }
    if filters.is_empty() {
        sink.tell(None, None, Severity::Note, "everything", &args([]), Vec::new());
    }
}

fn alone(index: usize, filter: &CaptureFilter, sink: &mut Sink<'_>) {
    if filter.is_everything() {
        sink.tell(Some(index), None, Severity::Note, "everything", &args([]), Vec::new());
        return;
    }
    for (field, side) in [
        (Field::LocalIpAddress, filter.local.addresses()),
        (Field::RemoteIpAddress, filter.remote.addresses()),
    ] {
        special(index, field, side, sink);
    }
    if same_address(filter) {
        sink.tell(Some(index), None, Severity::Warning, "same-address", &args([]), Vec::new());
    }
    ports(index, filter, sink);
    subnets(index, filter.local.addresses(), sink);
}

/// 0.0.0.0 and loopback addresses.
fn special(index: usize, field: Field, addresses: &Values<IpAddr>, sink: &mut Sink<'_>) {
    let singles: &[IpAddr] = match addresses {
        Values::One(one) => std::slice::from_ref(one),
        Values::List(list) => list,
        _ => &[],
    };
    if let Some(found) = singles.iter().find(|address| address.is_unspecified()) {
        let fixes = if singles.len() == 1 { vec![sink.clearing(index, field)] } else { Vec::new() };
        let found = args([("found", found.to_string().into())]);
        sink.tell(Some(index), Some(field), Severity::Warning, "unspecified-address", &found, fixes);
    }
    let loopback = match addresses {
        Values::Range(first, last) => first.is_loopback() && last.is_loopback(),
        _ => singles.iter().any(IpAddr::is_loopback),
    };
    if loopback {
        sink.tell(Some(index), Some(field), Severity::Note, "loopback", &args([]), Vec::new());
    }
}

/// No packet has an address of each family.
pub(super) fn families_differ(filter: &CaptureFilter) -> bool {
    if filter.local.addresses.is_any() || filter.remote.addresses.is_any() {
        return false;
    }
    let has = |values: &Values<IpAddr>, v4: bool| match values {
        Values::Any => true,
        Values::One(address) | Values::Range(address, _) => address.is_ipv4() == v4,
        Values::List(list) => list.iter().any(|address| address.is_ipv4() == v4),
    };
    let both = |v4: bool| has(&filter.local.addresses, v4) && has(&filter.remote.addresses, v4);
    !(both(true) || both(false))
}

fn same_address(filter: &CaptureFilter) -> bool {
    matches!(
        (&filter.local.addresses, &filter.remote.addresses),
        (Values::One(local), Values::One(remote)) if local == remote
    )
}

fn ports(index: usize, filter: &CaptureFilter, sink: &mut Sink<'_>) {
    let (local, remote) = (&filter.local.ports, &filter.remote.ports);
    let narrow = |ports: &Values<u16>| !ports.is_any() && count(ports) <= NARROW;
    if narrow(local) && narrow(remote) {
        let (ours, theirs) = (Intervals::new(local), Intervals::new(remote));
        let well_known = |(first, last): &(u16, u16)| first == last && SYMMETRIC_PORTS.contains(first);
        let symmetric = ours == theirs
            && filter.protocol != Protocol::Tcp
            && ours.as_slice().is_some_and(|ports| ports.iter().all(well_known));
        if !symmetric {
            let fixes = vec![sink.clearing(index, Field::LocalPort), sink.clearing(index, Field::RemotePort)];
            let ports = args([("local", local.to_string().into()), ("remote", remote.to_string().into())]);
            sink.tell(Some(index), None, Severity::Warning, "ports-on-both-sides", &ports, fixes);
        }
    }
    if filter.protocol == Protocol::Any && !(local.is_any() && remote.is_any()) {
        let field = if local.is_any() { Field::RemotePort } else { Field::LocalPort };
        sink.tell(Some(index), Some(field), Severity::Note, "port-with-any", &args([]), Vec::new());
    }
}

fn count(ports: &Values<u16>) -> usize {
    match ports {
        Values::Any => usize::from(u16::MAX),
        Values::One(_) => 1,
        Values::Range(first, last) => usize::from(last.saturating_sub(*first)).saturating_add(1),
        Values::List(list) => list.len(),
    }
}

/// A local address that no captured instance can have.
fn subnets(index: usize, local: &Values<IpAddr>, sink: &mut Sink<'_>) {
    let subnets: &[Subnet] = &sink.context.subnets;
    if subnets.is_empty() {
        return;
    }
    let local = Intervals::new(local);
    let Some(intervals) = local.as_slice() else { return };
    let reachable = |interval| subnets.iter().any(|subnet| subnet.overlaps(interval));
    let foreign: Vec<String> = intervals
        .iter()
        .filter(|interval| !reachable(**interval))
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") })
        .collect();
    if foreign.is_empty() {
        return;
    }
    // A load balancer with floating IP delivers packets to addresses outside the subnet, so this is no error.
    let code =
        if foreign.len() == intervals.len() { "local-unreachable" } else { "local-partly-unreachable" };
    let fixes = if foreign.len() == intervals.len() {
        vec![sink.clearing(index, Field::LocalIpAddress)]
    } else {
        Vec::new()
    };
    let found = args([("found", foreign.join(", ").into())]);
    sink.tell(Some(index), Some(Field::LocalIpAddress), Severity::Warning, code, &found, fixes);
}

/// The same filter twice, or one that another makes needless.
fn among(index: usize, filters: &[Option<Prepared>], sink: &mut Sink<'_>) {
    let Some(Some(filter)) = filters.get(index) else { return };
    let others = filters.iter().enumerate().filter_map(|(at, other)| Some((at, other.as_ref()?)));
    for (at, other) in others {
        if at == index || !other.includes(filter) {
            continue;
        }
        // Of two filters that keep the same, the later one is told of.
        let equal = filter == other;
        if equal && at > index {
            continue;
        }
        let code = if equal { "duplicate" } else { "swallowed" };
        let fixes = sink.removal(index);
        let number = args([("other", ordinal(at).into())]);
        sink.tell(Some(index), None, Severity::Note, code, &number, fixes);
        return;
    }
}
