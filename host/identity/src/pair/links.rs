//! Links compared by what they lead to: without trackers, affiliates and languages.

use marquee_model::WebUrl;

/// A link, reduced to what tells two pages apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    /// Host, path and the parameters that count.
    key: String,
    /// The host, without `www`.
    host: String,
    /// The longest number in it: sellers number their events.
    number: Option<String>,
    /// Leads to one thing rather than to a shop, a calendar or a person.
    specific: bool,
}

/// How two links compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    /// One page of one event.
    Equal,
    /// One page that may stand for many events.
    EqualButGeneral,
    /// Two pages of one seller.
    SellerDiffers,
    /// Nothing follows.
    Silent,
}

/// Parameters that say where a reader came from or which language is shown.
const TRACKERS: [&str; 34] = [
    "fbclid",
    "gclid",
    "msclkid",
    "dclid",
    "yclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "aff",
    "affid",
    "aff_id",
    "affiliate",
    "afflky",
    "affiliateid",
    "ref",
    "referrer",
    "referer",
    "source",
    "src",
    "campaign",
    "camefrom",
    "irgwc",
    "clickid",
    "_ga",
    "_gl",
    "promo",
    "lang",
    "locale",
    "hl",
    "partner",
    "wt_mc",
    "did",
    "language",
    "subid",
];

/// Parameters in which affiliates carry the address that they lead to.
const CARRIERS: [&str; 12] =
    ["u", "url", "to", "redirect", "redirect_url", "target", "dest", "destination", "murl", "link", "q", "goto"];

/// Last parts of paths that stand for many events.
const GENERAL: [&str; 22] = [
    "tickets",
    "ticket",
    "events",
    "event",
    "calendar",
    "shows",
    "programme",
    "program",
    "programm",
    "agenda",
    "concerts",
    "billets",
    "entradas",
    "biglietti",
    "karten",
    "shop",
    "store",
    "home",
    "index",
    "upcoming",
    "listings",
    "whats-on",
];

/// Digits that a number has at least to be a seller's; years have four.
const NUMBER: usize = 5;

/// Characters that a title in a path has at least.
const SLUG: usize = 10;

impl Link {
    pub(super) fn of(url: &WebUrl) -> Self {
        let outer = url.url();
        let inner = outer
            .query_pairs()
            .filter(|(name, _)| CARRIERS.contains(&name.to_ascii_lowercase().as_str()))
            .find_map(|(_, value)| value.parse::<WebUrl>().ok())
            .filter(|inner| inner.host() != url.host());
        let address = inner.as_ref().map_or(outer, WebUrl::url);
        let host = address.host_str().unwrap_or_default().to_ascii_lowercase();
        let host =
            ["www.", "m.", "mobile."].iter().find_map(|start| host.strip_prefix(start)).unwrap_or(&host).to_owned();
        let path = address.path().to_lowercase();
        let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        if parts.len() > 1 && parts.first().is_some_and(|part| is_language(part)) {
            parts.remove(0);
        }
        let mut query: Vec<String> = address
            .query_pairs()
            .filter(|(name, _)| {
                let name = name.to_ascii_lowercase();
                !name.starts_with("utm_") && !TRACKERS.contains(&name.as_str())
            })
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        query.sort_unstable();
        let key = format!("{host}/{}?{}", parts.join("/"), query.join("&"));
        let number =
            numbers(&key).filter(|number| number.len() >= NUMBER).max_by_key(|number| number.len()).map(str::to_owned);
        let social = ["facebook.", "fb.", "instagram.", "twitter.", "x.com", "linktr.ee"]
            .iter()
            .any(|name| host.starts_with(name));
        let last = parts.last().copied().unwrap_or_default();
        let slug = last.len() >= SLUG && (last.contains('-') || last.contains('_'));
        let deep = parts.len() > 1 && !GENERAL.contains(&last) && last.len() > 3;
        let specific = number.is_some()
            || slug
            || (!social && deep)
            || query.iter().any(|pair| pair.contains(|c: char| c.is_ascii_digit()));
        // Two pages of one event on a social network are common: one by the promoter, one by the venue.
        let host = if social { String::new() } else { host };
        Self { key, host, number, specific }
    }

    pub(super) fn compare(&self, other: &Self) -> Links {
        if self.key == other.key {
            return if self.specific { Links::Equal } else { Links::EqualButGeneral };
        }
        if self.host.is_empty() || self.host != other.host {
            return Links::Silent;
        }
        match (&self.number, &other.number) {
            (Some(a), Some(b)) if a == b => Links::Equal,
            _ if self.specific && other.specific => Links::SellerDiffers,
            _ => Links::Silent,
        }
    }
}

fn numbers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty())
}

/// `en`, `fr-ca`.
fn is_language(part: &str) -> bool {
    let letters = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_lowercase());
    letters(part)
        || part.split_once(['-', '_']).is_some_and(|(language, country)| letters(language) && letters(country))
}

#[cfg(test)]
mod tests {
    use super::{Link, Links};

    #[test]
    fn links_are_compared_by_what_they_lead_to() {
        for (a, b, expected) in [
            (
                "https://www.seller.example/e/moon-tickets-123456789?aff=ebdsource",
                "https://seller.example/e/moon-tickets-123456789/",
                Links::Equal,
            ),
            (
                "https://seller.example/en/e/123456789",
                "https://seller.example/fr-ca/e/moon-123456789?utm_source=x",
                Links::Equal,
            ),
            (
                "https://go.example/c/1/2?u=https%3A%2F%2Fseller.example%2Fe%2F123456",
                "https://seller.example/e/123456",
                Links::Equal,
            ),
            ("https://seller.example/e/123456", "https://seller.example/e/123457", Links::SellerDiffers),
            ("https://seller.example/e/123456", "https://other.example/e/123457", Links::Silent),
            ("https://venue.example/tickets", "https://venue.example/tickets/", Links::EqualButGeneral),
            ("https://facebook.com/events/123456789", "https://facebook.com/events/987654321", Links::Silent),
            ("https://shop.example/?event=4711", "https://shop.example/?event=4712", Links::SellerDiffers),
        ] {
            let link = |text: &str| Link::of(&text.parse().unwrap());
            assert_eq!(link(a).compare(&link(b)), expected, "{a} {b}");
        }
    }
}
