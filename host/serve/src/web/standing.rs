//! Whether an event takes place, in words: what, since when, and how that is known.

use chrono::{DateTime, Utc};
use marquee_model::Status;
use marquee_store::{EventField, StoredEvent};

/// How an event stands, where it is not as usual.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// In a sentence.
    pub(super) what: String,
    /// What began then: `Known since`.
    pub(super) from: &'static str,
    /// Since when.
    pub(super) since: Option<Moment>,
    /// On what evidence.
    pub(super) evidence: Option<String>,
}

/// An instant for people and for machines.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// `23 November 2026, 12:00 UTC`.
    pub(super) words: String,
    /// For the attribute `datetime`.
    pub(super) machine: String,
}

impl From<DateTime<Utc>> for Moment {
    fn from(at: DateTime<Utc>) -> Self {
        Self {
            words: at.format("%-d %B %Y, %H:%M UTC").to_string(),
            machine: at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        }
    }
}

/// The word beside a title, where something is not as usual.
pub(super) const fn notice(event: &StoredEvent) -> Option<&'static str> {
    let life = &event.lifecycle;
    match event.status {
        Status::Cancelled if life.presumed => Some("Presumed cancelled"),
        Status::Cancelled => Some("Cancelled"),
        Status::Postponed => Some("Postponed"),
        _ if life.missing_since.is_some() => Some("No longer listed"),
        Status::Rescheduled => Some("New date"),
        Status::Scheduled if !life.earlier_starts.is_empty() => Some("New date"),
        Status::Moved => Some("Moved"),
        Status::SoldOut => Some("Sold out"),
        Status::Scheduled => None,
    }
}

/// Whether somebody said that it is cancelled. What is only presumed is not struck out.
pub(super) fn is_cancelled(event: &StoredEvent) -> bool {
    event.status == Status::Cancelled && !event.lifecycle.presumed
}

/// How an event stands, where that needs saying.
pub(super) fn standing(event: &StoredEvent) -> Option<Standing> {
    let life = &event.lifecycle;
    let what = match event.status {
        Status::Cancelled if life.presumed => {
            "This is presumed to be cancelled. Nobody said so: it is concluded from its absence where it was listed. \
             Ask the venue before you decide."
        }
        Status::Cancelled => "This is cancelled.",
        Status::Postponed => "This is postponed. The new day is not known.",
        _ if life.missing_since.is_some() => {
            return Some(Standing {
                what: "This is not listed any more, and may not take place.".to_owned(),
                from: "Missing since",
                since: life.missing_since.map(Moment::from),
                evidence: None,
            });
        }
        Status::Rescheduled => "This is on another day than first announced.",
        Status::Moved => "This takes place elsewhere than first announced.",
        Status::SoldOut => "This is sold out.",
        Status::Scheduled => return None,
    };
    Some(Standing {
        what: what.to_owned(),
        from: if life.presumed { "Presumed since" } else { "Known since" },
        since: Some(life.status_since.into()),
        evidence: Some(life.evidence.trim().to_owned()).filter(|evidence| !evidence.is_empty()),
    })
}

/// A field that a person corrected, in a word or two.
pub(super) const fn field_words(field: EventField) -> &'static str {
    match field {
        EventField::Title => "title",
        EventField::Performers => "bill",
        EventField::Start => "start",
        EventField::Doors => "doors",
        EventField::End => "end",
        EventField::Status => "status",
        EventField::Price => "price",
        EventField::TicketUrl => "link to tickets",
        EventField::EventUrl => "link to its page",
        EventField::ImageUrl => "picture",
        EventField::Age => "age",
        EventField::Description => "description",
        EventField::Genres => "genre",
        EventField::Room => "room",
        EventField::Venue | EventField::VenueName => "venue",
    }
}
