//! Which addresses and hosts may be asked: every denied range, every way of writing one.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use marquee_fetch::{
    AllowedHost, Denial, EgressPolicy,
    address::{Kind, forbidden},
    egress::Grant,
};
use proptest::prelude::*;

#[cfg(test)]
fn check(url: &str) -> Result<Grant, Denial> {
    EgressPolicy::default().check(&url.parse().unwrap())
}

#[test]
fn the_first_and_last_address_of_every_denied_range_are_denied_and_their_neighbours_are_not() {
    for (first, last, kind, before, after) in [
        ("0.0.0.0", "0.255.255.255", Kind::Unspecified, None, Some("1.0.0.0")),
        ("10.0.0.0", "10.255.255.255", Kind::Private, Some("9.255.255.255"), Some("11.0.0.0")),
        ("100.64.0.0", "100.127.255.255", Kind::SharedAddressSpace, Some("100.63.255.255"), Some("100.128.0.0")),
        ("127.0.0.0", "127.255.255.255", Kind::Loopback, Some("126.255.255.255"), Some("128.0.0.0")),
        ("169.254.0.0", "169.254.255.255", Kind::LinkLocal, Some("169.253.255.255"), Some("169.255.0.0")),
        ("172.16.0.0", "172.31.255.255", Kind::Private, Some("172.15.255.255"), Some("172.32.0.0")),
        ("192.0.0.0", "192.0.0.255", Kind::Protocol, Some("191.255.255.255"), Some("192.0.1.0")),
        ("192.0.2.0", "192.0.2.255", Kind::Documentation, Some("192.0.1.255"), Some("192.0.3.0")),
        ("192.88.99.0", "192.88.99.255", Kind::Protocol, Some("192.88.98.255"), Some("192.88.100.0")),
        ("192.168.0.0", "192.168.255.255", Kind::Private, Some("192.167.255.255"), Some("192.169.0.0")),
        ("198.18.0.0", "198.19.255.255", Kind::Benchmarking, Some("198.17.255.255"), Some("198.20.0.0")),
        ("198.51.100.0", "198.51.100.255", Kind::Documentation, Some("198.51.99.255"), Some("198.51.101.0")),
        ("203.0.113.0", "203.0.113.255", Kind::Documentation, Some("203.0.112.255"), Some("203.0.114.0")),
        ("224.0.0.0", "239.255.255.255", Kind::Multicast, Some("223.255.255.255"), None),
        ("240.0.0.0", "255.255.255.255", Kind::Reserved, None, None),
        ("::1", "::1", Kind::Loopback, None, None),
        ("::2", "::ffff:ffff", Kind::Embedded, None, None),
        ("::ffff:0:0", "::ffff:ffff:ffff", Kind::Embedded, None, None),
        ("64:ff9b::", "64:ff9b::ffff:ffff", Kind::Embedded, None, None),
        ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", Kind::Embedded, None, None),
        ("2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", Kind::Embedded, None, None),
        (
            "2001:db8::",
            "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
            Kind::Documentation,
            Some("2001:db7::1"),
            Some("2001:db9::1"),
        ),
        ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Kind::Embedded, Some("2001:ffff::1"), Some("2003::1")),
        (
            "3fff::",
            "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
            Kind::Documentation,
            Some("3ffe::1"),
            Some("3fff:1000::1"),
        ),
        ("fc00::", "fcff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Kind::UniqueLocal, None, None),
        ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Kind::LinkLocal, None, None),
        ("fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Kind::SiteLocal, None, None),
        ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Kind::Multicast, None, None),
        ("4000::", "4000::ffff", Kind::Reserved, None, None),
    ] {
        for address in [first, last] {
            assert_eq!(forbidden(address.parse().unwrap()), Some(kind), "{address}");
        }
        for address in [before, after].into_iter().flatten() {
            assert_eq!(forbidden(address.parse().unwrap()), None, "{address}");
        }
    }
}

#[test]
fn metadata_services_are_denied_even_to_hosts_that_the_operator_named() {
    let policy = EgressPolicy::default();
    for address in
        ["169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254"]
    {
        let address = address.parse().unwrap();
        assert_eq!(policy.check_address(address, true), Err(Denial::Address { address, kind: Kind::Metadata }));
    }
    assert_eq!(policy.check_address(Ipv4Addr::LOCALHOST.into(), true), Ok(()));
    assert!(policy.check_address(Ipv4Addr::LOCALHOST.into(), false).is_err());
}

#[test]
fn every_way_of_writing_a_private_host_is_denied() {
    for url in [
        "http://127.0.0.1/",
        "http://127.0.0.1./",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://127.0.0.1%2e/",
        "http://%31%32%37.0.0.1/",
        "http://１２７.０.０.１/",
        "http://127。0。0。1/",
        "http://①②⑦.⓪.⓪.①/",
        "http://0/",
        "http://0.0.0.0/",
        "http://[::]/",
        "http://[::1]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[::ffff:8.8.8.8]/",
        "http://[fe80::5efe:8.8.8.8]/",
        "http://[2606:4700::5efe:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://[fd00:ec2::254]/",
        "http://10.1.2.3/",
        "http://192.168.0.1/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://ｌｏｃａｌｈｏｓｔ/",
        "http://app.localhost/",
        "http://localhost.localdomain/",
        "http://metadata.google.internal/computeMetadata/v1/",
        "http://metadata.google.internal./",
        "http://metadata/",
        "http://instance-data/",
        "http://./",
    ] {
        let Ok(url) = url.parse() else { continue };
        let denial = EgressPolicy::default().check(&url).unwrap_err();
        assert!(matches!(denial, Denial::Address { .. } | Denial::Name(_)), "{url}: {denial}");
    }
}

#[test]
fn public_hosts_on_the_ports_of_the_web_may_be_asked_and_other_ports_may_not() {
    for url in [
        "http://venue.example/",
        "https://venue.example/",
        "http://8.8.8.8/",
        "https://[2606:4700::1111]/",
        "http://venue.example:443/",
    ] {
        assert_eq!(check(url), Ok(Grant::Public), "{url}");
    }
    for (url, port) in
        [("http://venue.example:22/", 22), ("https://venue.example:8443/", 8443), ("http://8.8.8.8:0/", 0)]
    {
        assert_eq!(check(url), Err(Denial::Port(port)), "{url}");
    }
}

#[test]
fn the_operator_allows_a_host_by_its_exact_name_and_port() {
    let policy = |allow: &str| EgressPolicy { allow: vec![allow.parse().unwrap()], ..EgressPolicy::default() };
    for (allow, url, allowed) in [
        ("localhost:8080", "http://localhost:8080/", true),
        ("localhost:8080", "http://LOCALHOST.:8080/", true),
        ("localhost:8080", "http://localhost:8081/", false),
        ("localhost:8080", "http://app.localhost:8080/", false),
        ("localhost:8080", "http://127.0.0.1:8080/", false),
        ("Calendar.LAN.", "http://calendar.lan:9000/", true),
        ("calendar.lan", "http://calendar.lan.evil.example:9000/", false),
        ("127.0.0.1", "http://127.1:9000/", true),
        ("127.0.0.1", "http://[::ffff:127.0.0.1]:9000/", true),
        ("127.0.0.1", "http://127.0.0.2:9000/", false),
        ("[::1]:9000", "http://[::1]:9000/", true),
        ("[::1]", "http://[::1]:1234/", true),
        ("bücher.example", "http://xn--bcher-kva.example:81/", true),
    ] {
        let granted = policy(allow).check(&url.parse().unwrap());
        assert_eq!(granted == Ok(Grant::Named), allowed, "{allow} {url}: {granted:?}");
    }
}

#[test]
fn what_is_no_host_is_not_allowed() {
    for text in [
        "",
        "*",
        "*.example.org",
        "http://a.example",
        "a b",
        "a.example:0",
        "a.example:99999",
        "a.example:http",
        "a.example/x",
    ] {
        let error = text.parse::<AllowedHost>().unwrap_err().to_string();
        assert!(error.contains("Write a name or address"), "{text}: {error}");
    }
    let policy: EgressPolicy = toml::from_str("allow = ['localhost:8080', '[::1]']").unwrap();
    assert_eq!(toml::from_str::<EgressPolicy>(&toml::to_string(&policy).unwrap()).unwrap(), policy);
    assert!(toml::from_str::<EgressPolicy>("allow_private = true").is_err());
}

#[test]
fn behind_nat64_the_address_inside_is_judged() {
    let policy = EgressPolicy { nat64: true, ..EgressPolicy::default() };
    assert_eq!(policy.check_address("64:ff9b::808:808".parse().unwrap(), false), Ok(()));
    for inner in ["64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b::a00:1", "64:ff9b:1::808:808"] {
        assert!(policy.check_address(inner.parse().unwrap(), false).is_err(), "{inner}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn an_ipv4_address_hidden_in_ipv6_is_never_public(bits: u32, interface: u64, prefix: u64) {
        let [a, b, c, d] = bits.to_be_bytes();
        let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        let prefix = (prefix >> 3) | (1 << 61); // somewhere in 2000::/3
        for hidden in [
            Ipv4Addr::from(bits).to_ipv6_mapped(),
            Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, high, low),
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
            Ipv6Addr::from((0x2002_u128 << 112) | (u128::from(bits) << 80) | u128::from(interface)),
            Ipv6Addr::from((0x2001_u128 << 112) | u128::from(interface)),
            Ipv6Addr::from((u128::from(prefix) << 64) | (0x5efe_u128 << 32) | u128::from(bits)),
            Ipv6Addr::from((u128::from(prefix) << 64) | (0x0200_5efe_u128 << 32) | u128::from(bits)),
        ] {
            prop_assert!(forbidden(hidden.into()).is_some(), "{}", hidden);
        }
    }

    #[test]
    fn what_the_standard_library_knows_as_special_is_denied(bits: u32) {
        let address = Ipv4Addr::from(bits);
        let special = address.is_loopback() || address.is_private() || address.is_link_local() || address.is_broadcast()
            || address.is_documentation() || address.is_multicast() || address.is_unspecified();
        prop_assert!(!special || forbidden(address.into()).is_some(), "{}", address);
    }

    #[test]
    fn no_ipv6_address_outside_of_global_unicast_is_public(bits: u128) {
        let address = Ipv6Addr::from(bits);
        prop_assert!(bits >> 125 == 1 || forbidden(address.into()).is_some(), "{}", address);
    }

    #[test]
    fn a_denied_address_is_denied_however_the_url_writes_it(bits in prop::sample::select(vec![0x7f00_0001_u32, 0x0a01_0203, 0xa9fe_a9fe, 0xc0a8_0001, 0x6440_0001])) {
        let [a, b, c, d] = bits.to_be_bytes();
        for host in [
            format!("{bits}"),
            format!("{bits:#x}"),
            format!("0{bits:o}"),
            format!("{a:#x}.{b}.0{c:o}.{d}"),
            format!("{a}.{}", bits & 0x00ff_ffff),
            format!("{a}.{b}.{}", bits & 0xffff),
            format!("[::ffff:{a}.{b}.{c}.{d}]"),
            format!("{a}.{b}.{c}.{d}."),
        ] {
            let denied = check(&format!("http://{host}/"));
            prop_assert!(matches!(denied, Err(Denial::Address { .. })), "{}: {:?}", host, denied);
        }
    }
}

#[test]
fn an_address_on_the_public_internet_is_not_denied() {
    for address in
        ["1.1.1.1", "93.184.216.34", "151.101.1.140", "2606:2800:220:1:248:1893:25c8:1946", "2a00:1450:4001::200e"]
    {
        assert_eq!(forbidden(address.parse::<IpAddr>().unwrap()), None, "{address}");
    }
}
