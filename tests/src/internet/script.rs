//! What each host of the fake internet does, hour by hour.
//!
//! A script is data, so that the checker of [`super::rules`] can read in it what a host forbade and wished without asking the code
//! under test what it understood.

use std::{fmt::Write as _, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};

use super::serve::{Act, Request};

/// A host: a name with its robots.txt, its venues, and its bad hours.
#[derive(Clone, Default)]
pub struct HostScript {
    /// Its name, or its address where it has no name.
    pub name: String,
    /// What robots.txt answers, each from an instant on; the first holds from the beginning. Empty: 404.
    pub robots: Vec<(DateTime<Utc>, Robots)>,
    /// Its bad hours. Where several hold, the first counts.
    pub weather: Vec<Spell>,
    /// The venues that it lists.
    pub venues: Vec<VenueScript>,
    /// Whether answers are packed for clients that read gzip.
    pub gzip: bool,
    /// What is done to a request instead of answering it well, byte by byte.
    pub hostile: Option<Hostility>,
}

/// What a hostile host does to a request; `None`: it answers well.
pub type Hostility = Arc<dyn Fn(&Request) -> Option<Vec<Act>> + Send + Sync>;

/// An answer to `/robots.txt`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Robots {
    /// A file with these rules.
    Rules(RobotsRules),
    /// A status without a file.
    Status(u16),
    /// The connection is reset.
    Reset,
    /// Elsewhere on the same host.
    Moved(Box<RobotsRules>),
}

/// Rules for all robots, or for ours where `ours` is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RobotsRules {
    /// Paths that may not be asked, by their beginning.
    pub disallow: Vec<String>,
    /// Exceptions, by their beginning; the longer beginning counts.
    pub allow: Vec<String>,
    /// Seconds between two requests.
    pub crawl_delay: Option<u32>,
    /// Whether they stand in a group of our own; the group for all robots then forbids everything.
    pub ours: bool,
}

impl RobotsRules {
    /// Everything is allowed.
    #[must_use]
    pub fn open() -> Self {
        Self::default()
    }

    /// Nothing is.
    #[must_use]
    pub fn closed() -> Self {
        Self { disallow: vec!["/".to_owned()], ..Self::default() }
    }

    /// The file's text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::from("# written for a test\r\n");
        if self.ours {
            text.push_str("User-agent: *\r\nDisallow: /\r\n\r\nUser-agent: otherbot\r\nuser-agent: MARQUEE\r\n");
        } else {
            text.push_str("User-agent: *\r\n");
        }
        for path in &self.allow {
            let _infallible = write!(text, "Allow: {path}\r\n");
        }
        for path in &self.disallow {
            let _infallible = write!(text, "Disallow: {path} # please\r\n");
        }
        if let Some(seconds) = self.crawl_delay {
            let _infallible = write!(text, "Crawl-delay: {seconds}\r\n");
        }
        text
    }

    /// Whether they allow a path, by section 2.2.2 of RFC 9309: the longest match counts, and `Allow` where two are as long. The rules
    /// of these scripts hold no `*` and no `$`.
    #[must_use]
    pub fn allows(&self, path: &str) -> bool {
        let longest = |rules: &[String]| rules.iter().filter(|rule| path.starts_with(*rule)).map(String::len).max();
        longest(&self.allow) >= longest(&self.disallow)
    }
}

/// Some bad hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spell {
    /// They begin.
    pub from: DateTime<Utc>,
    /// They are over.
    pub until: DateTime<Utc>,
    /// What they are like.
    pub weather: Weather,
}

/// How a host is in a bad hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    /// Status 429 or 503, or another, perhaps with a wait in seconds that it asks for.
    Status(u16, Option<u32>),
    /// The same, but the wait is given as a date.
    StatusUntil(u16, u32),
    /// It takes the request and says nothing.
    Silent,
    /// It answers after so long.
    Slow(Duration),
    /// It resets the connection.
    Reset,
    /// It sends half of each page and leaves.
    Half,
    /// It shows a check for robots, with status 200.
    Captcha,
    /// Its name has no address.
    Nowhere,
}

/// A venue's calendar below `/SLUG/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VenueScript {
    /// The first part of its paths.
    pub slug: String,
    /// Shows on all pages together.
    pub shows: usize,
    /// Shows on a page.
    pub per_page: usize,
    /// Whether each show has a page of its own.
    pub details: bool,
    /// Whether every third of those pages lies below `/private/`.
    pub private: bool,
    /// How often the listing changes; `None`: never.
    pub changes: Option<TimeDelta>,
    /// Whether an `ETag` is sent.
    pub etag: bool,
    /// Whether `Last-Modified` is sent.
    pub last_modified: bool,
    /// Where the listing has moved to, host and all; `PORT` stands for the server's port.
    pub moved: Option<String>,
}

impl VenueScript {
    /// A venue with one page of four shows that never change.
    #[must_use]
    pub fn small(slug: &str) -> Self {
        Self {
            slug: slug.to_owned(),
            shows: 4,
            per_page: 20,
            details: false,
            private: false,
            changes: None,
            etag: true,
            last_modified: false,
            moved: None,
        }
    }

    /// The path of the listing.
    #[must_use]
    pub fn listing(&self) -> String {
        format!("/{}/shows", self.slug)
    }
}

impl HostScript {
    /// A host without robots.txt, where the weather is fair.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// What robots.txt answers at an instant; `None`: 404.
    #[must_use]
    pub fn robots_at(&self, at: DateTime<Utc>) -> Option<(usize, &Robots)> {
        let begun = self.robots.iter().enumerate().take_while(|(place, (from, _))| *place == 0 || *from <= at);
        begun.last().map(|(place, (_, robots))| (place, robots))
    }

    /// The weather at an instant; `None`: fair.
    #[must_use]
    pub fn weather_at(&self, at: DateTime<Utc>) -> Option<Weather> {
        self.weather.iter().find(|spell| spell.from <= at && at < spell.until).map(|spell| spell.weather)
    }
}
