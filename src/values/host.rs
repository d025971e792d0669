//! Names and addresses that lead to this machine or its private network, and from nowhere else.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Top-level names that the public DNS does not have (RFC 6761, 6762, 8375, and `.internal`, which ICANN reserved), and two that routers
/// give out at home.
const PRIVATE_ZONES: [&str; 7] = [".localhost", ".local", ".internal", ".home.arpa", ".test", ".lan", ".home"];

/// Whether `host`, as the `Host` header or a URL has it (with or without a port), cannot be reached from the internet: an address of
/// this machine or of a private network, a name without a dot, or a name in a zone that is not public.
pub fn is_private_host(host: &str) -> bool {
    if let Some(address) = address_of(host) {
        return is_private(address);
    }
    let name = host.rsplit_once(':').filter(|(_, port)| port.chars().all(|c| c.is_ascii_digit())).map_or(host, |(name, _)| name);
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    plain && (!name.contains('.') || PRIVATE_ZONES.iter().any(|zone| name.ends_with(zone)))
}

fn address_of(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    bare.parse().ok().or_else(|| host.parse::<SocketAddr>().ok().map(|both| both.ip()))
}

fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local() || v4.is_unspecified() || is_shared(v4),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local() || v6.is_unspecified(),
    }
}

/// 100.64.0.0/10, which providers and overlay networks use inside.
const fn is_shared(v4: Ipv4Addr) -> bool {
    let [first, second, ..] = v4.octets();
    first == 100 && second & 0b1100_0000 == 64
}
