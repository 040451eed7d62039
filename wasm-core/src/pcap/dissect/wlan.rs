//! 802.11 and what capture programs put before it.

use super::super::link::LinkType;
use super::{Layer, Next, Part, Sink, Walk};

impl<'a, S: Sink> Walk<'_, S> {
    pub(super) fn radiotap(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Radiotap, part);
        let Some((head, _)) = part.take::<8>() else { return Next::Done };
        let length = usize::from(u16::from_le_bytes([head[2], head[3]]));
        if length < 8 {
            return Next::Done;
        }
        let Some(rest) = part.skip(length) else { return Next::Done };
        match radiotap_flags(part.limit(length)) {
            // A frame check sequence at the end, padding between header and body.
            Some(flags) => {
                let rest = if flags & 0x10 != 0 { rest.limit(rest.reported.saturating_sub(4)) } else { rest };
                self.wlan_frame(rest, flags & 0x20 != 0)
            }
            None => Next::Wlan(rest),
        }
    }

    pub(super) fn prism(&mut self, part: Part<'a>) -> Next<'a> {
        let Some((head, _)) = part.take::<8>() else { return Next::Done };
        // AVS frames are written with Prism's link type too, and are known by their magic.
        if head[0] == 0x80 && head[1] == 0x21 {
            return self.avs(part);
        }
        let little = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        let big = u32::from_be_bytes([head[4], head[5], head[6], head[7]]);
        match head[..4] {
            [0x00, 0x00, 0x00, 0x41..=0x45] => part.skip(big as usize).map_or(Next::Done, Next::Wlan),
            [0x41..=0x45, 0x00, 0x00, 0x00] => part.skip(little as usize).map_or(Next::Done, Next::Wlan),
            _ => Next::Wlan(part),
        }
    }

    pub(super) fn avs(&mut self, part: Part<'a>) -> Next<'a> {
        let Some((head, _)) = part.take::<8>() else { return Next::Done };
        let length = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
        if length < 8 {
            return Next::Done;
        }
        part.skip(length).map_or(Next::Done, Next::Wlan)
    }

    /// Per-packet information: a header with its own length and the link type of what follows.
    pub(super) fn ppi(&mut self, part: Part<'a>) -> Next<'a> {
        let Some((head, _)) = part.take::<8>() else { return Next::Done };
        let length = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let link = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        if length < 8 || link == u32::from(LinkType::PPI.0) {
            return Next::Done;
        }
        match (part.skip(length), u16::try_from(link)) {
            (Some(rest), Ok(link)) => Next::Link(LinkType(link), rest),
            _ => Next::Done,
        }
    }

    pub(super) fn wlan(&mut self, part: Part<'a>) -> Next<'a> {
        self.wlan_frame(part, false)
    }

    /// A data frame's body is LLC; every other kind of frame carries no IP.
    fn wlan_frame(&mut self, part: Part<'a>, padded: bool) -> Next<'a> {
        const DATA: u8 = 2;
        const TO_AND_FROM_DS: u8 = 0x03;
        const PROTECTED: u8 = 0x40;
        const ORDER: u8 = 0x80;
        const QOS: u8 = 0x08;
        const NO_DATA: u8 = 0x04;
        self.layer(Layer::Wlan, part);
        let Some((&[control, flags], _)) = part.take::<2>() else { return Next::Done };
        let subtype = control >> 4;
        if control >> 2 & 3 != DATA || subtype & NO_DATA != 0 || flags & PROTECTED != 0 {
            return Next::Done;
        }
        let mut length = 24_usize;
        if flags & TO_AND_FROM_DS == TO_AND_FROM_DS {
            length = length.wrapping_add(6);
        }
        let mut aggregated = false;
        if subtype & QOS != 0 {
            let qos = part.skip(length).and_then(|rest| rest.peek::<2>());
            aggregated = qos.is_some_and(|qos| qos[0] & 0x80 != 0);
            length = length.wrapping_add(2);
            if flags & ORDER != 0 {
                length = length.wrapping_add(4);
            }
        }
        if padded {
            length = length.wrapping_add(3) & !3;
        }
        let Some(body) = part.skip(length) else { return Next::Done };
        if aggregated {
            // The first subframe of an A-MSDU: destination, source and length before LLC.
            let Some((head, rest)) = body.take::<14>() else { return Next::Done };
            return Next::Llc(rest.limit(usize::from(u16::from_be_bytes([head[12], head[13]]))));
        }
        match body.peek::<2>() {
            // Some drivers leave an Ethernet frame's body without LLC, or raw IPX.
            Some([0xff, 0xff]) | None => Next::Done,
            Some(_) => Next::Llc(body),
        }
    }
}

/// The flags field of a radiotap header, behind a presence bitmap of one word or more and the TSFT field.
fn radiotap_flags(part: Part<'_>) -> Option<u8> {
    const TSFT: u32 = 1;
    const FLAGS: u32 = 2;
    const MORE: u32 = 1 << 31;
    let mut rest = part.skip(4)?;
    let mut first = None;
    loop {
        let (word, behind) = rest.take::<4>()?;
        let word = u32::from_le_bytes(*word);
        first.get_or_insert(word);
        rest = behind;
        if word & MORE == 0 {
            break;
        }
    }
    let present = first?;
    if present & FLAGS == 0 {
        return None;
    }
    if present & TSFT != 0 {
        // Eight bytes, aligned to eight from the header's start.
        let aligned = rest.at.wrapping_sub(part.at).wrapping_add(7) & !7;
        rest = part.skip(aligned)?.skip(8)?;
    }
    rest.peek::<1>().map(|byte| byte[0])
}
