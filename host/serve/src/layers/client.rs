//! From which address a request comes.
//!
//! The connection's own, unless it is that of a proxy that the operator trusts. Then the address that this proxy wrote down counts, and so
//! on through a chain of trusted ones, from the last to the first: what stands before the last untrusted address is the client's own
//! invention.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, Request, header};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::settings::ServeSettings;

/// The address at the other end of the connection; the server puts it into every request's extensions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// From where a request comes; `None` where there is no connection, as in tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Client(pub(crate) Option<IpAddr>);

/// A network, such as `10.0.0.0/8` or `::1/128`; a bare address stands for itself alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network(IpNet);

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let net = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        net.map(Self).ok_or_else(|| format!("`{text}` is no network; write for example 10.0.0.0/8 or 192.0.2.7"))
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.0.to_string()
    }
}

/// The header in which trusted proxies say for whom they ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// Proxies on the way in that are remembered at most; more than three or four stand nowhere.
const MAX_HOPS: usize = 16;

/// The client of a request.
pub(super) fn of<B>(request: &Request<B>, settings: &ServeSettings) -> Client {
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip().to_canonical());
    Client(peer.map(|peer| behind(peer, request.headers(), &settings.trusted_proxies, settings.forwarded_header)))
}

fn behind(peer: IpAddr, headers: &HeaderMap, trusted: &[Network], header: ForwardedHeader) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.0.contains(&address));
    let mut client = peer;
    if !is_trusted(peer) {
        return client;
    }
    for said in hops(headers, header).into_iter().rev().take(MAX_HOPS) {
        // What cannot be read was not written by a proxy that is to be trusted: its own address is the last that is known.
        let Some(address) = said else { return client };
        client = address;
        if !is_trusted(address) {
            return client;
        }
    }
    client
}

/// The addresses in the header, in its order.
fn hops(headers: &HeaderMap, header: ForwardedHeader) -> Vec<Option<IpAddr>> {
    let name = match header {
        ForwardedHeader::XForwardedFor => "x-forwarded-for",
        ForwardedHeader::Forwarded => header::FORWARDED.as_str(),
    };
    let values = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default());
    let parts = values.flat_map(|value| value.split(','));
    match header {
        ForwardedHeader::XForwardedFor => parts.map(|part| address(part.trim())).collect(),
        ForwardedHeader::Forwarded => parts.map(node).collect(),
    }
}

/// The `for` of one element of `Forwarded`: `for=192.0.2.1`, `for="[2001:db8::1]:4711"`.
fn node(element: &str) -> Option<IpAddr> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| address(value.trim().trim_matches('"')))?
    })
}

/// An address with or without a port, and with or without brackets.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(text, |(inside, _)| inside);
    let parsed = bare.parse::<IpAddr>().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|both| both.ip()));
    parsed.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn client(peer: &str, header: ForwardedHeader, lines: &[&str]) -> String {
        let name = match header {
            ForwardedHeader::XForwardedFor => "x-forwarded-for",
            ForwardedHeader::Forwarded => "forwarded",
        };
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(name, HeaderValue::from_str(line).unwrap());
        }
        let trusted = ["10.0.0.0/8", "fd00::/8"].map(|net| Network::try_from(net.to_owned()).unwrap());
        behind(peer.parse().unwrap(), &headers, &trusted, header).to_string()
    }

    #[test]
    fn only_what_trusted_proxies_wrote_down_counts() {
        let x = ForwardedHeader::XForwardedFor;
        for (peer, lines, expected) in [
            ("203.0.113.9", &["198.51.100.1"][..], "203.0.113.9"),
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["1.1.1.1, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", &["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["nonsense"], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1, nonsense, 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["10.0.0.7"], "10.0.0.7"),
            ("10.0.0.1", &["198.51.100.1:4711"], "198.51.100.1"),
            ("fd00::1", &["2001:db8::1"], "2001:db8::1"),
            ("10.0.0.1", &["::ffff:198.51.100.1"], "198.51.100.1"),
        ] {
            assert_eq!(client(peer, x, lines), expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn forwarded_is_read_as_rfc_7239_writes_it() {
        let f = ForwardedHeader::Forwarded;
        for (line, expected) in [
            ("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"),
            ("For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("for=192.0.2.43, for=198.51.100.17", "198.51.100.17"),
            ("for=unknown", "10.0.0.1"),
            ("proto=https", "10.0.0.1"),
        ] {
            assert_eq!(client("10.0.0.1", f, &[line]), expected, "{line}");
        }
    }

    proptest! {
        /// Whatever a client writes into the header, it cannot choose its address: the proxy adds the true one at the end.
        #[test]
        fn a_client_cannot_choose_its_address(said in "[ -~]{0,60}") {
            let line = if said.trim().is_empty() { "198.51.100.1".to_owned() } else { format!("{said}, 198.51.100.1") };
            prop_assert_eq!(client("10.0.0.1", ForwardedHeader::XForwardedFor, &[&line]), "198.51.100.1");
            prop_assert_eq!(client("203.0.113.9", ForwardedHeader::XForwardedFor, &[&line]), "203.0.113.9");
        }
    }
}
