//! Where one source's follow requests may lead, and which headers they may carry.

use marquee_model::{Source, WebUrl};

/// The hosts that a source's follow requests may ask, and the header names that they may set beside the usual ones.
///
/// It binds followed pages (depth 1 and more) on every redirect. The source's own address (depth 0) was chosen by the
/// operator and may redirect to any host that the egress rules allow. Narrower than [`crate::EgressPolicy`], never wider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowScope {
    /// `None`: any host.
    hosts: Option<Vec<String>>,
    headers: Vec<String>,
}

impl FollowScope {
    /// Any host that the egress rules allow: for what the operator asks for at the command line.
    #[must_use]
    pub const fn any() -> Self {
        Self { hosts: None, headers: Vec::new() }
    }

    /// The source's own host and those of its `follow.hosts`, and the headers of its `follow.headers`.
    #[must_use]
    pub fn of(source: &Source) -> Self {
        let hosts = source.follow.hosts.iter().map(|host| normal(host));
        Self { hosts: Some(hosts.chain([normal(source.url.host())]).collect()), headers: Vec::new() }
            .with_headers(source.follow.headers.iter().map(String::as_str))
    }

    /// Admits one more host, such as the one where the source's listing was found after redirects.
    #[must_use]
    pub fn with_host(mut self, url: &WebUrl) -> Self {
        if let Some(hosts) = &mut self.hosts {
            hosts.push(normal(url.host()));
        }
        self
    }

    /// Admits further header names, as the source's configuration allows them. `host`, `cookie`, `authorization` and what
    /// belongs to the connection are never admitted.
    #[must_use]
    pub fn with_headers<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.headers.extend(names.into_iter().map(|name| name.trim().to_ascii_lowercase()));
        self
    }

    /// Whether a followed page may be on this URL's host. `www.venue.example` and `venue.example` are one.
    #[must_use]
    pub fn admits(&self, url: &WebUrl) -> bool {
        let host = normal(url.host());
        self.hosts.as_ref().is_none_or(|known| known.iter().any(|pattern| matches(pattern, &host)))
    }

    pub(crate) fn admits_header(&self, name: &str) -> bool {
        self.headers.iter().any(|known| known == name)
    }
}

/// Lower case, without the root's dot.
fn normal(host: &str) -> String {
    host.trim().trim_end_matches('.').to_ascii_lowercase()
}

fn matches(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(parent) => host.strip_suffix(parent).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
        None => bare(pattern) == bare(host),
    }
}

fn bare(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(hosts: &[&str]) -> FollowScope {
        FollowScope { hosts: Some(hosts.iter().map(|h| normal(h)).collect()), headers: Vec::new() }
    }

    #[test]
    fn own_host_named_hosts_and_subdomains_are_admitted_and_lookalikes_are_not() {
        let scope = scope(&["venue.example", "*.tickets.example"]);
        for (url, admitted) in [
            ("https://venue.example/e/1", true),
            ("https://www.venue.example/e/1", true),
            ("https://VENUE.example./e/1", true),
            ("https://shop.tickets.example/", true),
            ("https://tickets.example/", false),
            ("https://evilvenue.example/", false),
            ("https://eviltickets.example/", false),
            ("https://venue.example.evil.example/", false),
        ] {
            assert_eq!(scope.admits(&url.parse().unwrap()), admitted, "{url}");
        }
        assert!(FollowScope::any().admits(&"https://anything.example/".parse().unwrap()));
    }

    #[test]
    fn a_source_names_the_headers_that_its_follow_requests_may_carry() {
        let source: Source = serde_json::from_value(serde_json::json!({
            "id": "src_0199c3f0000070008000000000000001", "slug": "venue", "site": "site_0199c3f0000070008000000000000002",
            "venue": "ven_0199c3f0000070008000000000000003", "url": "https://api.example/", "first_request": "plugin",
            "plugin": "json", "configuration": {}, "zone": "Europe/Berlin", "languages": [], "currency": null,
            "default_age": null, "schedule": { "every_minutes": 360 }, "fetching": {}, "enabled": true,
            "follow": { "pages": 60, "depth": 3, "bytes": 1000, "hosts": [], "headers": ["X-Api-Key"] }
        }))
        .unwrap();
        let scope = FollowScope::of(&source);
        assert!(scope.admits_header("x-api-key") && !scope.admits_header("x-other"));
    }
}
