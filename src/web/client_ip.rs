//! Where a request comes from, for limits alone: never logged, never kept with an inquiry.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName};

use crate::app::App;
use crate::values::Network;

/// The /24 or /64 a request comes from.
pub fn network(request: &HttpRequest, app: &App) -> Network {
    let peer = request.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip());
    Network::of(client(peer, request.headers(), &app.config.http.trusted_proxies))
}

/// The peer, or if that is a trusted proxy, the rightmost address it reports that is not one.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[String]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|range| Network::range_holds(range, address));
    let mut client = peer;
    for hop in reported(headers).into_iter().rev() {
        if !is_trusted(client) {
            break;
        }
        let Some(address) = hop else { break };
        client = address;
    }
    client
}

/// Every hop reported, nearest last; what is no address is `None` and ends the walk.
fn reported(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let list = |name: HeaderName| -> Vec<String> {
        let values = headers.get_all(name).filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).map(|part| part.trim().to_owned()).collect()
    };
    let forwarded = list(FORWARDED);
    if !forwarded.is_empty() {
        return forwarded.iter().map(|element| address_of(for_parameter(element)?)).collect();
    }
    list(HeaderName::from_static("x-forwarded-for")).iter().map(|element| address_of(element)).collect()
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
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn seen(peer: &str, name: &'static str, value: &'static str, trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        let trusted: Vec<String> = trusted.iter().map(ToString::to_string).collect();
        client(peer.parse().unwrap(), &headers, &trusted).to_string()
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
            seen("10.0.0.1", "forwarded", "for=1.1.1.1, For=\"[2001:db8::7]:443\";proto=https", &["10.0.0.1"]),
            "2001:db8::7"
        );
        assert_eq!(seen("10.0.0.1", "x-forwarded-for", "unknown", &["10.0.0.1"]), "10.0.0.1");
    }
}
