//! A list of events: rows whole or in part, counts, and what is told once for all of them.

use std::borrow::Cow;

use chrono::NaiveDate;
use marquee_model::{Status, VenueId};
use marquee_store::{Facets, VenueCount};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Ref, RefOr, Schema, schema::AnyOfBuilder},
};

use super::{ArtistView, EventView, SiteView, SourceView, VenueView, words::StatusWord};

/// A part of a list of events.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventListing {
    /// The events; with `fields` only the members that were asked for.
    #[schema(value_type = Vec<EventOrPart>)]
    pub(crate) data: Rows,
    /// Give this as `cursor` to get the rows after these; null is the end of the list. The same address stands in the header
    /// `link` with `rel="next"`.
    pub(crate) next_cursor: Option<String>,
    /// What `text` was taken to mean, where a word of it is unknown and another is near.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "moon quartet")]
    pub(crate) did_you_mean: Option<String>,
    /// Counts of the whole list, where `facets` asks for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) facets: Option<FacetsView>,
    /// What `include` asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) included: Option<Included>,
}

/// The rows of a list.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Rows {
    /// Whole.
    Whole(Vec<EventView>),
    /// Some members of each.
    Parts(Vec<Map<String, Value>>),
}

impl Rows {
    /// The events with these members only; with all, where none is named.
    pub(crate) fn new(events: Vec<EventView>, fields: &[&str]) -> Self {
        if fields.is_empty() {
            return Self::Whole(events);
        }
        let part = |event: EventView| match serde_json::to_value(event) {
            Ok(Value::Object(mut members)) => {
                members.retain(|name, _| name == "id" || fields.contains(&name.as_str()));
                members
            }
            _ => Map::new(),
        };
        Self::Parts(events.into_iter().map(part).collect())
    }

    /// How many there are.
    pub(crate) const fn len(&self) -> usize {
        match self {
            Self::Whole(events) => events.len(),
            Self::Parts(parts) => parts.len(),
        }
    }
}

/// The schema of a row: an event, or members of one.
#[derive(Debug)]
pub(crate) enum EventOrPart {}

impl PartialSchema for EventOrPart {
    fn schema() -> RefOr<Schema> {
        let whole = Ref::from_schema_name(EventView::name());
        RefOr::T(Schema::AnyOf(AnyOfBuilder::new().item(whole).item(Ref::from_schema_name(EventPart::name())).build()))
    }
}

impl ToSchema for EventOrPart {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("EventOrPart")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((EventView::name().into_owned(), EventView::schema()));
        EventView::schemas(schemas);
        schemas.push((EventPart::name().into_owned(), EventPart::schema()));
    }
}

/// The schema of members of an event: an event of which only the id is required.
#[derive(Debug)]
enum EventPart {}

impl PartialSchema for EventPart {
    fn schema() -> RefOr<Schema> {
        let mut schema = EventView::schema();
        if let RefOr::T(Schema::Object(event)) = &mut schema {
            event.required = vec!["id".to_owned()];
            event.description = Some("Members of an event, as `fields` names them.".to_owned());
        }
        schema
    }
}

impl ToSchema for EventPart {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("EventPart")
    }
}

/// Things that the events name, each once.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Included {
    /// The events' venues, by their ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) venues: Option<Vec<VenueView>>,
    /// The artists on the events' bills.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) artists: Option<Vec<ArtistView>>,
    /// The sources that tell of the events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sources: Option<Vec<SourceView>>,
    /// The events' sites.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sites: Option<Vec<SiteView>>,
}

/// Counts of a list. A facet that was not asked for is empty.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Facets)]
pub(crate) struct FacetsView {
    /// Events that were counted.
    counted: i64,
    /// Whether these are all events of the list. A list of more than 100,000 is counted in part.
    complete: bool,
    /// The venues with the most events, at most 100.
    venue: Vec<VenueFacet>,
    /// The most frequent genres, at most 100, in lower case and without accents.
    genre: Vec<GenreFacet>,
    /// Every status that occurs.
    status: Vec<StatusFacet>,
    /// The first days of the venues' calendars, at most 100.
    day: Vec<DayFacet>,
}

/// A venue and its number of events.
#[derive(Debug, Serialize, ToSchema)]
struct VenueFacet {
    /// Its id, for the parameter `venue`.
    #[schema(value_type = String, example = "ven_0198c0de00007000800000000000abcd")]
    id: VenueId,
    /// Its short name.
    slug: String,
    /// Its name.
    name: String,
    /// Number of events.
    count: i64,
}

/// A genre and its number of events.
#[derive(Debug, Serialize, ToSchema)]
struct GenreFacet {
    /// The genre, for the parameter `genre`.
    #[schema(example = "jazz")]
    value: String,
    /// Number of events.
    count: i64,
}

/// A status and its number of events.
#[derive(Debug, Serialize, ToSchema)]
struct StatusFacet {
    /// The status.
    #[schema(value_type = StatusWord)]
    value: Status,
    /// Number of events.
    count: i64,
}

/// A day and its number of events.
#[derive(Debug, Serialize, ToSchema)]
struct DayFacet {
    /// The day.
    value: NaiveDate,
    /// Number of events that begin on it.
    count: i64,
}

impl From<Facets> for FacetsView {
    fn from(facets: Facets) -> Self {
        let venue = |VenueCount { id, slug, name, count }| VenueFacet { id, slug, name, count };
        Self {
            counted: facets.counted,
            complete: facets.complete,
            venue: facets.venues.into_iter().map(venue).collect(),
            genre: facets.genres.into_iter().map(|(value, count)| GenreFacet { value, count }).collect(),
            status: facets.statuses.into_iter().map(|(value, count)| StatusFacet { value, count }).collect(),
            day: facets.days.into_iter().map(|(value, count)| DayFacet { value, count }).collect(),
        }
    }
}
