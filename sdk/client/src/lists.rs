//! Lists: a page, or all rows as a stream.

use futures::{Stream, TryStreamExt as _, stream};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    Client, Error, EventQuery,
    client::Answer,
    models::{Artist, Crawl, Event, Facets, HistoryEntry, Included, Site, Source, Venue, VenueNear},
};

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Page<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Where the rows after these are; `None` is the end.
    pub next_cursor: Option<String>,
}

/// A part of a list of events.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct EventPage {
    /// The events.
    pub data: Vec<Event>,
    /// Where the rows after these are; `None` is the end.
    pub next_cursor: Option<String>,
    /// What `text` was taken to mean, where a word of it is unknown and another is near.
    pub did_you_mean: Option<String>,
    /// Counts of the whole list, where `facets` asks for them.
    pub facets: Option<Facets>,
    /// What `include` asks for.
    pub included: Option<Included>,
    /// From where to follow changes, so that nothing is missed after this page.
    #[serde(skip)]
    pub changes_cursor: Option<String>,
}

impl Client {
    /// A page of events. For the next one give its `next_cursor` as the parameter `cursor`.
    ///
    /// # Errors
    /// What the server refuses, and what does not arrive or cannot be read.
    pub async fn event_page(&self, query: EventQuery) -> Result<EventPage, Error> {
        let Answer { mut value, head } = self.answer::<EventPage>((&["events"], &query.pairs())).await?;
        let cursor = head.get("marquee-changes-cursor").and_then(|value| value.to_str().ok());
        value.changes_cursor = cursor.map(str::to_owned);
        Ok(value)
    }

    /// All events that a query names, page after page.
    pub fn events(&self, query: EventQuery) -> impl Stream<Item = Result<Event, Error>> + use<> {
        self.rows(&["events"], query.pairs())
    }

    /// All events of an artist.
    pub fn artist_events(&self, artist: &str, query: EventQuery) -> impl Stream<Item = Result<Event, Error>> + use<> {
        self.rows(&["artists", artist, "events"], query.pairs())
    }

    /// What happened to an event, in order.
    pub fn event_history(&self, event: &str) -> impl Stream<Item = Result<HistoryEntry, Error>> + use<> {
        self.rows(&["events", event, "history"], Vec::new())
    }

    /// All venues, by name; `query` holds parameters of `GET /venues`.
    pub fn venues(&self, query: Vec<(String, String)>) -> impl Stream<Item = Result<Venue, Error>> + use<> {
        self.rows(&["venues"], query)
    }

    /// The venues around a place, the nearest first.
    pub fn venues_near(
        &self,
        latitude: f64,
        longitude: f64,
        radius: &str,
    ) -> impl Stream<Item = Result<VenueNear, Error>> + use<> {
        self.rows(&["venues", "near"], vec![("near".to_owned(), format!("{latitude},{longitude},{radius}"))])
    }

    /// All artists; `query` holds parameters of `GET /artists`.
    pub fn artists(&self, query: Vec<(String, String)>) -> impl Stream<Item = Result<Artist, Error>> + use<> {
        self.rows(&["artists"], query)
    }

    /// All sites.
    pub fn sites(&self) -> impl Stream<Item = Result<Site, Error>> + use<> {
        self.rows(&["sites"], Vec::new())
    }

    /// All sources, and how each is doing.
    pub fn sources(&self) -> impl Stream<Item = Result<Source, Error>> + use<> {
        self.rows(&["sources"], Vec::new())
    }

    /// All crawls, the newest first; `query` holds parameters of `GET /crawls`.
    pub fn crawls(&self, query: Vec<(String, String)>) -> impl Stream<Item = Result<Crawl, Error>> + use<> {
        self.rows(&["crawls"], query)
    }

    /// Every row of a list below `/api/v1`, page after page.
    pub fn rows<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: Vec<(String, String)>,
    ) -> impl Stream<Item = Result<T, Error>> + use<T> {
        let path: Vec<String> = path.iter().map(|part| (*part).to_owned()).collect();
        let pages = stream::try_unfold(Some((self.clone(), path, query)), async |place| {
            let Some((client, path, mut query)) = place else { return Ok(None) };
            let parts: Vec<&str> = path.iter().map(String::as_str).collect();
            let Page { data, next_cursor } = client.answer::<Page<T>>((&parts, &query)).await?.value;
            let next = next_cursor.map(|cursor| {
                query.retain(|(name, _)| name != "cursor");
                query.push(("cursor".to_owned(), cursor));
                (client, path, query)
            });
            Ok(Some((stream::iter(data.into_iter().map(Ok)), next)))
        });
        pages.try_flatten()
    }
}
