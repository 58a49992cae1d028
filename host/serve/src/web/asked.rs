//! What a list page is asked for: the filters of the interface's own list of events, read so that nothing can be wrong.
//!
//! A page answers with what it understood and says what it left out. What it understood is kept: in the form, in the links to what comes
//! later and earlier, and in the addresses on which the same list can be followed.

use std::collections::BTreeMap;

use axum::http::Uri;
use marquee_model::Slug;
use marquee_store::{EventCursor, StoredEvent};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use crate::{
    App,
    api::{EventFilter, OWN_NAMES},
    cursor,
    params::{self, Parameters, Reader},
};

/// Filters that the interface shares with others or has on this one list alone.
const FURTHER_NAMES: [&str; 3] = ["site", "price_min", "price_max"];
/// Names of the interface that order or shape an answer: the page does that itself.
const OF_THE_ANSWER: [&str; 6] = ["sort", "fields", "include", "facets", "cursor", "limit"];

/// Where in the list the page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Turn {
    /// Behind this place.
    Later(EventCursor),
    /// Before it.
    Earlier(EventCursor),
}

impl Turn {
    /// To what is behind an event.
    pub(super) fn later(event: &StoredEvent) -> Self {
        Self::Later(EventCursor::Start { start: event.sort_start(), id: event.id })
    }

    /// To what is before an event.
    pub(super) fn earlier(event: &StoredEvent) -> Self {
        Self::Earlier(EventCursor::Start { start: event.sort_start(), id: event.id })
    }
}

/// What a page is asked for.
#[derive(Debug)]
pub(super) struct Asked {
    /// The filters that were understood, as given.
    pub(super) given: BTreeMap<String, String>,
    /// Of this site.
    pub(super) site: Option<Slug>,
    /// The same filters, read.
    pub(super) filter: EventFilter,
    /// What was not understood, with the reason.
    pub(super) left_out: Vec<(String, String)>,
    /// Where in the list.
    pub(super) turn: Option<Turn>,
}

impl Asked {
    /// Reads an address. Names that are no filter are passed over: other programs add their own to links.
    pub(super) fn read(uri: &Uri, app: &App) -> Self {
        let all: BTreeMap<String, String> =
            params::pairs(uri).into_iter().filter(|(_, value)| !value.trim().is_empty()).collect();
        let cursor = all.get("cursor").cloned();
        let mut given: BTreeMap<String, String> = all.into_iter().filter(|(name, _)| is_filter(name)).collect();
        let mut reader = reader(&given, app);
        filters(&mut reader);
        let left_out: Vec<_> =
            reader.faults().iter().map(|fault| (fault.parameter.clone(), fault.reason.clone())).collect();
        given.retain(|name, _| left_out.iter().all(|(left, _)| left != name));
        // Read once more without what is wrong: half a range, say, must not narrow the list.
        let (site, filter) = filters(&mut self::reader(&given, app));
        let mut asked = Self { given, site, filter, left_out, turn: None };
        asked.turn = cursor.and_then(|text| cursor::read(&app.settings, &asked.scope(), &text).ok());
        asked
    }

    /// Whether anything narrows the list.
    pub(super) fn is_filtered(&self) -> bool {
        !self.given.is_empty()
    }

    /// A value as given, empty where there is none.
    pub(super) fn value(&self, name: &str) -> &str {
        self.given.get(name).map(String::as_str).unwrap_or_default()
    }

    /// The filters as a query string without `?`.
    pub(super) fn query(&self) -> String {
        query(self.given.iter())
    }

    /// The page's own address with these filters.
    pub(super) fn address(&self) -> String {
        if self.given.is_empty() { "/".to_owned() } else { format!("/?{}", self.query()) }
    }

    /// The address of another part of the list.
    pub(super) fn turned(&self, app: &App, turn: Turn) -> Option<String> {
        let text = cursor::write(&app.settings, &self.scope(), &turn).ok()?;
        let cursor = ("cursor".to_owned(), text);
        Some(format!("/?{}", query(self.given.iter().chain([(&cursor.0, &cursor.1)]))))
    }

    /// What cursors of this list are bound to. The first day is no part of it: it moves on at midnight.
    fn scope(&self) -> String {
        format!("web {:?}", self.given)
    }
}

/// The filters of a list of events.
fn filters(reader: &mut Reader) -> (Option<Slug>, EventFilter) {
    (reader.parse("site", ""), EventFilter::read(reader))
}

fn reader(given: &BTreeMap<String, String>, app: &App) -> Reader {
    Reader::new(given.iter().map(|(name, value)| (name.clone(), value.clone())).collect(), app)
}

/// Whether a parameter of this name says which events are meant.
pub(crate) fn is_filter(name: &str) -> bool {
    (OWN_NAMES.contains(&name) || FURTHER_NAMES.contains(&name)) && !OF_THE_ANSWER.contains(&name)
}

fn query<'a>(pairs: impl Iterator<Item = (&'a String, &'a String)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
