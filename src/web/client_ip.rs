//! Where a request comes from, for limits alone: never logged, never kept with an inquiry.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderMap, HeaderValue};

use crate::app::App;
use crate::config::{ClientAddressHeader, Http};
use crate::values::Network;

/// Hops looked at, counted from the nearest: more proxies than anyone has, and a bound for a list that someone made long.
const MAX_HOPS: usize = 32;

/// The /24 or /64 a request comes from.
pub fn network(request: &HttpRequest, app: &App) -> Network {
    let peer = request.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip());
    Network::of(client(peer, request.headers(), &app.config.http))
}

/// The peer, or if that is a trusted proxy, the rightmost address it reports that is not one. A hop that is no address ends the walk at
/// the proxy that reported it.
pub fn client(peer: IpAddr, headers: &HeaderMap, http: &Http) -> IpAddr {
    let is_trusted = |address: IpAddr| http.trusted_proxies.iter().any(|network| network.contains(&address));
    let mut client = peer.to_canonical();
    if !is_trusted(client) {
        return client;
    }
    let header = http.client_address_header;
    let lines: Vec<&HeaderValue> = headers.get_all(header.name()).collect();
    // Each proxy adds to the end, so the list is read from there. Splitting at every comma is right for quoted ones too: half an element is
    // no address.
    let hops = lines.into_iter().rev().flat_map(|line| line.to_str().unwrap_or("unreadable").rsplit(','));
    for hop in hops.take(MAX_HOPS).map(str::trim).filter(|hop| !hop.is_empty()) {
        let address = match header {
            ClientAddressHeader::Forwarded => for_parameter(hop).and_then(address_of),
            ClientAddressHeader::XForwardedFor
            | ClientAddressHeader::XRealIp
            | ClientAddressHeader::CfConnectingIp
            | ClientAddressHeader::TrueClientIp
            | ClientAddressHeader::FlyClientIp => address_of(hop),
        };
        let Some(address) = address else { break };
        client = address.to_canonical();
        if !is_trusted(client) {
            break;
        }
    }
    client
}

fn for_parameter(element: &str) -> Option<&str> {
    element
        .split(';')
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))
        .map(|(_, value)| value.trim())
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`, quoted or not.
fn address_of(text: &str) -> Option<IpAddr> {
    let text = text.trim_matches('"');
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    if let Ok(address) = text.parse::<std::net::SocketAddr>() {
        return Some(address.ip());
    }
    text.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use actix_web::http::header::HeaderName;

    use super::*;
    use crate::config::Config;

    fn seen(peer: &str, name: &'static str, value: &'static str, trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        let mut http = Config::for_tests(Path::new("/nowhere")).http;
        http.trusted_proxies = trusted.iter().map(|network| network.parse().unwrap()).collect();
        if name == "forwarded" {
            http.client_address_header = ClientAddressHeader::Forwarded;
        }
        client(peer.parse().unwrap(), &headers, &http).to_string()
    }

    #[test]
    fn a_stranger_cannot_say_where_it_comes_from() {
        assert_eq!(seen("203.0.113.9", "x-forwarded-for", "198.51.100.1", &[]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9", "forwarded", "for=198.51.100.1", &["10.0.0.0/8"]), "203.0.113.9");
    }

    #[test]
    fn a_trusted_proxy_is_believed_up_to_the_first_stranger() {
        assert_eq!(seen("10.0.0.1", "x-forwarded-for", "1.1.1.1, 198.51.100.1, 10.0.0.2", &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(
            seen("10.0.0.1", "forwarded", "for=1.1.1.1, For=\"[2001:db8::7]:443\";proto=https", &["10.0.0.1/32"]),
            "2001:db8::7"
        );
        assert_eq!(seen("10.0.0.1", "x-forwarded-for", "unknown", &["10.0.0.1/32"]), "10.0.0.1");
    }
}
