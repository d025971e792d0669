//! Which proxies are believed about where a request comes from, and in which header they say it.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

/// The one header in which a trusted proxy names the client; every other such header is ignored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ClientAddressHeader {
    /// `X-Forwarded-For`: a list, the nearest hop last.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239): a list of elements with `for=`, the nearest hop last.
    Forwarded,
    /// `X-Real-IP`: one address.
    XRealIp,
    /// `CF-Connecting-IP`: one address.
    CfConnectingIp,
    /// `True-Client-IP`: one address.
    TrueClientIp,
    /// `Fly-Client-IP`: one address.
    FlyClientIp,
}

impl ClientAddressHeader {
    const ALL: [Self; 6] =
        [Self::XForwardedFor, Self::Forwarded, Self::XRealIp, Self::CfConnectingIp, Self::TrueClientIp, Self::FlyClientIp];

    /// The name as it is usually written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "X-Forwarded-For",
            Self::Forwarded => "Forwarded",
            Self::XRealIp => "X-Real-IP",
            Self::CfConnectingIp => "CF-Connecting-IP",
            Self::TrueClientIp => "True-Client-IP",
            Self::FlyClientIp => "Fly-Client-IP",
        }
    }

    /// A name in any case; `None` for a header whose syntax is not known here.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name().eq_ignore_ascii_case(text))
    }
}

/// A network such as `10.0.0.0/8`, or one address.
pub(super) fn network(text: &str) -> Option<IpNet> {
    let network = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))?;
    Some(canonical(network))
}

/// IPv4 networks in mapped form (`::ffff:10.0.0.0/104`) in their own.
fn canonical(network: IpNet) -> IpNet {
    let IpNet::V6(v6) = network else { return network };
    let bits = v6.prefix_len().checked_sub(96);
    let mapped = v6.addr().to_ipv4_mapped().zip(bits).and_then(|(v4, bits)| Ipv4Net::new(v4, bits).ok());
    mapped.map_or(network, IpNet::V4)
}
