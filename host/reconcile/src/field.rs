//! The fields of an event, one by one: how two tellings of an event are compared and how one value is taken over.
//!
//! Used by the plan (what changed), by history (what was written down) and by fusing (which source's value is shown).
//! Never judges whether a value is right.

use marquee_model::{Event, Status};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A field of an event. Identity, key and attribution are none: they tell where an event comes from, not what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventField {
    /// The title.
    Title,
    /// The bill.
    Performers,
    /// When it starts.
    Start,
    /// When doors open.
    Doors,
    /// When it ends.
    End,
    /// Whether it takes place, in the page's own words.
    Status,
    /// What it costs.
    Price,
    /// Where tickets are sold.
    TicketUrl,
    /// Its own page.
    EventUrl,
    /// A picture.
    ImageUrl,
    /// Who may come in.
    Age,
    /// What is told about it.
    Description,
    /// Genres.
    Genres,
    /// The room.
    Room,
    /// The venue of the source.
    Venue,
    /// Another venue, by name.
    VenueName,
}

impl EventField {
    /// Every field, in the order in which changes are listed.
    pub const ALL: [Self; 16] = [
        Self::Title,
        Self::Performers,
        Self::Start,
        Self::Doors,
        Self::End,
        Self::Status,
        Self::Price,
        Self::TicketUrl,
        Self::EventUrl,
        Self::ImageUrl,
        Self::Age,
        Self::Description,
        Self::Genres,
        Self::Room,
        Self::Venue,
        Self::VenueName,
    ];

    /// Its name, as in the API and in an event's JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Performers => "performers",
            Self::Start => "start",
            Self::Doors => "doors",
            Self::End => "end",
            Self::Status => "status",
            Self::Price => "price",
            Self::TicketUrl => "ticket_url",
            Self::EventUrl => "event_url",
            Self::ImageUrl => "image_url",
            Self::Age => "age",
            Self::Description => "description",
            Self::Genres => "genres",
            Self::Room => "room",
            Self::Venue => "venue",
            Self::VenueName => "venue_name",
        }
    }

    /// Whether both tellings say the same.
    #[must_use]
    pub fn same(self, a: &Event, b: &Event) -> bool {
        match self {
            Self::Title => a.title == b.title,
            Self::Performers => a.performers == b.performers,
            Self::Start => a.start == b.start,
            Self::Doors => a.doors == b.doors,
            Self::End => a.end == b.end,
            Self::Status => a.status == b.status,
            Self::Price => a.price == b.price,
            Self::TicketUrl => a.ticket_url == b.ticket_url,
            Self::EventUrl => a.event_url == b.event_url,
            Self::ImageUrl => a.image_url == b.image_url,
            Self::Age => a.age == b.age,
            Self::Description => a.description == b.description,
            Self::Genres => a.genres == b.genres,
            Self::Room => a.room == b.room,
            Self::Venue => a.venue == b.venue,
            Self::VenueName => a.venue_name == b.venue_name,
        }
    }

    /// Whether the event tells this at all. "Scheduled" is what silence means, so it is no telling of a status.
    #[must_use]
    pub fn told(self, event: &Event) -> bool {
        match self {
            Self::Title | Self::Start | Self::Venue => true,
            Self::Performers => !event.performers.is_empty(),
            Self::Doors => event.doors.is_some(),
            Self::End => event.end.is_some(),
            Self::Status => event.status != Status::Scheduled,
            Self::Price => event.price.is_some(),
            Self::TicketUrl => event.ticket_url.is_some(),
            Self::EventUrl => event.event_url.is_some(),
            Self::ImageUrl => event.image_url.is_some(),
            Self::Age => event.age.is_some(),
            Self::Description => event.description.is_some(),
            Self::Genres => !event.genres.is_empty(),
            Self::Room => event.room.is_some(),
            Self::VenueName => event.venue_name.is_some(),
        }
    }

    /// Takes this field's value over from another telling.
    pub fn copy(self, from: &Event, to: &mut Event) {
        match self {
            Self::Title => to.title.clone_from(&from.title),
            Self::Performers => to.performers.clone_from(&from.performers),
            Self::Start => to.start.clone_from(&from.start),
            Self::Doors => to.doors.clone_from(&from.doors),
            Self::End => to.end.clone_from(&from.end),
            Self::Status => to.status = from.status,
            Self::Price => to.price.clone_from(&from.price),
            Self::TicketUrl => to.ticket_url.clone_from(&from.ticket_url),
            Self::EventUrl => to.event_url.clone_from(&from.event_url),
            Self::ImageUrl => to.image_url.clone_from(&from.image_url),
            Self::Age => to.age = from.age,
            Self::Description => to.description.clone_from(&from.description),
            Self::Genres => to.genres.clone_from(&from.genres),
            Self::Room => to.room.clone_from(&from.room),
            Self::Venue => to.venue = from.venue,
            Self::VenueName => to.venue_name.clone_from(&from.venue_name),
        }
    }

    /// The value as it stands in an event's JSON; `null` where it is not told.
    #[must_use]
    pub fn value(self, event: &Event) -> Value {
        match self {
            Self::Title => Value::from(event.title.as_str()),
            Self::Performers => json(&event.performers),
            Self::Start => json(&event.start),
            Self::Doors => json(&event.doors),
            Self::End => json(&event.end),
            Self::Status => json(&event.status),
            Self::Price => json(&event.price),
            Self::TicketUrl => json(&event.ticket_url),
            Self::EventUrl => json(&event.event_url),
            Self::ImageUrl => json(&event.image_url),
            Self::Age => json(&event.age),
            Self::Description => json(&event.description),
            Self::Genres => json(&event.genres),
            Self::Room => json(&event.room),
            Self::Venue => json(&event.venue),
            Self::VenueName => json(&event.venue_name),
        }
    }

    /// Sets the field from a value of its kind.
    ///
    /// # Errors
    /// Where the value is none of this field's kind, in words.
    pub fn set(self, event: &mut Event, value: &Value) -> Result<(), serde_json::Error> {
        let value = value.clone();
        match self {
            Self::Title => event.title = serde_json::from_value(value)?,
            Self::Performers => event.performers = serde_json::from_value(value)?,
            Self::Start => event.start = serde_json::from_value(value)?,
            Self::Doors => event.doors = serde_json::from_value(value)?,
            Self::End => event.end = serde_json::from_value(value)?,
            Self::Status => event.status = serde_json::from_value(value)?,
            Self::Price => event.price = serde_json::from_value(value)?,
            Self::TicketUrl => event.ticket_url = serde_json::from_value(value)?,
            Self::EventUrl => event.event_url = serde_json::from_value(value)?,
            Self::ImageUrl => event.image_url = serde_json::from_value(value)?,
            Self::Age => event.age = serde_json::from_value(value)?,
            Self::Description => event.description = serde_json::from_value(value)?,
            Self::Genres => event.genres = serde_json::from_value(value)?,
            Self::Room => event.room = serde_json::from_value(value)?,
            Self::Venue => event.venue = serde_json::from_value(value)?,
            Self::VenueName => event.venue_name = serde_json::from_value(value)?,
        }
        Ok(())
    }
}

/// These types serialise always: their maps have text for keys and their numbers are finite.
pub(crate) fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

/// One field that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field.
    pub field: EventField,
    /// What was known.
    pub from: Value,
    /// What the page says now.
    pub to: Value,
}

impl FieldChange {
    /// The change of a field between two tellings.
    #[must_use]
    pub fn between(field: EventField, from: &Event, to: &Event) -> Self {
        Self { field, from: field.value(from), to: field.value(to) }
    }
}

/// The fields in which two tellings differ.
pub fn differing(a: &Event, b: &Event) -> impl Iterator<Item = EventField> {
    EventField::ALL.into_iter().filter(|field| !field.same(a, b))
}
