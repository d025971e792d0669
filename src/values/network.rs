//! Networks, coarse on purpose: a limit needs to know a neighborhood, not a person's address.

use std::net::{IpAddr, Ipv6Addr};

/// The /24 or /64 an address belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network(u128);

/// Every address as an IPv6 one; IPv4 in its mapped form, so that both ways of writing it are one.
fn mapped(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().into(),
        IpAddr::V6(v6) => v6.into(),
    }
}

fn masked(address: u128, prefix: u32) -> u128 {
    address & u128::MAX.checked_shl(128_u32.saturating_sub(prefix)).unwrap_or(0)
}

impl Network {
    /// The /24 of an IPv4 address, the /64 of an IPv6 one.
    pub fn of(address: IpAddr) -> Self {
        let bits = mapped(address);
        let v4 = Ipv6Addr::from(bits).to_ipv4_mapped().is_some();
        Self(masked(bits, if v4 { 96 + 24 } else { 64 }))
    }

    /// Bytes for a keyed digest.
    pub const fn bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// Whether `range` (`10.0.0.0/8` or a single address) holds `address`; what cannot be read holds nothing.
    pub fn range_holds(range: &str, address: IpAddr) -> bool {
        let (base, prefix) = range.split_once('/').map_or((range, None), |(base, prefix)| (base, Some(prefix)));
        let Ok(base) = base.trim().parse::<IpAddr>() else { return false };
        let width = if base.is_ipv4() { 32 } else { 128 };
        let Ok(prefix) = prefix.map_or(Ok(width), |prefix| prefix.trim().parse::<u32>()) else { return false };
        prefix <= width && masked(mapped(base), prefix + 128 - width) == masked(mapped(address), prefix + 128 - width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Network {
        Network::of(text.parse().unwrap())
    }

    #[test]
    fn neighbors_share_a_network() {
        assert_eq!(of("192.0.2.1"), of("192.0.2.254"));
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.9"));
        assert_ne!(of("192.0.2.1"), of("192.0.3.1"));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }

    #[test]
    fn ranges_hold_what_they_should() {
        for (range, address, holds) in [
            ("10.0.0.0/8", "10.9.8.7", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("0.0.0.0/0", "203.0.113.1", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("::/0", "2001:db8::1", true),
            ("10.0.0.0/40", "10.0.0.1", false),
            ("nonsense", "10.0.0.1", false),
        ] {
            assert_eq!(Network::range_holds(range, address.parse().unwrap()), holds, "{range} {address}");
        }
    }
}
