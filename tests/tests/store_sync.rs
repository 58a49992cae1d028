//! Declaring sites, venues and sources: stable ids, nothing lost, nothing doubled.

use marquee_model::{AgeRestriction, FirstRequest, FollowLimits, Schedule, Venue};
use marquee_store::StoreError;
use marquee_tests::{
    database,
    sample::{self, parse},
};

#[tokio::test]
async fn declaring_the_same_again_keeps_every_id() {
    let db = database::fresh().await;
    let first = sample::declare(db.store(), "rex").await.unwrap();
    let second = sample::declare(db.store(), "rex").await.unwrap();
    assert_eq!(first, second);
    assert_eq!(db.store().source(first.id).await.unwrap().unwrap().source, first);
}

#[tokio::test]
async fn every_field_of_a_source_and_its_venue_is_kept_and_can_be_changed() {
    let db = database::fresh().await;
    let site = sample::site("toronto");
    let mut venue = Venue {
        address: Some("1 Queen St".to_owned()),
        city: Some("Toronto".to_owned()),
        state: Some("ON".to_owned()),
        postal_code: Some("M5V".to_owned()),
        country: Some("CA".to_owned()),
        latitude: Some(43.65),
        longitude: Some(-79.38),
        url: Some(parse("https://rex.example/")),
        ..sample::venue(&site, "rex", "The Rex")
    };
    let mut source = sample::source(&venue);
    let sync = |venue: &Venue, source: &marquee_model::Source| {
        let (site, venue, source) = (site.clone(), venue.clone(), source.clone());
        let store = db.store().clone();
        async move { store.sync_sources(&[site], &[venue], &[source]).await.unwrap() }
    };
    let synced = sync(&venue, &source).await;
    assert_eq!((&synced.venues[0], &synced.sources[0]), (&venue, &source));

    venue.name = "Rex Hotel".to_owned();
    venue.address = None;
    source.url = parse("https://rex.example/new");
    source.plugin = parse("squarespace");
    source.configuration = serde_json::json!({"months": 3, "note": "a\0b"});
    source.default_age = Some(AgeRestriction::AllAges);
    source.currency = None;
    source.languages = vec!["fr".to_owned(), "en".to_owned()];
    source.schedule = Schedule { every_minutes: 15, ..Schedule::default() };
    source.first_request = FirstRequest::Plugin;
    source.follow = FollowLimits {
        pages: 3,
        depth: 1,
        bytes: u64::MAX,
        hosts: vec!["*.cdn.example".to_owned()],
        headers: vec!["x-api-key".to_owned()],
    };
    source.enabled = false;
    sync(&venue, &source).await;

    let stored = db.store().source_by_slug(&source.slug).await.unwrap().unwrap();
    source.configuration = serde_json::json!({"months": 3, "note": "a\u{fffd}b"});
    source.follow.bytes = u64::try_from(i64::MAX).unwrap();
    assert_eq!((&stored.source, stored.venue_name.as_str()), (&source, "Rex Hotel"));
    assert_eq!(db.store().venue(venue.id).await.unwrap().unwrap().venue, venue);
}

#[tokio::test]
async fn files_that_declare_one_venue_with_ids_of_their_own_mean_one_venue() {
    let db = database::fresh().await;
    let (site_a, site_b) = (sample::site("toronto"), sample::site("toronto"));
    let venue_a = sample::venue(&site_a, "rex", "The Rex");
    let venue_b = Venue { city: Some("Toronto".to_owned()), ..sample::venue(&site_b, "rex", "The Rex") };
    let source_a = sample::source(&venue_a);
    let source_b = marquee_model::Source { slug: parse("rex-tickets"), ..sample::source(&venue_b) };

    let synced = db.store().sync_sources(&[site_a, site_b], &[venue_a, venue_b], &[source_a, source_b]).await.unwrap();

    assert_eq!((synced.sites.len(), synced.venues.len(), synced.sources.len()), (1, 1, 2));
    assert_eq!(synced.sources[0].venue, synced.sources[1].venue);
    assert_eq!(synced.venues[0].city.as_deref(), Some("Toronto"), "what one leaves open the other tells");
}

#[tokio::test]
async fn one_slug_in_two_sites_names_two_venues() {
    let db = database::fresh().await;
    let (toronto, chicago) = (sample::site("toronto"), sample::site("chicago"));
    let venues = [sample::venue(&toronto, "hideout", "Hideout"), sample::venue(&chicago, "hideout", "Hideout")];
    let synced = db.store().sync_sources(&[toronto, chicago], &venues, &[]).await.unwrap();
    assert_ne!(synced.venues[0].id, synced.venues[1].id);
    assert_eq!(db.store().totals().await.unwrap().venues, 2);
}

#[tokio::test]
async fn a_source_of_a_venue_that_is_not_declared_is_refused_by_name_and_nothing_is_written() {
    let db = database::fresh().await;
    let site = sample::site("toronto");
    let venue = sample::venue(&site, "rex", "The Rex");
    let source = sample::source(&venue);
    let error = db.store().sync_sources(&[site], &[], &[source]).await.unwrap_err();
    assert!(matches!(&error, StoreError::Unknown { object, .. } if *object == venue.id.to_string()), "{error}");
    assert_eq!(db.store().totals().await.unwrap().sites, 0);
}

#[tokio::test]
async fn processes_that_declare_at_the_same_time_agree() {
    let db = database::fresh().await;
    let declared = futures::future::join_all((0..4).map(|_| sample::declare(db.store(), "rex"))).await;
    let ids: Vec<_> = declared.into_iter().map(|source| source.unwrap().id).collect();
    assert!(ids.windows(2).all(|pair| pair[0] == pair[1]));
}
