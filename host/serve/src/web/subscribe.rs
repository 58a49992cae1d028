//! The ways to follow a list: each leads to exactly what the page lists, with every filter of it.

use axum::http::Uri;
use marquee_formats::Format;

use super::head::Alternate;
use crate::{App, formats};

/// Formats that a person has a program for, with the word on the button.
const FEEDS: [(Format, &str); 4] =
    [(Format::Rss, "RSS"), (Format::Atom, "Atom"), (Format::JsonFeed, "JSON Feed"), (Format::Csv, "Table (CSV)")];

/// Buttons under a list.
#[derive(Debug)]
pub(super) struct Subscribe {
    /// For the calendar program of this device.
    pub(super) webcal: String,
    /// A page of Google's that subscribes.
    pub(super) google: String,
    /// A page of Microsoft's that subscribes.
    pub(super) outlook: String,
    /// Word and address of each feed.
    pub(super) feeds: Vec<(&'static str, String)>,
    query: String,
}

impl Subscribe {
    /// To the list with these filters, as a query string without `?`.
    pub(super) fn to(app: &App, query: String) -> Self {
        // The text is percent-encoded, so that it is always an address.
        let uri = format!("/api/v1/events?{query}").parse().unwrap_or_else(|_| Uri::from_static("/api/v1/events"));
        let links = formats::links(app, &uri);
        Self {
            webcal: links.webcal,
            google: links.google,
            outlook: links.outlook,
            feeds: FEEDS.iter().map(|(format, word)| (*word, at(*format, &query))).collect(),
            query,
        }
    }

    /// The same for programs that look into a page's head.
    pub(super) fn alternates(&self) -> Vec<Alternate> {
        let formats = [Format::Json, Format::JsonLd, Format::Calendar, Format::Rss, Format::Atom, Format::JsonFeed];
        formats.into_iter().map(|format| Alternate::new(format, at(format, &self.query))).collect()
    }
}

fn at(format: Format, query: &str) -> String {
    let address = format!("/api/v1/events.{}", format.suffix());
    if query.is_empty() { address } else { format!("{address}?{query}") }
}
