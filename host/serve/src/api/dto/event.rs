//! An event.

use chrono::{DateTime, TimeDelta, Utc};
use marquee_model::{AgeRestriction, EventId, Performer, Price, PriceKind, Role, SourceId, Status, VenueId};
use marquee_store::{Lifecycle, SeenBy, StoredEvent};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    instant,
    time::TimeView,
    words::{AvailabilityWord, FreshnessWord, PriceKindWord, RoleWord, StatusWord},
};

/// An event as Marquee knows it now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub(crate) struct EventView {
    /// Its id, kept for life.
    #[schema(value_type = String, example = "evt_0198c0de00007000800000000000abcd")]
    pub(crate) id: EventId,
    /// The title, without status words.
    pub(crate) title: String,
    /// Whether it takes place.
    #[schema(value_type = StatusWord)]
    pub(crate) status: Status,
    /// Since when and on what evidence its status is what it is.
    pub(crate) status_detail: StatusDetail,
    /// Short name of its site.
    #[schema(example = "toronto")]
    pub(crate) site: String,
    /// The venue that lists it.
    pub(crate) venue: VenueShort,
    /// The name of another venue, where the page says that the event is elsewhere.
    pub(crate) elsewhere: Option<String>,
    /// The room within the venue.
    pub(crate) room: Option<String>,
    /// When doors open.
    pub(crate) doors: Option<TimeView>,
    /// When the show starts.
    pub(crate) start: TimeView,
    /// When it ends.
    pub(crate) end: Option<TimeView>,
    /// Starts on other days that it was announced for before, the oldest first.
    pub(crate) previous_starts: Vec<TimeView>,
    /// The bill, in billing order.
    pub(crate) performers: Vec<PerformerView>,
    /// What it costs; null is "not said".
    pub(crate) price: Option<PriceView>,
    /// Who may come in; null is "not said".
    pub(crate) age: Option<AgeView>,
    /// Where tickets are sold.
    pub(crate) ticket_url: Option<String>,
    /// The event's own page.
    pub(crate) event_url: Option<String>,
    /// A picture.
    pub(crate) image_url: Option<String>,
    /// What the page tells about it, as text.
    pub(crate) description: Option<String>,
    /// Genres as printed.
    pub(crate) genres: Vec<String>,
    /// What can be bought; empty where neither a price nor a link is known.
    pub(crate) offers: Vec<OfferView>,
    /// Where it is listed, the latest sighting first.
    pub(crate) sources: Vec<SightingView>,
    /// How lately somebody said so.
    pub(crate) freshness: FreshnessView,
    /// Fields whose value a person set, over what sources say; `GET /events/{id}/why` tells what they say.
    #[schema(value_type = Vec<String>, example = json!(["title"]))]
    pub(crate) corrected: Vec<&'static str>,
    /// When it was first stored.
    #[serde(serialize_with = "instant::instant")]
    pub(crate) created_at: DateTime<Utc>,
    /// When a value of it last changed.
    #[serde(serialize_with = "instant::instant")]
    pub(crate) updated_at: DateTime<Utc>,
    /// Counts its changes, from 1.
    #[schema(example = 1)]
    pub(crate) revision: u64,
    /// Metres to its venue, where the list is asked for with `near`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1250.4)]
    pub(crate) distance_meters: Option<f64>,
}

impl EventView {
    /// The event with those who tell of it, of the many that are given in the order of their events, at this moment.
    pub(crate) fn new(event: StoredEvent, seen_by: &[SeenBy], now: DateTime<Utc>) -> Self {
        let (first, id) = (seen_by.partition_point(|seen_by| seen_by.event < event.id), event.id);
        let own = seen_by.iter().skip(first).take_while(|seen_by| seen_by.event == id);
        let sources: Vec<SightingView> = own.map(SightingView::from).collect();
        let freshness = FreshnessView::new(&event, &sources, now);
        let offers = OfferView::of(&event);
        let text = |url: Option<marquee_model::WebUrl>| url.map(String::from);
        Self {
            id: event.id,
            title: event.title,
            status: event.status,
            status_detail: StatusDetail::from(&event.lifecycle, event.status),
            site: event.site.slug.into(),
            venue: VenueShort { id: event.venue.id, slug: event.venue.slug.into(), name: event.venue.name },
            elsewhere: event.venue_name,
            room: event.room,
            doors: event.doors.as_ref().map(TimeView::from),
            start: TimeView::from(&event.start),
            end: event.end.as_ref().map(TimeView::from),
            previous_starts: event.lifecycle.earlier_starts.iter().map(TimeView::from).collect(),
            performers: event.performers.into_iter().map(PerformerView::from).collect(),
            price: event.price.as_ref().map(PriceView::from),
            age: event.age.map(AgeView::from),
            ticket_url: text(event.ticket_url),
            event_url: text(event.event_url),
            image_url: text(event.image_url),
            description: event.description,
            genres: event.genres,
            offers,
            sources,
            freshness,
            corrected: event.lifecycle.corrected.iter().map(|field| field.name()).collect(),
            created_at: event.created_at,
            updated_at: event.updated_at,
            revision: event.revision,
            distance_meters: None,
        }
    }
}

/// Since when and on what evidence a status is what it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatusDetail {
    /// Since when.
    #[serde(serialize_with = "instant::instant")]
    pub(crate) since: DateTime<Utc>,
    /// Whether it is only concluded from the event's absence: no page says so.
    pub(crate) presumed: bool,
    /// The evidence, in words.
    #[schema(example = "the page lists it so")]
    pub(crate) evidence: String,
    /// Since when no source lists it any more; null while one does.
    #[serde(serialize_with = "instant::maybe")]
    pub(crate) missing_since: Option<DateTime<Utc>>,
    /// Whether a new day is still to be determined: it is postponed, and `start` is the day that does not hold any more.
    pub(crate) date_tbd: bool,
}

impl StatusDetail {
    fn from(lifecycle: &Lifecycle, status: Status) -> Self {
        Self {
            since: lifecycle.status_since,
            presumed: lifecycle.presumed,
            evidence: lifecycle.evidence.clone(),
            missing_since: lifecycle.missing_since,
            date_tbd: status == Status::Postponed,
        }
    }
}

/// A venue, in short.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VenueShort {
    /// Its id.
    #[schema(value_type = String, example = "ven_0198c0de00007000800000000000abcd")]
    pub(crate) id: VenueId,
    /// Its short name.
    pub(crate) slug: String,
    /// Its name.
    pub(crate) name: String,
}

/// An act on the bill.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Performer)]
pub(crate) struct PerformerView {
    /// Its name.
    pub(crate) name: String,
    /// Its role.
    #[schema(value_type = RoleWord)]
    pub(crate) role: Role,
    /// Its place on the bill, from 1.
    pub(crate) billing: u16,
}

impl From<Performer> for PerformerView {
    fn from(performer: Performer) -> Self {
        Self { name: performer.name, role: performer.role, billing: performer.billing }
    }
}

/// What a ticket costs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Price)]
pub(crate) struct PriceView {
    /// What kind of price it is.
    #[schema(value_type = PriceKindWord)]
    pub(crate) kind: PriceKind,
    /// The lowest amount, an exact decimal.
    #[schema(example = "25.00")]
    pub(crate) min: Option<String>,
    /// The highest amount, an exact decimal.
    #[schema(example = "30.00")]
    pub(crate) max: Option<String>,
    /// The currency, a code of ISO 4217, where it is known.
    #[schema(example = "CAD")]
    pub(crate) currency: Option<&'static str>,
}

impl From<&Price> for PriceView {
    fn from(price: &Price) -> Self {
        Self {
            kind: price.kind,
            min: price.min.map(|amount| amount.to_string()),
            max: price.max.map(|amount| amount.to_string()),
            currency: price.currency.map(marquee_model::Currency::code),
        }
    }
}

/// Something to be bought.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Offer)]
pub(crate) struct OfferView {
    /// Where.
    pub(crate) url: Option<String>,
    /// For how much; null is "not said".
    pub(crate) price: Option<PriceView>,
    /// Whether it can be had, as far as the event's status tells.
    #[schema(value_type = AvailabilityWord)]
    pub(crate) availability: &'static str,
}

impl OfferView {
    fn of(event: &StoredEvent) -> Vec<Self> {
        if event.ticket_url.is_none() && event.price.is_none() {
            return Vec::new();
        }
        let availability = match event.status {
            Status::SoldOut => "sold_out",
            Status::Cancelled => "cancelled",
            Status::Postponed => "postponed",
            Status::Scheduled | Status::Rescheduled | Status::Moved => "open",
        };
        let url = event.ticket_url.as_ref().map(ToString::to_string);
        vec![Self { url, price: event.price.as_ref().map(PriceView::from), availability }]
    }
}

/// How lately somebody said so.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventFreshness)]
pub(crate) struct FreshnessView {
    /// When a source was last seen to list it; null where its sources were not asked for.
    #[serde(serialize_with = "instant::maybe")]
    pub(crate) confirmed_at: Option<DateTime<Utc>>,
    /// In a word.
    #[schema(value_type = Option<FreshnessWord>)]
    pub(crate) state: Option<&'static str>,
}

impl FreshnessView {
    /// Hours for which what was said counts as fresh: two days, in which every source in health is crawled several times.
    const FRESH_HOURS: i64 = 48;

    fn new(event: &StoredEvent, sources: &[SightingView], now: DateTime<Utc>) -> Self {
        let confirmed_at = sources.iter().map(|source| source.last_seen).max();
        // The day after its day, wherever on earth that is.
        let over = event.end.as_ref().unwrap_or(&event.start).date < (now - TimeDelta::hours(36)).date_naive();
        let fresh = |at: DateTime<Utc>| now - at <= TimeDelta::hours(Self::FRESH_HOURS);
        let state = match confirmed_at {
            _ if over => Some("over"),
            Some(at) if fresh(at) => Some("fresh"),
            Some(_) => Some("stale"),
            None => None,
        };
        Self { confirmed_at, state }
    }
}

/// Who may come in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Age)]
pub(crate) struct AgeView {
    /// Whether everybody may.
    pub(crate) all_ages: bool,
    /// The least age in years, where there is one.
    #[schema(example = 21)]
    pub(crate) minimum: Option<u8>,
}

impl From<AgeRestriction> for AgeView {
    fn from(age: AgeRestriction) -> Self {
        match age {
            AgeRestriction::AllAges => Self { all_ages: true, minimum: None },
            AgeRestriction::Minimum(years) => Self { all_ages: false, minimum: Some(years) },
        }
    }
}

/// A source that lists the event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sighting)]
pub(crate) struct SightingView {
    /// The source's id.
    #[schema(value_type = String, example = "src_0198c0de00007000800000000000abcd")]
    pub(crate) source: SourceId,
    /// The source's short name.
    pub(crate) slug: String,
    /// The page on which it was seen last.
    pub(crate) page_url: String,
    /// When the source was first seen to list it.
    #[serde(serialize_with = "instant::instant")]
    pub(crate) first_seen: DateTime<Utc>,
    /// When the source was last seen to list it.
    #[serde(serialize_with = "instant::instant")]
    pub(crate) last_seen: DateTime<Utc>,
}

impl From<&SeenBy> for SightingView {
    fn from(seen_by: &SeenBy) -> Self {
        Self {
            source: seen_by.source,
            slug: seen_by.source_slug.to_string(),
            page_url: seen_by.page_url.to_string(),
            first_seen: seen_by.first_seen,
            last_seen: seen_by.last_seen,
        }
    }
}
