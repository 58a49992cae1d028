//! What is known of an event when it is compared: borrowed from a record, whole or in part.
//!
//! The entrance to [`pair`](crate::pair). Nothing here is judged; a field that a record does not have stays empty, and an empty field
//! is never evidence against anything.

use chrono::{NaiveDate, NaiveTime};
use marquee_model::{Event, Performer, SourceId, Status, VenueId, WebUrl};

/// What is known of one event.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Who says it; native keys mean something within one source only.
    pub source: Option<SourceId>,
    /// The platform's own key.
    pub native_key: Option<&'a str>,
    /// The title; status words and aggregators' additions may still be in it.
    pub title: &'a str,
    /// The title has been freed of status words, so that they need not be looked for.
    pub title_is_plain: bool,
    /// The bill. Empty: the title is asked.
    pub performers: &'a [Performer],
    /// The venue.
    pub venue: VenueId,
    /// The name of another venue, where the record says that the event is elsewhere.
    pub venue_name: Option<&'a str>,
    /// The room within the venue.
    pub room: Option<&'a str>,
    /// The day on which it starts, on the venue's calendar.
    pub date: NaiveDate,
    /// When it starts, on the venue's clock.
    pub start_time: Option<NaiveTime>,
    /// When doors open.
    pub doors_time: Option<NaiveTime>,
    /// The day on which it ends.
    pub end_date: Option<NaiveDate>,
    /// When it ends.
    pub end_time: Option<NaiveTime>,
    /// Where tickets are sold.
    pub ticket_url: Option<&'a WebUrl>,
    /// The event's own page.
    pub event_url: Option<&'a WebUrl>,
    /// Whether it takes place.
    pub status: Status,
    /// Names of the venue and its city, as far as the caller knows them: words that are in both titles without saying anything.
    pub place_names: &'a [&'a str],
}

impl<'a> Facts<'a> {
    /// An event of which only title, venue and day are known.
    #[must_use]
    pub const fn new(title: &'a str, venue: VenueId, date: NaiveDate) -> Self {
        Self {
            source: None,
            native_key: None,
            title,
            title_is_plain: false,
            performers: &[],
            venue,
            venue_name: None,
            room: None,
            date,
            start_time: None,
            doors_time: None,
            end_date: None,
            end_time: None,
            ticket_url: None,
            event_url: None,
            status: Status::Scheduled,
            place_names: &[],
        }
    }

    /// What a normalised event tells.
    #[must_use]
    pub fn of(event: &'a Event) -> Self {
        Self {
            source: Some(event.attribution.source),
            native_key: event.key.as_deref(),
            title: &event.title,
            title_is_plain: true,
            performers: &event.performers,
            venue: event.venue,
            venue_name: event.venue_name.as_deref(),
            room: event.room.as_deref(),
            date: event.start.date,
            start_time: event.start.time,
            doors_time: event.doors.as_ref().and_then(|doors| doors.time),
            end_date: event.end.as_ref().map(|end| end.date),
            end_time: event.end.as_ref().and_then(|end| end.time),
            ticket_url: event.ticket_url.as_ref(),
            event_url: event.event_url.as_ref(),
            status: event.status,
            place_names: &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use marquee_model::{
        Attribution, CrawlId, Digest, Event, EventTime, Performer, PluginId, PluginVersion, Resolution, Role, SourceId,
        Status, VenueId,
    };

    use super::Facts;
    use crate::{Verdict, compare, continues};

    fn event(title: &str, acts: &[&str]) -> Event {
        let at = chrono::DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let zone: marquee_model::Zone = "America/Toronto".parse().unwrap();
        let start = EventTime {
            date: "2026-11-12".parse().unwrap(),
            time: Some("20:00:00".parse().unwrap()),
            zone,
            utc: None,
            resolution: Resolution::Unique,
        };
        let performer =
            |(name, billing): (&&str, u16)| Performer { name: (*name).to_owned(), role: Role::Performer, billing };
        Event {
            identity: "x".to_owned(),
            key: Some("17".to_owned()),
            venue: VenueId::from_uuid(uuid::Uuid::from_u128(1)),
            title: title.to_owned(),
            performers: acts.iter().zip(1..).map(performer).collect(),
            start,
            doors: None,
            end: None,
            status: Status::Scheduled,
            price: None,
            ticket_url: None,
            event_url: None,
            image_url: None,
            age: None,
            description: None,
            genres: Vec::new(),
            room: None,
            venue_name: None,
            attribution: Attribution {
                source: SourceId::from_uuid(uuid::Uuid::from_u128(2)),
                crawl: CrawlId::from_uuid(uuid::Uuid::from_u128(3)),
                page: Digest::of(b"page"),
                page_url: "https://lantern.example/events".parse().unwrap(),
                plugin: PluginVersion {
                    id: "css".parse::<PluginId>().unwrap(),
                    version: "0.1.0".parse().unwrap(),
                    digest: Digest::of(b"plugin"),
                },
                fetched_at: at,
            },
        }
    }

    #[test]
    fn facts_are_taken_from_a_normalised_event() {
        let (a, b) = (
            event("Wren w/ Tin Lantern", &["Wren", "Tin Lantern"]),
            event("Tin Lantern, Wren", &["Tin Lantern", "Wren"]),
        );
        assert_eq!(compare(&Facts::of(&a), &Facts::of(&b)).verdict, Verdict::Same);
        let facts = Facts::of(&a);
        assert_eq!((facts.native_key, facts.date, facts.start_time), (Some("17"), a.start.date, a.start.time));
        let retitled = event("An Evening of Slow Songs", &["An Evening of Slow Songs"]);
        assert_eq!(continues(&facts, &Facts::of(&retitled)).verdict, Verdict::Same, "its key and night are the same");
    }
}
