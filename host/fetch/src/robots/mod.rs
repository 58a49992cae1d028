//! robots.txt by RFC 9309: what a site asks of robots, and the copy that is kept of it.
//!
//! Pure: [`Rules`] reads and judges, [`RobotsCopy`] says for how long a copy is good and what holds while a site does not give one
//! out. Asking for the file is `polite`'s work. Written by hand, since the wrapped crates differ from the suite that decides
//! (docs/decisions/0012-robots.md).

mod copy;
mod pattern;
mod rules;

pub use copy::{Failing, Read, RobotsCopy, Verdict};
pub use rules::{Judgement, Rules};

use marquee_model::WebUrl;

/// Scheme, host and port: what one robots.txt speaks for (RFC 9309 section 2.3).
#[must_use]
pub fn authority(url: &WebUrl) -> String {
    url.url().origin().ascii_serialization()
}

/// Where the robots.txt for this URL is. `None` only where the URL is so long that not even that is one.
#[must_use]
pub fn address(url: &WebUrl) -> Option<WebUrl> {
    url.join("/robots.txt").ok()
}

/// The part of a URL that rules speak of: path and query.
#[must_use]
pub fn path(url: &WebUrl) -> &str {
    url.url()[url::Position::BeforePath..].split('#').next().unwrap_or("/")
}
