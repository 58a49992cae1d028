//! An event as one part of the page tells it, and how two parts become one.

use marquee_sdk::{Event, schema_org::SchemaEvent};

/// An event, with what joins it to another telling of it.
pub(crate) struct Found {
    pub(crate) event: Event,
    pub(crate) url: Option<String>,
    pub(crate) venues: Vec<String>,
}

impl Found {
    pub(crate) fn published(event: SchemaEvent) -> Self {
        Self { event: event.event, url: event.url, venues: event.locations }
    }

    /// Whether it is at one of the venues (in lower case). Without a venue it is the house's own.
    pub(crate) fn is_at(&self, venues: &[String]) -> bool {
        let named = |name: &String| venues.iter().any(|wanted| name.to_lowercase().contains(wanted));
        self.venues.is_empty() || self.venues.iter().any(named)
    }

    fn is(&self, other: &Self) -> bool {
        match (&self.url, &other.url) {
            (Some(one), Some(two)) => one.trim_end_matches('/') == two.trim_end_matches('/'),
            _ => self.event.title().is_some() && self.event.title() == other.event.title(),
        }
    }
}

/// What is listed, each with what is published of it. The published times come first: they have a year and an offset.
pub(crate) fn merge(listed: Vec<Found>, mut published: Vec<Found>) -> Vec<Found> {
    let mut merged: Vec<Found> = Vec::with_capacity(listed.len());
    for one in listed {
        let at = published.iter().position(|other| other.is(&one));
        merged.push(match at.map(|at| published.remove(at)) {
            Some(exact) => Found {
                event: exact.event.and(one.event),
                url: one.url.or(exact.url),
                venues: if exact.venues.is_empty() { one.venues } else { exact.venues },
            },
            None => one,
        });
    }
    merged
}
