//! Cutting IP addresses down to their network.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Writes the first address of the network that `found` is in; false if it is no address.
pub(super) fn write(v4: u8, v6: u8, found: &[u8], out: &mut Vec<u8>) -> bool {
    let Some(address) = std::str::from_utf8(found).ok().and_then(|text| text.parse::<IpAddr>().ok()) else {
        return false;
    };
    let network = match address {
        IpAddr::V4(address) => IpAddr::V4(truncate_v4(address, v4)),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => IpAddr::V6(truncate_v4(mapped, v4).to_ipv6_mapped()),
            None => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask(v6, 128))),
        },
    };
    // Writing to a Vec cannot fail.
    let _ = write!(out, "{network}");
    true
}

fn truncate_v4(address: Ipv4Addr, bits: u8) -> Ipv4Addr {
    Ipv4Addr::from_bits(address.to_bits() & mask(bits, 32) as u32)
}

/// Ones for the first `bits` of `width` bits.
fn mask(bits: u8, width: u32) -> u128 {
    let cut = width.saturating_sub(u32::from(bits));
    u128::MAX.checked_shl(cut).unwrap_or(0)
}
