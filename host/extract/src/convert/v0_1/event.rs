//! Events of `marquee:extractor@0.1` as claims of the model.

use std::fmt;

use chrono::{DateTime, NaiveTime};
use marquee_model::{AgeRestriction, EventClaim, Moment, PerformerClaim, PriceClaim, PriceKind, Role, Status};

use super::{Conversion, date_of, wit};

/// A field of an event, written out only where there is something to remark on: most have nothing.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    field: &'static str,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "events[{}].{}", self.at, self.field)
    }
}

impl Conversion<'_> {
    pub(super) fn event(&mut self, at: usize, raw: wit::Event) -> EventClaim {
        let place = |field| Place { at, field };
        let start = raw.start.map(|moment| {
            let (moment, real) = self.moment(moment, place("start"));
            self.unreal_dates += usize::from(!real);
            moment
        });
        EventClaim {
            start,
            doors: raw.doors.map(|moment| self.moment(moment, place("doors")).0),
            end: raw.end.map(|moment| self.moment(moment, place("end")).0),
            key: self.optional(raw.key, place("key")),
            title: self.optional(raw.title, place("title")),
            performers: self.performers(raw.performers, place("performers")),
            status: raw.status.map(status),
            price: raw.price.map(|price| self.price(price, place("price"))),
            ticket_url: self.optional(raw.ticket_url, place("ticket-url")),
            event_url: self.optional(raw.event_url, place("event-url")),
            image_url: self.optional(raw.image_url, place("image-url")),
            age: raw.age.and_then(|age| self.age(age, place("age"))),
            description: self.optional(raw.description, place("description")),
            genres: self.genres(raw.genres, place("genres")),
            room: self.optional(raw.room, place("room")),
            venue: self.optional(raw.venue, place("venue")),
            weekday: raw.weekday.and_then(|day| self.weekday(day, place("weekday"))),
        }
    }

    /// The moment, and whether it exists. One that does not goes on as text: `normalize` rejects it with its words.
    fn moment(&mut self, raw: wit::Moment, place: Place) -> (Moment, bool) {
        let read = match raw {
            wit::Moment::Date(date) => date_of(date).map(Moment::Date).ok_or_else(|| day(date)),
            wit::Moment::Local(local) => date_of(local.date)
                .zip(time_of(local.time))
                .map(|(date, time)| Moment::Local(date.and_time(time)))
                .ok_or_else(|| format!("{} {}", day(local.date), clock(local.time))),
            wit::Moment::Instant(millis) => DateTime::from_timestamp_millis(millis)
                .map(Moment::Instant)
                .ok_or_else(|| format!("{millis} ms since 1970")),
            wit::Moment::Text(text) => Ok(Moment::Text(self.text(text, place))),
        };
        match read {
            Ok(moment) => (moment, true),
            Err(words) => {
                let message = format!("{place} is a day or time that does not exist");
                self.remark("date-invalid", &message, Some(words.clone()));
                (Moment::Text(words), false)
            }
        }
    }

    fn optional(&mut self, text: Option<String>, place: Place) -> Option<String> {
        text.map(|text| self.text(text, place))
    }

    fn performers(&mut self, raw: Vec<wit::Performer>, place: Place) -> Vec<PerformerClaim> {
        self.few(raw, place)
            .into_iter()
            .map(|performer| PerformerClaim { name: self.text(performer.name, place), role: role(performer.role) })
            .collect()
    }

    fn genres(&mut self, raw: Vec<String>, place: Place) -> Vec<String> {
        self.few(raw, place).into_iter().map(|genre| self.text(genre, place)).collect()
    }

    /// The list, shortened to the limit, which is remarked on.
    fn few<T>(&mut self, mut list: Vec<T>, place: Place) -> Vec<T> {
        if list.len() > self.limits.list_items {
            let message =
                format!("{place} has {} items; `limits.list_items` is {}", list.len(), self.limits.list_items);
            self.remark("list-shortened", &message, None);
            list.truncate(self.limits.list_items);
        }
        list
    }

    fn price(&mut self, raw: wit::Price, place: Place) -> PriceClaim {
        PriceClaim {
            kind: match raw.kind {
                wit::PriceKind::Fixed => PriceKind::Fixed,
                wit::PriceKind::Range => PriceKind::Range,
                wit::PriceKind::From => PriceKind::From,
                wit::PriceKind::Free => PriceKind::Free,
                wit::PriceKind::Donation => PriceKind::Donation,
                wit::PriceKind::PayWhatYouCan => PriceKind::PayWhatYouCan,
                wit::PriceKind::Unknown => PriceKind::Unknown,
            },
            min: self.optional(raw.min, place),
            max: self.optional(raw.max, place),
            currency: self.optional(raw.currency, place),
            text: self.optional(raw.text, place),
        }
    }

    fn age(&mut self, raw: wit::AgeRestriction, place: Place) -> Option<AgeRestriction> {
        match raw {
            wit::AgeRestriction::AllAges => Some(AgeRestriction::AllAges),
            wit::AgeRestriction::Minimum(age @ 1..=99) => Some(AgeRestriction::Minimum(age)),
            wit::AgeRestriction::Minimum(age) => {
                let message = format!("{place} must be 1 to 99 years and was not used");
                self.remark("age-invalid", &message, Some(age.to_string()));
                None
            }
        }
    }

    fn weekday(&mut self, raw: u8, place: Place) -> Option<u8> {
        if (1..=7).contains(&raw) {
            return Some(raw);
        }
        let message = format!("{place} must be 1 (Monday) to 7 (Sunday) and was not used");
        self.remark("weekday-invalid", &message, Some(raw.to_string()));
        None
    }
}

fn time_of(time: wit::Time) -> Option<NaiveTime> {
    NaiveTime::from_hms_opt(time.hour.into(), time.minute.into(), time.second.into())
}

fn day(date: wit::Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}

fn clock(time: wit::Time) -> String {
    format!("{:02}:{:02}:{:02}", time.hour, time.minute, time.second)
}

const fn role(raw: wit::Role) -> Role {
    match raw {
        wit::Role::Headliner => Role::Headliner,
        wit::Role::Support => Role::Support,
        wit::Role::Dj => Role::Dj,
        wit::Role::Host => Role::Host,
        wit::Role::Performer => Role::Performer,
    }
}

const fn status(raw: wit::Status) -> Status {
    match raw {
        wit::Status::Scheduled => Status::Scheduled,
        wit::Status::Cancelled => Status::Cancelled,
        wit::Status::Postponed => Status::Postponed,
        wit::Status::Rescheduled => Status::Rescheduled,
        wit::Status::Moved => Status::Moved,
        wit::Status::SoldOut => Status::SoldOut,
    }
}
