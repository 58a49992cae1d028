//! MusicLive's events.

use chrono::{DateTime, Utc};
use marquee_model::{AgeRestriction, Money, Performer, PriceKind, Role, Status};
use marquee_store::{EventDetail, Sighting, StoredEvent};
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use utoipa::ToSchema;

/// An event in a list of MusicLive's.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LegacyEvent {
    /// MusicLive's integer id.
    #[schema(example = 17)]
    id: i64,
    /// The title.
    title: String,
    /// The headliner, else the first act on the bill.
    artist_name: Option<String>,
    /// The instant of the start; null where no time is known.
    starts_at_utc: Option<DateTime<Utc>>,
    /// The instant of the end; null where no time is known.
    ends_at_utc: Option<DateTime<Utc>>,
    /// Where it takes place.
    venue_name: String,
    /// The lowest price; null where it is not known, 0 for a free event.
    price_min: Option<f64>,
    /// The highest price.
    price_max: Option<f64>,
    /// The currency, a code of ISO 4217, where it is known.
    currency: Option<&'static str>,
    /// Where tickets are sold.
    ticket_url: Option<String>,
    /// `All Ages`, or the least age such as `21+`; null where it is not said.
    age_restriction: Option<String>,
}

impl From<StoredEvent> for LegacyEvent {
    fn from(event: StoredEvent) -> Self {
        let (price_min, price_max) = prices(&event);
        Self {
            id: event.legacy_id,
            artist_name: artist(&event.performers),
            title: event.title,
            starts_at_utc: event.start.utc,
            ends_at_utc: event.end.and_then(|end| end.utc),
            venue_name: event.venue_name.unwrap_or(event.venue.name),
            price_min,
            price_max,
            currency: event.price.and_then(|price| price.currency).map(marquee_model::Currency::code),
            ticket_url: event.ticket_url.map(String::from),
            age_restriction: event.age.map(age),
        }
    }
}

/// The headliner, else the first act on the bill.
fn artist(bill: &[Performer]) -> Option<String> {
    let headliner = bill.iter().find(|act| act.role == Role::Headliner);
    headliner.or_else(|| bill.first()).map(|act| act.name.clone())
}

/// Lowest and highest price as plain numbers. Free is 0; what is not known stays unknown (MusicLive put it at 0).
fn prices(event: &StoredEvent) -> (Option<f64>, Option<f64>) {
    let Some(price) = &event.price else { return (None, None) };
    let number = |money: Option<Money>| money.and_then(|m| m.amount().to_f64());
    match price.kind {
        PriceKind::Free => (Some(0.0), Some(0.0)),
        PriceKind::Fixed => (number(price.min), number(price.max.or(price.min))),
        _ => (number(price.min), number(price.max)),
    }
}

fn age(age: AgeRestriction) -> String {
    match age {
        AgeRestriction::AllAges => "All Ages".to_owned(),
        AgeRestriction::Minimum(years) => format!("{years}+"),
    }
}

/// One event of MusicLive's.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LegacyEventDetail {
    #[serde(flatten)]
    event: LegacyEvent,
    /// The venue's integer id.
    venue_id: i64,
    /// Whether it will not take place.
    is_cancelled: bool,
    /// Where it is listed.
    sources: Vec<LegacyAttribution>,
}

/// A source that lists the event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LegacyAttribution {
    /// The source's short name.
    name: String,
    /// The page on which it was seen last.
    url: String,
    /// When it was first seen there.
    first_seen_at: DateTime<Utc>,
    /// When it was last seen there.
    last_seen_at: DateTime<Utc>,
}

impl From<EventDetail> for LegacyEventDetail {
    fn from(detail: EventDetail) -> Self {
        Self {
            venue_id: detail.event.venue.legacy_id,
            is_cancelled: detail.event.status == Status::Cancelled,
            event: detail.event.into(),
            sources: detail.sightings.into_iter().map(LegacyAttribution::from).collect(),
        }
    }
}

impl From<Sighting> for LegacyAttribution {
    fn from(sighting: Sighting) -> Self {
        Self {
            name: sighting.source_slug.into(),
            url: sighting.page_url.into(),
            first_seen_at: sighting.first_seen,
            last_seen_at: sighting.last_seen,
        }
    }
}
