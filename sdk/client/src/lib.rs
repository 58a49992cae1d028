//! A typed client of Marquee's API for Rust programs.
//!
//! [`Client`] reads everything that the API tells: events, venues, artists, sites, what a search finds, sources and crawls, and what
//! changes. Lists are streams that go on to the last row by themselves; following changes is a stream that does not end. What the server
//! refuses is an [`Error::Problem`] with the server's own words (RFC 9457). Answers 429 and 503 are tried again when the server says.
//! It never writes, and keeps nothing between calls.
//!
//! ```no_run
//! use futures::TryStreamExt as _;
//! use marquee_client::{Client, EventQuery, Since};
//!
//! # async fn example() -> Result<(), marquee_client::Error> {
//! let client = Client::new("https://events.example")?;
//!
//! // Every coming event in Toronto for at most 25, to the last page.
//! let query = EventQuery::new().site("toronto").past("exclude").with("price_max", "25");
//! let mut events = std::pin::pin!(client.events(query));
//! while let Some(event) = events.try_next().await? {
//!     println!("{} {}", event.start.date, event.title);
//! }
//!
//! // What changes from now on, as it changes.
//! let mut changes = std::pin::pin!(client.follow(Since::Now, Vec::new()));
//! while let Some(change) = changes.try_next().await? {
//!     println!("{:?} {}: {}", change.kind, change.event_id, change.reason);
//! }
//! # Ok(())
//! # }
//! ```

mod client;
mod error;
mod follow;
mod lists;
mod models;
mod query;
mod things;

pub use client::{Client, Fetched, Limits, Tag};
pub use error::{Error, ParameterError, Problem};
pub use follow::Since;
pub use lists::{EventPage, Page};
pub use models::{
    Age, Artist, Change, ChangeKind, ChangePage, ChangedField, Crawl, Event, EventTime, Facets, Found, FoundPage,
    Freshness, HistoryEntry, Included, Offer, Performer, Price, Role, Sighting, Site, Source, Status, StatusDetail,
    Tally, Venue, VenueNear, VenueShort, Version,
};
pub use query::EventQuery;
