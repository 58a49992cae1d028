//! Stored events as the writers take them.

use std::collections::BTreeMap;

use marquee_formats::{FeedEvent, FeedVenue, Standing};
use marquee_model::{Venue, VenueId};
use marquee_store::StoredEvent;

use super::links::page_of;
use crate::{App, Problem};

/// Venues by id: read once, however many events are there.
pub(super) type Venues = BTreeMap<VenueId, Venue>;

/// The events with their venues.
pub(super) async fn feed_events(app: &App, events: Vec<StoredEvent>) -> Result<Vec<FeedEvent>, Problem> {
    let mut venues = Venues::new();
    learn(app, &events, &mut venues).await?;
    Ok(events.into_iter().map(|event| with(app, event, &venues)).collect())
}

/// Reads those venues of the events that are not known yet.
pub(super) async fn learn(app: &App, events: &[StoredEvent], venues: &mut Venues) -> Result<(), Problem> {
    let mut unknown: Vec<VenueId> =
        events.iter().map(|event| event.venue.id).filter(|id| !venues.contains_key(id)).collect();
    unknown.sort();
    unknown.dedup();
    if !unknown.is_empty() {
        venues.extend(app.store.venues_of(&unknown).await?.into_iter().map(|venue| (venue.id, venue)));
    }
    Ok(())
}

/// An event with its venue out of those that are known.
pub(super) fn with(app: &App, event: StoredEvent, venues: &Venues) -> FeedEvent {
    let venue = venues.get(&event.venue.id);
    feed_event(app, event, venue)
}

/// An event as the writers take it.
pub(crate) fn feed_event(app: &App, event: StoredEvent, venue: Option<&Venue>) -> FeedEvent {
    FeedEvent {
        page: page_of(app, event.id),
        venue: feed_venue(&event, venue),
        standing: standing(&event),
        revision: event.revision,
        earlier_starts: event.lifecycle.earlier_starts.clone(),
        id: event.id,
        title: event.title,
        performers: event.performers,
        start: event.start,
        doors: event.doors,
        end: event.end,
        price: event.price,
        ticket_url: event.ticket_url,
        event_url: event.event_url,
        image_url: event.image_url,
        age: event.age,
        description: event.description,
        genres: event.genres,
        room: event.room,
        elsewhere: event.venue_name,
        announced_at: event.created_at,
        updated_at: event.updated_at,
    }
}

fn standing(event: &StoredEvent) -> Standing {
    let life = &event.lifecycle;
    Standing {
        status: event.status,
        since: life.status_since,
        presumed: life.presumed,
        evidence: life.evidence.clone(),
        missing_since: life.missing_since,
    }
}

fn feed_venue(event: &StoredEvent, venue: Option<&Venue>) -> FeedVenue {
    let text = |part: fn(&Venue) -> &Option<String>| venue.and_then(|venue| part(venue).clone());
    FeedVenue {
        id: event.venue.id,
        name: event.venue.name.clone(),
        address: text(|venue| &venue.address),
        city: text(|venue| &venue.city),
        state: text(|venue| &venue.state),
        postal_code: text(|venue| &venue.postal_code),
        country: text(|venue| &venue.country),
        position: venue.and_then(|venue| venue.latitude.zip(venue.longitude)),
        zone: event.start.zone,
        url: venue.and_then(|venue| venue.url.clone()),
    }
}
