//! The fields of an event that are scored, and what an event has in each of them.

use chrono::Timelike as _;
use marquee_model::{AgeRestriction, Event, EventTime, Role};
use serde::Serialize;

/// A scored field, in the order of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The title without status words.
    Title,
    /// The first act of the bill.
    Headliner,
    /// The opening acts.
    Openers,
    /// The day.
    Date,
    /// When the show starts.
    Show,
    /// When doors open.
    Doors,
    /// When it ends.
    End,
    /// The start as an instant.
    Utc,
    /// The lowest price.
    PriceMin,
    /// The highest price.
    PriceMax,
    /// The kind of price.
    PriceKind,
    /// The currency of the price.
    Currency,
    /// Who may come in.
    Age,
    /// Whether it takes place.
    Status,
    /// Where tickets are sold.
    TicketUrl,
    /// The event's own page.
    EventUrl,
    /// Another venue than the source's.
    Venue,
    /// The platform's own key.
    Key,
    /// The next page of the listing.
    NextPage,
}

impl Field {
    /// The word for it in tables and JSON.
    #[must_use]
    pub fn name(self) -> String {
        word(&self)
    }
}

/// The serialised word of a value of a closed set.
pub(crate) fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// What an event has in a field; `None` is "nothing".
pub(crate) fn value(event: &Event, field: Field) -> Option<String> {
    let price = event.price.as_ref();
    let url = |url: Option<&marquee_model::WebUrl>| url.map(ToString::to_string);
    match field {
        Field::Title => Some(event.title.clone()),
        Field::Headliner => event.performers.first().map(|act| act.name.clone()),
        Field::Openers => {
            let openers: Vec<&str> = openers(event);
            (!openers.is_empty()).then(|| openers.join("; "))
        }
        Field::Date => Some(event.start.date.to_string()),
        Field::Show => clock(Some(&event.start)),
        Field::Doors => clock(event.doors.as_ref()),
        Field::End => clock(event.end.as_ref()),
        Field::Utc => event.start.utc.map(|utc| utc.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
        Field::PriceMin => price.and_then(|price| price.min).map(|money| money.to_string()),
        Field::PriceMax => price.and_then(|price| price.max).map(|money| money.to_string()),
        Field::PriceKind => price.map(|price| word(&price.kind)),
        Field::Currency => price.and_then(|price| price.currency).map(|currency| currency.to_string()),
        Field::Age => event.age.map(age),
        Field::Status => Some(word(&event.status)),
        Field::TicketUrl => url(event.ticket_url.as_ref()),
        Field::EventUrl => url(event.event_url.as_ref()),
        Field::Venue => event.venue_name.clone(),
        Field::Key => event.key.clone(),
        Field::NextPage => None,
    }
}

/// The acts after the first; where some are marked as support, those.
pub(crate) fn openers(event: &Event) -> Vec<&str> {
    let support = event.performers.iter().filter(|act| act.role == Role::Support);
    let marked: Vec<&str> = support.map(|act| act.name.as_str()).collect();
    if marked.is_empty() { event.performers.iter().skip(1).map(|act| act.name.as_str()).collect() } else { marked }
}

/// Hours and minutes: what venues print, and all that files of expected values agree on.
fn clock(time: Option<&EventTime>) -> Option<String> {
    time?.time.map(|time| format!("{:02}:{:02}", time.hour(), time.minute()))
}

/// An age restriction as it is printed.
pub(crate) fn age(age: AgeRestriction) -> String {
    match age {
        AgeRestriction::AllAges => "all ages".to_owned(),
        AgeRestriction::Minimum(years) => format!("{years}+"),
    }
}
