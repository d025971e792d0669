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
}
