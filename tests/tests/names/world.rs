//! Bills at venues, and who is on them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::collections::BTreeMap;

use marquee_identity::ArtistId;
use marquee_model::{Event, Performer, Role, Site, Source, SourceId};
use marquee_reconcile::{Decider, Decision};
use marquee_store::{ArtistQuery, AssignedBy, Recorded, Store, StoredArtist};
use marquee_tests::sample;

/// The source of a venue in a site's city.
pub(crate) async fn source(store: &Store, site: &str, venue: &str) -> Source {
    let site = sample::site(site);
    let venue = sample::venue(&site, venue, venue);
    let source = sample::source(&venue);
    store.sync_sources(&[site], &[venue], &[source]).await.unwrap().sources.pop().unwrap()
}

/// What changes on an event before it is recorded.
pub(crate) fn billed(event: &mut Event, acts: &[&str]) {
    let performer =
        |(name, billing): (&&str, u16)| Performer { name: (*name).to_owned(), role: Role::Performer, billing };
    event.performers = acts.iter().zip(1..).map(performer).collect();
    event.title = acts.join(", ");
}

/// Records one evening at the source's venue with these acts, so many days ahead. Every evening has a source of its own, so that none is
/// taken for another that moved; the same evening again is the same event.
pub(crate) async fn evening(store: &Store, source: &Source, day: u64, acts: &[&str]) -> Recorded {
    evening_of(store, source, day, |event| billed(event, acts)).await
}

/// The same, with anything said of it.
pub(crate) async fn evening_of(store: &Store, source: &Source, day: u64, say: impl FnOnce(&mut Event)) -> Recorded {
    let venue = store.venue(source.venue).await.unwrap().unwrap();
    let site = Site { id: source.site, slug: venue.site_slug, name: "A city".to_owned() };
    let slug = sample::parse(&format!("{}-{day}", source.slug));
    let own = Source { id: SourceId::new(sample::instant(0)), slug, ..source.clone() };
    let own = store.sync_sources(&[site], &[venue.venue], &[own]).await.unwrap().sources.pop().unwrap();
    let crawl = sample::crawl(&own, i64::try_from(day).unwrap());
    let mut event = sample::event(&crawl, &own, &format!("d{day}"), day);
    say(&mut event);
    store.record(sample::record(crawl, &own, vec![event])).await.unwrap()
}

pub(crate) fn by_ada(minutes: i64) -> Decision {
    Decision {
        by: Decider::Person("Ada".to_owned()),
        at: sample::instant(10_000 + minutes),
        reason: "she knows".to_owned(),
    }
}

/// Whom the acts of a recorded evening were assigned to, in billing order, and why.
pub(crate) async fn acts(store: &Store, recorded: &Recorded) -> Vec<(Option<ArtistId>, AssignedBy)> {
    store.acts_of(&recorded.events).await.unwrap().into_values().collect()
}

pub(crate) async fn first(store: &Store, recorded: &Recorded) -> ArtistId {
    acts(store, recorded).await[0].0.unwrap()
}

/// Every artist that answers, by name; two of one name are told apart by their description.
pub(crate) async fn all(store: &Store) -> BTreeMap<String, StoredArtist> {
    let mut all = BTreeMap::new();
    let mut query = ArtistQuery { limit: 200, ..ArtistQuery::default() };
    loop {
        let batch = store.artists(&query).await.unwrap();
        for artist in batch.items {
            let apart = artist.artist.disambiguation.as_ref().map_or_else(String::new, |apart| format!(" ({apart})"));
            all.insert(format!("{}{apart}", artist.artist.name), artist);
        }
        let Some(next) = batch.next else { return all };
        query.after = Some(next);
    }
}
