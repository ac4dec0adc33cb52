//! Network addresses.

use std::net::Ipv6Addr;

use crate::Family::{Ipv4, Ipv6, Mac};
use crate::dice::Dice;
use crate::value::{Cues, Value};

static IP_CUES: Cues = Cues {
    keys: &[
        "client.address",
        "ip",
        "ip_address",
        "client_ip",
        "remote_addr",
        "source.ip",
        "net.peer.ip",
        "x_forwarded_for",
        "host.ip",
        "peer",
        "network.peer.address",
        "user_ip",
        "direccion_ip",
        "adresse_ip",
        "ip_адрес",
    ],
    phrases: &["from", "client", "IP", "IP address", "peer", "remote", "dirección IP", "adresse IP", "IP-Adresse"],
};

static MAC_CUES: Cues = Cues {
    keys: &["mac", "mac_address", "host.mac", "hwaddr", "ether", "device_mac", "bssid", "chaddr"],
    phrases: &["MAC", "ether", "MAC address", "hwaddr", "station"],
};

pub(crate) fn ipv4(dice: &mut Dice) -> Value {
    let address = ipv4_address(dice);
    let length = address.len();
    let evident = |variant, text: String| {
        let start = text.find(&address).unwrap_or(0);
        Value::evident(Ipv4, variant, text, &IP_CUES).core(start..start + length)
    };
    let port = dice.between(1024, 65535);
    match dice.below(40) {
        0..=18 => evident("bare", address.clone()),
        19..=24 => evident("port", format!("{address}:{port}")),
        25 | 26 => evident("cidr", format!("{address}/{}", dice.pick(&[8, 16, 24, 28, 32]))),
        27 | 28 => evident("brackets", format!("[{address}]")),
        29 | 30 => evident("address_key", format!("ip={address}")),
        31 | 32 => evident("parentheses", format!("({address})")),
        33 | 34 => evident("slash_before", format!("/{address}:{port}")),
        35 | 36 => evident("url", format!("http://{address}:{port}/{}", dice.pick(&["", "health", "api/v1/items"]))),
        37 => evident("reverse_dns", format!("{}.in-addr.arpa", reversed(&address))).core(0..length).hard(),
        _ => match dice.below(2) {
            0 => evident("defanged", address.replace('.', "[.]")).whole().hard(),
            _ => evident("ip_prefix", format!("ipv4:{address}:{port}")),
        },
    }
}

fn reversed(address: &str) -> String {
    address.split('.').rev().collect::<Vec<_>>().join(".")
}

/// An address of somebody: public or of a private network, never loopback, unspecified or multicast.
pub(crate) fn ipv4_address(dice: &mut Dice) -> String {
    let mut octet = |low, high| dice.between(low, high);
    match octet(0, 9) {
        0 => format!("10.{}.{}.{}", octet(0, 255), octet(0, 255), octet(1, 254)),
        1 => format!("192.168.{}.{}", octet(0, 255), octet(1, 254)),
        2 => format!("172.{}.{}.{}", octet(16, 31), octet(0, 255), octet(1, 254)),
        3 => format!("{}.{}", ["203.0.113", "198.51.100", "192.0.2"][octet(0, 2) as usize], octet(1, 254)),
        _ => {
            let first = octet(11, 223);
            let first = if first == 127 { 128 } else { first };
            format!("{first}.{}.{}.{}", octet(0, 255), octet(0, 255), octet(1, 254))
        }
    }
}

pub(crate) fn ipv6(dice: &mut Dice) -> Value {
    let address = ipv6_address(dice);
    let port = dice.between(1024, 65535);
    let evident = |variant, text: String| {
        let start = text.find(&address).unwrap_or(0);
        Value::evident(Ipv6, variant, text, &IP_CUES).core(start..start + address.len())
    };
    match dice.below(18) {
        0..=8 => evident("bare", address.clone()),
        9 | 10 => evident("brackets_port", format!("[{address}]:{port}")),
        11 => evident("brackets", format!("[{address}]")),
        12 => evident("cidr", format!("{address}/{}", dice.pick(&[32, 48, 64, 128]))),
        13 => evident("url", format!("http://[{address}]:{port}/")),
        14 => evident("upper_case", address.to_uppercase()).whole(),
        15 => {
            let (a, b) = (dice.hex(4), dice.hex(4));
            Value::evident(
                Ipv6,
                "zone",
                format!("fe80::{a}:{b}%{}", dice.pick(&["eth0", "en0", "wlan0", "2"])),
                &IP_CUES,
            )
            .core(0..6 + a.len() + 1 + b.len())
        }
        16 => Value::evident(Ipv6, "v4_mapped", format!("::ffff:{}", ipv4_address(dice)), &IP_CUES),
        _ => Value::evident(Ipv6, "nat64", format!("64:ff9b::{}", ipv4_address(dice)), &IP_CUES).hard(),
    }
}

fn ipv6_address(dice: &mut Dice) -> String {
    let prefix: [u16; 3] = dice.pick(&[
        [0x2001, 0xdb8, 0x85a3],
        [0x2a00, 0x1450, 0x4001],
        [0x2606, 0x4700, 0x10],
        [0xfd12, 0x3456, 0x789a],
        [0xfe80, 0, 0],
        [0x2620, 0xfe, 0],
        [0x2a02, 0x8109, 0x9d80],
    ]);
    let mut groups = [prefix[0], prefix[1], prefix[2], 0, 0, 0, 0, 0];
    let filled = dice.between(1, 5) as usize;
    for group in groups.iter_mut().rev().take(filled) {
        *group = dice.between(1, 0xffff) as u16;
    }
    let address = Ipv6Addr::from(groups);
    match dice.below(5) {
        0 => groups.map(|group| format!("{group:04x}")).join(":"),
        1 => groups.map(|group| format!("{group:x}")).join(":"),
        _ => address.to_string(),
    }
}

pub(crate) fn mac(dice: &mut Dice) -> Value {
    let separator = dice.weighted(&[(10, ":"), (6, "-")]);
    let upper = dice.percent(40);
    let pairs = |dice: &mut Dice, count: usize, separator: &str| {
        // A first octet with a letter: pairs of decimal digits alone may be a time.
        let mut pairs =
            vec![dice.pick(&["0a", "1e", "3c", "5c", "a4", "b8", "d0", "f0", "00", "02", "ac", "ec"]).to_owned()];
        pairs.extend((1..count).map(|_| dice.hex(2)));
        pairs[count - 1] = dice.pick(&["7f", "a1", "c9", "0e", "fb"]).to_owned();
        pairs.join(separator)
    };
    let (variant, text) = match dice.below(32) {
        0..=22 => ("pairs", pairs(dice, 6, separator)),
        23..=29 => ("cisco", dice.mask("xxax.xxxx.xaxx").replace(['g', 'h'], "c")),
        30 => ("eui64", pairs(dice, 8, separator)),
        _ => ("bare", pairs(dice, 6, "")),
    };
    let text: String = text.chars().map(|c| if c.is_ascii_lowercase() && c > 'f' { 'c' } else { c }).collect();
    let text = if upper { text.to_uppercase() } else { text };
    match variant {
        "bare" => Value::named(Mac, variant, text, &MAC_CUES).hard(),
        "eui64" => Value::evident(Mac, variant, text, &MAC_CUES).hard(),
        _ => Value::evident(Mac, variant, text, &MAC_CUES),
    }
}
