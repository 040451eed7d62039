//! The filters as a Wireshark display filter, both directions.
//!
//! Wireshark looks at every occurrence of a field: in a packet with a tunnel or a quoted header (ICMP errors)
//! it may find an address that the capture filter, which reads the outermost header, does not.

use super::{CaptureFilter, CaptureFilters, Protocol, Side, Values, values::Value};
use std::{
    fmt::{self, Write},
    net::IpAddr,
};

/// `""` keeps everything.
pub(super) fn expression(set: &CaptureFilters) -> String {
    let mut out = String::new();
    // Writing into a String cannot fail.
    let _ = write_set(&mut out, set);
    out
}

fn write_set(out: &mut String, set: &CaptureFilters) -> fmt::Result {
    if set.is_everything() {
        return Ok(());
    }
    if let [single] = set.filters() {
        return write_filter(out, single);
    }
    for (index, filter) in set.filters().iter().enumerate() {
        out.push_str(if index > 0 { " || (" } else { "(" });
        write_filter(out, filter)?;
        out.push(')');
    }
    Ok(())
}

fn write_filter(out: &mut String, filter: &CaptureFilter) -> fmt::Result {
    let transports: &[&str] = match filter.protocol {
        Protocol::Tcp => &["tcp"],
        Protocol::Udp => &["udp"],
        Protocol::Any => &["tcp", "udp", "sctp"],
    };
    let (local, remote) = (&filter.local, &filter.remote);
    if let [only] = transports {
        out.push_str(only);
        if !(local.is_any() && remote.is_any()) {
            out.push_str(" && ");
        }
    }
    if local.is_any() && remote.is_any() {
        return Ok(());
    }
    let mut directed = |before: &str, local_is: End, remote_is: End, after: &str| {
        out.push_str(before);
        let mut first = true;
        write_side(out, local, transports, local_is, &mut first)?;
        write_side(out, remote, transports, remote_is, &mut first)?;
        out.push_str(after);
        Ok(())
    };
    directed("((", End::Source, End::Destination, ") || (")?;
    directed("", End::Destination, End::Source, "))")
}

#[derive(Clone, Copy)]
enum End {
    Source,
    Destination,
}

/// `first`: nothing stands before it yet.
fn write_side(out: &mut String, side: &Side, transports: &[&str], end: End, first: &mut bool) -> fmt::Result {
    let (ip, ipv6, port) = match end {
        End::Source => ("ip.src", "ipv6.src", ".srcport"),
        End::Destination => ("ip.dst", "ipv6.dst", ".dstport"),
    };
    let mut join = |out: &mut String| {
        if !*first {
            out.push_str(" && ");
        }
        *first = false;
    };
    if !side.addresses.is_any() {
        join(out);
        let of = |v4: bool| family(&side.addresses, v4);
        match (of(true), of(false)) {
            (Some(four), Some(six)) => {
                out.push('(');
                write_condition(out, &[ip], &four)?;
                out.push_str(" || ");
                write_condition(out, &[ipv6], &six)?;
                out.push(')');
            }
            (Some(four), None) => write_condition(out, &[ip], &four)?,
            (None, Some(six)) => write_condition(out, &[ipv6], &six)?,
            (None, None) => {}
        }
    }
    if !side.ports.is_any() {
        join(out);
        let several = transports.len() > 1;
        for (index, transport) in transports.iter().enumerate() {
            out.push_str(match (several, index) {
                (true, 0) => "(",
                (_, 0) => "",
                _ => " || ",
            });
            write_condition(out, &[transport, port], &side.ports)?;
        }
        if several {
            out.push(')');
        }
    }
    Ok(())
}

/// The values of one family; `None` where there are none.
fn family(values: &Values<IpAddr>, v4: bool) -> Option<Values<IpAddr>> {
    match values {
        Values::Any => None,
        Values::One(first) | Values::Range(first, _) => (first.is_ipv4() == v4).then(|| values.clone()),
        Values::List(list) => {
            let family: Vec<IpAddr> =
                list.iter().copied().filter(|address| address.is_ipv4() == v4).collect();
            match family.as_slice() {
                [] => None,
                [one] => Some(Values::One(*one)),
                _ => Some(Values::List(family)),
            }
        }
    }
}

fn write_condition<T: Value>(out: &mut String, name: &[&str], values: &Values<T>) -> fmt::Result {
    if values.is_any() {
        return Ok(());
    }
    name.iter().for_each(|part| out.push_str(part));
    match values {
        Values::Any => Ok(()),
        Values::One(one) => {
            out.push_str(" == ");
            one.write_to(out)
        }
        Values::Range(first, last) => {
            out.push_str(" in {");
            first.write_to(out)?;
            out.push_str("..");
            last.write_to(out)?;
            out.write_char('}')
        }
        Values::List(list) => {
            out.push_str(" in {");
            for (index, value) in list.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                value.write_to(out)?;
            }
            out.write_char('}')
        }
    }
}
