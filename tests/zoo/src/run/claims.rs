//! What Marquee claims: its store, as readers see it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use marquee_model::{VenueId, WebUrl};
use marquee_store::{EventQuery, MAX_LIMIT, Store, StoredEvent, VenueKey};
use marquee_tests::guests::Setup;

use crate::{seen::Claimed, truth::TruthId, world::World};

/// A store, and which of its venues is which of the world's.
#[derive(Clone)]
pub struct Claims {
    world: std::sync::Arc<World>,
    store: Store,
    venues: BTreeMap<VenueId, usize>,
}

impl Claims {
    /// Claims from this store.
    #[must_use]
    pub const fn new(world: std::sync::Arc<World>, store: Store, venues: BTreeMap<VenueId, usize>) -> Self {
        Self { world, store, venues }
    }

    /// What it claims of this day and later, at one venue or at all, by the venue's place in the world's list.
    ///
    /// # Errors
    /// What the store says.
    pub async fn from(&self, day: NaiveDate, venue: Option<VenueId>) -> Setup<BTreeMap<usize, Vec<Claimed>>> {
        let venues = venue.map(VenueKey::Id).into_iter().collect();
        let mut query = EventQuery { venues, from: Some(day), limit: MAX_LIMIT, ..EventQuery::default() };
        let mut claims: BTreeMap<usize, Vec<Claimed>> = BTreeMap::new();
        loop {
            let batch = self.store.events(&query).await?;
            for event in batch.items {
                let claim = self.claimed(event);
                claims.entry(claim.venue).or_default().push(claim);
            }
            match batch.next {
                Some(next) => query.after = Some(next),
                None => return Ok(claims),
            }
        }
    }

    /// Ids that another answers for since entry `after` of the feed, and the feed's last entry.
    ///
    /// # Errors
    /// What the store says.
    pub async fn merged(&self, mut after: i64) -> Setup<(Vec<(String, String)>, i64)> {
        let mut merged = Vec::new();
        loop {
            let batch = self.store.changes(after, MAX_LIMIT).await?;
            let Some(last) = batch.changes.last() else { return Ok((merged, after)) };
            after = last.number;
            let into =
                |change: &marquee_store::StoredChange| Some((change.event.to_string(), change.into?.to_string()));
            merged.extend(batch.changes.iter().filter_map(into));
        }
    }

    fn claimed(&self, event: StoredEvent) -> Claimed {
        let truth = mark(event.image_url.as_ref().map(WebUrl::as_str), event.description.as_deref());
        let venue = self.venues.get(&event.venue.id).copied().unwrap_or(usize::MAX);
        Claimed {
            id: event.id.to_string(),
            venue,
            title: event.title,
            acts: event.performers.into_iter().map(|performer| performer.name).collect(),
            start: event.start,
            status: event.status,
            presumed: event.lifecycle.presumed,
            doors: event.doors,
            room: event.room,
            price: event.price,
            ticket_url: event.ticket_url,
            truth: truth.filter(|id| self.world.gig(*id).is_some_and(|gig| gig.venue == venue)),
        }
    }
}

/// The truth that an item's picture, or its words, name.
#[must_use]
pub fn mark(image: Option<&str>, description: Option<&str>) -> Option<TruthId> {
    let from_image = image.and_then(|url| url.split_once("/t/")?.1.strip_suffix(".jpg"));
    let from_words = || {
        let (_, rest) = description?.split_once("Ref t")?;
        rest.split_once('.').map(|(number, _)| number)
    };
    from_image.or_else(from_words)?.parse().ok().map(TruthId)
}
