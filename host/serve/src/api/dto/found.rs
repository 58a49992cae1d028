//! What a search found.

use chrono::{DateTime, Utc};
use marquee_store::{Found, FoundItem, Highlight, SearchAnswer};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ArtistView, EventView, VenueView, words::FoundWord};

/// What was found, the best first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FoundListing)]
pub(crate) struct FoundListing {
    /// The results.
    pub(crate) data: Vec<FoundView>,
    /// What the text was taken to mean, where a word of it is unknown and another is near; the results are those of this text.
    #[schema(example = "moon quartet")]
    pub(crate) did_you_mean: Option<String>,
}

/// A result: an event, a venue, or an artist.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FoundResult)]
pub(crate) struct FoundView {
    /// What kind of thing it is; the member of this name is not null.
    #[schema(value_type = FoundWord)]
    kind: &'static str,
    /// How well it fits; comparable within one answer.
    score: i32,
    /// The texts in which something fitted.
    highlights: Vec<HighlightView>,
    /// The event.
    event: Option<Box<EventView>>,
    /// The venue.
    venue: Option<Box<VenueView>>,
    /// The artist.
    artist: Option<Box<ArtistView>>,
}

/// A text in which something fitted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Highlight)]
struct HighlightView {
    /// The field: `title`, `performer`, `room`, `venue`, `name` or `city`.
    field: &'static str,
    /// The text in parts; joined they are the text as it is printed.
    parts: Vec<PartView>,
}

/// A part of a text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HighlightPart)]
struct PartView {
    /// The part.
    text: String,
    /// Whether it is what fitted.
    hit: bool,
}

impl FoundListing {
    pub(crate) fn new(answer: SearchAnswer, now: DateTime<Utc>) -> Self {
        let data = answer.results.into_iter().map(|found| FoundView::new(found, now)).collect();
        Self { data, did_you_mean: answer.meant }
    }
}

impl FoundView {
    fn new(found: Found, now: DateTime<Utc>) -> Self {
        let highlights = found.highlights.into_iter().map(HighlightView::from).collect();
        let empty = Self { kind: "event", score: found.score, highlights, event: None, venue: None, artist: None };
        match found.item {
            FoundItem::Event(event) => Self { event: Some(Box::new(EventView::new(*event, &[], now))), ..empty },
            FoundItem::Venue(venue) => Self { kind: "venue", venue: Some(Box::new((*venue).into())), ..empty },
            FoundItem::Artist(artist) => Self { kind: "artist", artist: Some(Box::new((*artist).into())), ..empty },
        }
    }
}

impl From<Highlight> for HighlightView {
    fn from(highlight: Highlight) -> Self {
        let parts = highlight.parts.into_iter().map(|(text, hit)| PartView { text, hit }).collect();
        Self { field: highlight.field, parts }
    }
}
