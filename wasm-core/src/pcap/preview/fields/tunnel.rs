//! Headers that carry packets.

use super::super::tree::{Scribe, Value};
use super::names::ether_type;

type Out<'s, 't, 'a> = &'s mut Scribe<'t, 'a>;

pub fn gre(out: Out<'_, '_, '_>) -> Option<()> {
    out.close(4);
    let flags = out.hex("gre.flags_and_version", 0, 2)?;
    out.named("gre.proto", 2, 2, ether_type)?;
    // A checksum (or routing) word comes before the key.
    let key = if flags & 0xc000 != 0 { 8 } else { 4 };
    if flags & 0x2000 != 0 {
        out.hex("gre.key", key, 4)?;
        out.close(key.saturating_add(4));
    }
    Some(())
}

pub fn vxlan(out: Out<'_, '_, '_>) -> Option<()> {
    out.close(8);
    out.hex("vxlan.flags", 0, 2)?;
    let network = out.number("vxlan.vni", 4, 3)?;
    out.title(format_args!("{network}"));
    Some(())
}

pub fn geneve(out: Out<'_, '_, '_>) -> Option<()> {
    let options = usize::from(out.u8(0)? & 0x3f).saturating_mul(4);
    out.close(options.saturating_add(8));
    out.named("geneve.proto_type", 2, 2, ether_type)?;
    let network = out.number("geneve.vni", 4, 3)?;
    out.title(format_args!("{network}"));
    if options > 0 {
        out.put("geneve.options", 8, options, Value::Bytes(options as u32));
    }
    Some(())
}

pub fn gtp(out: Out<'_, '_, '_>) -> Option<()> {
    out.close(8);
    out.hex("gtp.flags", 0, 1)?;
    out.number("gtp.message", 1, 1)?;
    out.number("gtp.length", 2, 2)?;
    out.hex("gtp.teid", 4, 4)?;
    Some(())
}
