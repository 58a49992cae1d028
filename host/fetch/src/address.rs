//! Which addresses are on the public internet.
//!
//! Tables of the IANA special-purpose registries (RFC 6890 and its updates). Everything that is not global unicast is
//! denied, and so is every IPv6 form that carries an IPv4 address inside: such a form passes a check of its IPv6 part and
//! still ends at the IPv4 address.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use ipnet::{Ipv4Net, Ipv6Net};

/// What a forbidden address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `0.0.0.0/8`, `::`: on Linux, `0.0.0.0` is this machine.
    Unspecified,
    /// This machine.
    Loopback,
    /// RFC 1918.
    Private,
    /// RFC 6598: a provider's network, some clouds' metadata.
    SharedAddressSpace,
    /// RFC 3927 and 4291: the own network, most clouds' metadata.
    LinkLocal,
    /// RFC 4193.
    UniqueLocal,
    /// RFC 3879, no longer in use.
    SiteLocal,
    /// Many receivers.
    Multicast,
    /// Broadcast, and what is not assigned for use.
    Reserved,
    /// RFC 5737, 3849 and 9637.
    Documentation,
    /// RFC 2544 and 5180.
    Benchmarking,
    /// RFC 6890: protocol assignments and relays.
    Protocol,
    /// A cloud's metadata or host service on an otherwise public address.
    Metadata,
    /// An IPv4 address in IPv6 (mapped, compatible, NAT64, 6to4, Teredo, ISATAP).
    Embedded,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unspecified => "an unspecified address",
            Self::Loopback => "a loopback address",
            Self::Private => "a private address",
            Self::SharedAddressSpace => "an address of a provider's inner network",
            Self::LinkLocal => "a link-local address",
            Self::UniqueLocal => "a unique local address",
            Self::SiteLocal => "a site-local address",
            Self::Multicast => "a multicast address",
            Self::Reserved => "a reserved address",
            Self::Documentation => "an address for documentation",
            Self::Benchmarking => "an address for benchmarks",
            Self::Protocol => "an address for protocol use",
            Self::Metadata => "a cloud's metadata address",
            Self::Embedded => "an IPv4 address hidden in IPv6",
        })
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(a: u16, b: u16, c: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix)
}

/// The first match counts: narrower nets stand before wider ones.
const V4: &[(Ipv4Net, Kind)] = &[
    (v4(169, 254, 169, 254, 32), Kind::Metadata), // AWS, Azure, Google, and most others
    (v4(169, 254, 170, 2, 32), Kind::Metadata),   // AWS container credentials
    (v4(100, 100, 100, 200, 32), Kind::Metadata), // Alibaba
    (v4(192, 0, 0, 192, 32), Kind::Metadata),     // Oracle
    (v4(168, 63, 129, 16, 32), Kind::Metadata),   // Azure's host agent, in public address space
    (v4(0, 0, 0, 0, 8), Kind::Unspecified),
    (v4(10, 0, 0, 0, 8), Kind::Private),
    (v4(100, 64, 0, 0, 10), Kind::SharedAddressSpace),
    (v4(127, 0, 0, 0, 8), Kind::Loopback),
    (v4(169, 254, 0, 0, 16), Kind::LinkLocal),
    (v4(172, 16, 0, 0, 12), Kind::Private),
    (v4(192, 0, 0, 0, 24), Kind::Protocol),
    (v4(192, 0, 2, 0, 24), Kind::Documentation),
    (v4(192, 31, 196, 0, 24), Kind::Protocol),
    (v4(192, 52, 193, 0, 24), Kind::Protocol),
    (v4(192, 88, 99, 0, 24), Kind::Protocol),
    (v4(192, 168, 0, 0, 16), Kind::Private),
    (v4(192, 175, 48, 0, 24), Kind::Protocol),
    (v4(198, 18, 0, 0, 15), Kind::Benchmarking),
    (v4(198, 51, 100, 0, 24), Kind::Documentation),
    (v4(203, 0, 113, 0, 24), Kind::Documentation),
    (v4(224, 0, 0, 0, 4), Kind::Multicast),
    (v4(240, 0, 0, 0, 4), Kind::Reserved),
];

/// The same for IPv6. What is in none of these and outside of `2000::/3` is [`Kind::Reserved`].
const V6: &[(Ipv6Net, Kind)] = &[
    (v6(0, 0, 0, 128), Kind::Unspecified),
    (Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128), Kind::Loopback),
    (v6(0, 0, 0, 96), Kind::Embedded), // IPv4-compatible, RFC 4291
    (Ipv6Net::new_assert(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96), Kind::Embedded), // IPv4-mapped
    (Ipv6Net::new_assert(Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, 0, 0), 96), Kind::Embedded), // IPv4-translated, RFC 2765
    (v6(0x64, 0xff9b, 0, 96), Kind::Embedded), // NAT64, RFC 6052
    (v6(0x64, 0xff9b, 1, 48), Kind::Embedded), // NAT64, RFC 8215
    (v6(0x100, 0, 0, 64), Kind::Protocol), // discard only, RFC 6666
    (v6(0xfd00, 0xec2, 0, 32), Kind::Metadata), // AWS
    (v6(0xfd20, 0xce, 0, 32), Kind::Metadata), // Google
    (v6(0xfc00, 0, 0, 7), Kind::UniqueLocal),
    (v6(0xfe80, 0, 0, 10), Kind::LinkLocal),
    (v6(0xfec0, 0, 0, 10), Kind::SiteLocal),
    (v6(0xff00, 0, 0, 8), Kind::Multicast),
    (v6(0x2001, 0, 0, 32), Kind::Embedded), // Teredo, RFC 4380
    (v6(0x2001, 2, 0, 48), Kind::Benchmarking),
    (v6(0x2001, 0xdb8, 0, 32), Kind::Documentation),
    (v6(0x2001, 0, 0, 23), Kind::Protocol),
    (v6(0x2002, 0, 0, 16), Kind::Embedded), // 6to4, RFC 3056
    (v6(0x3fff, 0, 0, 20), Kind::Documentation),
    (v6(0x5f00, 0, 0, 16), Kind::Protocol), // segment routing, RFC 9602
];

const GLOBAL_UNICAST: Ipv6Net = v6(0x2000, 0, 0, 3);
/// Where IPv4 addresses stand in a network with NAT64 and DNS64.
const NAT64: Ipv6Net = v6(0x64, 0xff9b, 0, 96);

/// What is wrong with an address; `None` for one on the public internet.
#[must_use]
pub fn forbidden(address: IpAddr) -> Option<Kind> {
    match address {
        IpAddr::V4(address) => V4.iter().find(|(net, _)| net.contains(&address)).map(|(_, kind)| *kind),
        IpAddr::V6(address) => {
            let known = V6.iter().find(|(net, _)| net.contains(&address)).map(|(_, kind)| *kind);
            known.or_else(|| isatap(address).then_some(Kind::Embedded)).or_else(|| {
                // Anything else is not assigned to anybody.
                (!GLOBAL_UNICAST.contains(&address)).then_some(Kind::Reserved)
            })
        }
    }
}

/// The IPv4 address that NAT64 (RFC 6052, well-known prefix) would reach by this address.
pub(crate) fn nat64(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V6(address) if NAT64.contains(&address) => {
            let [.., a, b, c, d] = address.octets();
            Some(Ipv4Addr::new(a, b, c, d).into())
        }
        _ => None,
    }
}

/// RFC 5214: the interface identifier is `0:5efe` or `200:5efe` and an IPv4 address.
const fn isatap(address: Ipv6Addr) -> bool {
    let [_, _, _, _, flag, mark, _, _] = address.segments();
    mark == 0x5efe && matches!(flag, 0 | 0x200)
}
