//! The egress rules: which hosts, ports and addresses may be asked at all, by whomever.
//!
//! They hold for every request and every redirect. A URL is checked before anything is sent ([`EgressPolicy::check`]), which
//! catches address literals, since those never reach the resolver; every address of a name is checked when it is resolved
//! ([`EgressPolicy::check_address`]). The rules never depend on a page, a plugin or a source.

use std::{collections::BTreeSet, fmt, net::IpAddr, str::FromStr};

use marquee_model::WebUrl;
use serde::{Deserialize, Serialize};
use url::Host;

use crate::address::{self, Kind};

/// What may be asked. The operator's configuration (`egress.*`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EgressPolicy {
    /// Hosts that may be reached whatever their addresses and ports are. Empty by default.
    pub allow: Vec<AllowedHost>,
    /// Ports that may be asked on any public host.
    pub ports: BTreeSet<u16>,
    /// Whether this host stands in an IPv6 network with NAT64 and DNS64: `64:ff9b::/96` is then judged by the IPv4 address
    /// inside, instead of being denied.
    pub nat64: bool,
}

impl Default for EgressPolicy {
    /// Public addresses, ports 80 and 443: venue sites use no others, and other ports are other services.
    fn default() -> Self {
        Self { allow: Vec::new(), ports: BTreeSet::from([80, 443]), nat64: false }
    }
}

/// Why a URL may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// It is like any public site; its addresses must be public.
    Public,
    /// The operator named its host; its addresses may be private.
    Named,
}

/// Which rule forbids a URL or an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// The host's address is not on the public internet.
    #[error("{address} is {kind}")]
    Address {
        /// The address.
        address: IpAddr,
        /// What it is.
        kind: Kind,
    },
    /// The host's name means this machine or a cloud's metadata service.
    #[error("the name `{0}` means this machine or its cloud's metadata service")]
    Name(String),
    /// Not one of `egress.ports`.
    #[error("port {0} is not among `egress.ports`")]
    Port(u16),
}

/// Names that lead to this machine or a metadata service, as themselves and as parent domains.
const LOCAL_NAMES: &[&str] = &[
    "localhost",
    "localdomain",
    "metadata",
    "metadata.google.internal",
    "metadata.goog",
    "metadata.azure.internal",
    "metadata.tencentyun.com",
    "instance-data",
    "instance-data.ec2.internal",
    "ip6-localhost",
    "ip6-loopback",
];

impl EgressPolicy {
    /// Whether a URL may be asked, before its host is looked up.
    pub fn check(&self, url: &WebUrl) -> Result<Grant, Denial> {
        let port = url.url().port_or_known_default().unwrap_or_default();
        let Some(host) = url.url().host() else {
            return Err(Denial::Name(String::new()));
        };
        let compared = normal(&host);
        if self.allow.iter().any(|allowed| allowed.is(&compared, port)) {
            return Ok(Grant::Named);
        }
        match (host, compared) {
            (Host::Ipv4(address), _) => self.check_address(address.into(), false)?,
            (Host::Ipv6(address), _) => self.check_address(address.into(), false)?,
            (Host::Domain(_), Host::Domain(name)) => {
                let is = |local: &&str| {
                    name == *local || name.strip_suffix(*local).is_some_and(|parent| parent.ends_with('.'))
                };
                if name.is_empty() || LOCAL_NAMES.iter().any(is) {
                    return Err(Denial::Name(name));
                }
            }
            (Host::Domain(name), _) => return Err(Denial::Name(name.to_owned())),
        }
        if self.ports.contains(&port) { Ok(Grant::Public) } else { Err(Denial::Port(port)) }
    }

    /// Whether an address may be connected to. `named` tells that the operator named the host: then only metadata
    /// addresses are denied, since a name server must not turn that permission into the machine's credentials.
    pub fn check_address(&self, address: IpAddr, named: bool) -> Result<(), Denial> {
        let judged = if self.nat64 { address::nat64(address).unwrap_or(address) } else { address };
        match address::forbidden(judged) {
            Some(kind) if !named || kind == Kind::Metadata => Err(Denial::Address { address, kind }),
            _ => Ok(()),
        }
    }
}

/// A host as it is compared: a name in lower case without the root's dot. The URL parser has already turned every spelling of an
/// IPv4 address (decimal, octal, hexadecimal, full-width digits) into [`Host::Ipv4`].
fn normal<N: AsRef<str>>(host: &Host<N>) -> Host<String> {
    match host {
        Host::Domain(name) => Host::Domain(name.as_ref().trim_end_matches('.').to_ascii_lowercase()),
        Host::Ipv4(address) => Host::Ipv4(*address),
        // A mapped address reaches the IPv4 host, so that is what it is compared as.
        Host::Ipv6(address) => address.to_ipv4_mapped().map_or(Host::Ipv6(*address), Host::Ipv4),
    }
}

/// A host that the operator named: `calendar.lan`, `localhost:8080`, `127.0.0.1`, `[::1]:8080`. Exactly that name, on
/// that port or, where none is given, on every port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AllowedHost {
    host: Host<String>,
    port: Option<u16>,
}

/// Why a text is no [`AllowedHost`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a host to allow: {reason}. Write a name or address, with `:port` if you like")]
pub struct NotAnAllowedHost {
    text: String,
    reason: String,
}

impl AllowedHost {
    fn is(&self, host: &Host<String>, port: u16) -> bool {
        self.host == *host && self.port.is_none_or(|own| own == port)
    }
}

impl FromStr for AllowedHost {
    type Err = NotAnAllowedHost;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse =
            |reason: &str| NotAnAllowedHost { text: text.chars().take(120).collect(), reason: reason.to_owned() };
        let trimmed = text.trim();
        let (name, port) = match trimmed.rsplit_once(':') {
            // The colons inside of brackets belong to the address.
            Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
            _ => (trimmed, None),
        };
        let port = match port.map(str::parse) {
            Some(Ok(0) | Err(_)) => return Err(refuse("the port is not a number from 1 to 65535")),
            Some(Ok(port)) => Some(port),
            None => None,
        };
        if name.contains('*') {
            return Err(refuse("a pattern would allow hosts that you have not thought of"));
        }
        let host = Host::parse(name.trim_end_matches('.')).map_err(|e| refuse(&e.to_string()))?;
        Ok(Self { host: normal(&host), port })
    }
}

impl fmt::Display for AllowedHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.host),
            None => write!(f, "{}", self.host),
        }
    }
}

impl TryFrom<String> for AllowedHost {
    type Error = NotAnAllowedHost;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<AllowedHost> for String {
    fn from(host: AllowedHost) -> Self {
        host.to_string()
    }
}
