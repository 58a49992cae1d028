//! The cookies of one crawl.
//!
//! Each goes back only to the very host that set it: `Domain` is checked and then left out. That is narrower than browsers are and
//! needs no list of public suffixes, which would be stale by the time somebody needs it. Path, `Secure` and expiry are
//! cookie_store's (RFC 6265). Nothing outlives the crawl, and nothing is shown to a plugin.

use std::sync::{Mutex, PoisonError};

use cookie_store::{CookieStore, RawCookie};
use marquee_model::WebUrl;

use super::PolitenessSettings;

/// A jar.
#[derive(Debug, Default)]
pub(super) struct Cookies {
    store: Mutex<CookieStore>,
}

impl Cookies {
    /// Keeps what an answer from this URL sets, within the limits; the rest is as if it had not been sent.
    pub(super) fn keep(&self, url: &WebUrl, set: &[String], settings: &PolitenessSettings) {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        for line in set {
            let Ok(mut cookie) = RawCookie::parse(line.clone()) else { continue };
            if cookie.name().len().saturating_add(cookie.value().len()) > settings.cookie_bytes {
                continue;
            }
            if cookie.domain().is_some_and(|domain| !within(url.host(), domain)) {
                continue;
            }
            cookie.unset_domain();
            let same = |other: &&cookie_store::Cookie<'_>| {
                url.host().eq_ignore_ascii_case(&String::from(&other.domain)) && other.name() != cookie.name()
            };
            if store.iter_any().filter(same).count() >= settings.cookies {
                continue;
            }
            // What the crate refuses is refused.
            let _kept = store.insert_raw(&cookie.into_owned(), url.url());
        }
    }

    /// The `Cookie` header for this URL, if any cookie is for it.
    pub(super) fn header(&self, url: &WebUrl, settings: &PolitenessSettings) -> Option<String> {
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let mut cookies = store.matches(url.url());
        // Longer paths first (RFC 6265 section 5.4), and always in the same order.
        cookies.sort_by_key(|cookie| (std::cmp::Reverse(cookie.path.len()), cookie.name().to_owned()));
        let mut header = String::new();
        for cookie in cookies {
            let pair = format!("{}={}", cookie.name(), cookie.value());
            if header.len().saturating_add(pair.len()).saturating_add(2) > settings.cookie_bytes {
                continue;
            }
            if !header.is_empty() {
                header.push_str("; ");
            }
            header.push_str(&pair);
        }
        (!header.is_empty()).then_some(header)
    }
}

/// Whether a host is this domain or below it (RFC 6265 section 5.1.3).
fn within(host: &str, domain: &str) -> bool {
    let domain = domain.trim().trim_start_matches('.').to_ascii_lowercase();
    let host = host.to_ascii_lowercase();
    host == domain || host.strip_suffix(&domain).is_some_and(|rest| !domain.is_empty() && rest.ends_with('.'))
}
