//! Persons' words about venues hold against their files.

use marquee_model::{Venue, VenueId};
use marquee_store::{CoordinatesFrom, MovedOn, Point, Store, StoreError, VenueField};
use marquee_tests::{database, sample};
use serde_json::{Value, json};

use crate::world::by_ada;

/// What a geocoding service found.
async fn locate(store: &Store, id: VenueId, (latitude, longitude): (f64, f64)) -> bool {
    let venue = shown(store, id).await;
    let point = Point { latitude, longitude };
    store.locate_venue(&venue, point, CoordinatesFrom::Geocoding, &sample::author(0)).await.unwrap()
}

async fn declare(store: &Store, venue: &Venue) -> (VenueId, Vec<MovedOn>) {
    let site = marquee_model::Site { id: venue.site, ..sample::site("toronto") };
    let synced = store.sync_sources(&[site], std::slice::from_ref(venue), &[]).await.unwrap();
    (synced.venues[0].id, synced.moved_on)
}

async fn shown(store: &Store, id: VenueId) -> Venue {
    store.venue(id).await.unwrap().unwrap().venue
}

fn rex() -> Venue {
    let site = sample::site("toronto");
    Venue {
        city: Some("Toronto".to_owned()),
        address: Some("1 Mill St".to_owned()),
        ..sample::venue(&site, "rex", "The Rex")
    }
}

#[tokio::test]
async fn a_correction_holds_against_later_declarations_until_it_is_withdrawn() {
    let db = database::fresh().await;
    let store = db.store();
    let mut venue = rex();
    let (id, _) = declare(store, &venue).await;
    let done = store
        .correct_venue(id, VenueField::Address, &json!("2 Mill St"), &by_ada(0), &sample::author(0))
        .await
        .unwrap();
    assert_eq!((done.value, done.underneath), (json!("2 Mill St"), json!("1 Mill St")));
    assert_eq!(shown(store, id).await.address.as_deref(), Some("2 Mill St"));

    // The file says what it said, and something new of another field.
    venue.city = Some("York".to_owned());
    let (_, moved_on) = declare(store, &venue).await;
    assert_eq!(moved_on, []);
    let now = shown(store, id).await;
    assert_eq!((now.address.as_deref(), now.city.as_deref()), (Some("2 Mill St"), Some("York")));

    // The file moves on: the correction stands, and it is told.
    venue.address = Some("3 Mill St".to_owned());
    let (_, moved_on) = declare(store, &venue).await;
    assert_eq!((&moved_on[0].before, &moved_on[0].now), (&json!("1 Mill St"), &json!("3 Mill St")));
    let (_, again) = declare(store, &venue).await;
    assert_eq!(again, [], "told once");
    assert_eq!(shown(store, id).await.address.as_deref(), Some("2 Mill St"));
    assert!(store.venue_corrections(id).await.unwrap()[0].moved_on);

    let done = store
        .withdraw_venue_correction(id, VenueField::Address, &by_ada(1), &sample::author(1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(done.underneath, json!("3 Mill St"));
    assert_eq!(shown(store, id).await.address.as_deref(), Some("3 Mill St"));
    assert!(
        store
            .withdraw_venue_correction(id, VenueField::Address, &by_ada(2), &sample::author(2))
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_file_that_comes_to_say_what_the_person_said_is_no_contradiction() {
    let db = database::fresh().await;
    let store = db.store();
    let mut venue = rex();
    let (id, _) = declare(store, &venue).await;
    store.correct_venue(id, VenueField::Name, &json!("Rex Hotel"), &by_ada(0), &sample::author(0)).await.unwrap();
    venue.name = "Rex Hotel".to_owned();
    assert_eq!(declare(store, &venue).await.1, []);
    assert!(!store.venue_corrections(id).await.unwrap()[0].moved_on);
}

#[tokio::test]
async fn a_second_correction_takes_the_place_of_the_first_over_the_same_ground() {
    let db = database::fresh().await;
    let store = db.store();
    let (id, _) = declare(store, &rex()).await;
    store.correct_venue(id, VenueField::City, &json!("York"), &by_ada(0), &sample::author(0)).await.unwrap();
    let second = store.correct_venue(id, VenueField::City, &Value::Null, &by_ada(1), &sample::author(1)).await.unwrap();
    assert_eq!((second.value, second.underneath), (Value::Null, json!("Toronto")));
    assert_eq!(shown(store, id).await.city, None);
    let all = store.venue_corrections(id).await.unwrap();
    assert_eq!((all.len(), all[0].withdrawn_at, all[1].withdrawn_at.is_some()), (2, None, true));
}

#[tokio::test]
async fn coordinates_say_where_they_are_from() {
    let db = database::fresh().await;
    let store = db.store();
    let mut venue = rex();
    let (id, _) = declare(store, &venue).await;
    let from = |store: Store| async move {
        let stored = store.venue(id).await.unwrap().unwrap();
        (stored.venue.latitude.zip(stored.venue.longitude), stored.coordinates_from)
    };
    assert_eq!(from(store.clone()).await, (None, None));
    assert!(locate(store, id, (43.1, -79.1)).await);
    assert_eq!(from(store.clone()).await, (Some((43.1, -79.1)), Some(CoordinatesFrom::Geocoding)));

    // Declared again without any, they stay, until the address is another.
    declare(store, &venue).await;
    assert_eq!(from(store.clone()).await.1, Some(CoordinatesFrom::Geocoding));
    store
        .correct_venue(id, VenueField::Coordinates, &json!([43.2, -79.2]), &by_ada(0), &sample::author(0))
        .await
        .unwrap();
    declare(store, &venue).await;
    assert_eq!(from(store.clone()).await, (Some((43.2, -79.2)), Some(CoordinatesFrom::Person)));
    store.withdraw_venue_correction(id, VenueField::Coordinates, &by_ada(1), &sample::author(1)).await.unwrap();
    assert_eq!(from(store.clone()).await, (None, None), "it is to be looked for again");

    assert!(locate(store, id, (43.1, -79.1)).await);
    venue.address = Some("9 Mill St".to_owned());
    declare(store, &venue).await;
    assert_eq!(from(store.clone()).await, (None, None));
    (venue.latitude, venue.longitude) = (Some(43.3), Some(-79.3));
    declare(store, &venue).await;
    assert_eq!(from(store.clone()).await, (Some((43.3, -79.3)), Some(CoordinatesFrom::File)));
    assert!(!locate(store, id, (1.0, 1.0)).await, "the file's are never changed");
}

#[tokio::test]
async fn a_venue_that_a_person_says_has_no_coordinates_is_not_looked_for() {
    let db = database::fresh().await;
    let store = db.store();
    let (id, _) = declare(store, &rex()).await;
    assert_eq!(store.venues_without_coordinates(None, 10).await.unwrap().len(), 1);
    store.correct_venue(id, VenueField::Coordinates, &Value::Null, &by_ada(0), &sample::author(0)).await.unwrap();
    assert_eq!(store.venues_without_coordinates(None, 10).await.unwrap().len(), 0);
    assert!(!locate(store, id, (43.1, -79.1)).await);
}

#[tokio::test]
async fn values_that_cannot_be_are_refused_and_change_nothing() {
    let db = database::fresh().await;
    let store = db.store();
    let (id, _) = declare(store, &rex()).await;
    let before = shown(store, id).await;
    for (field, value) in [
        (VenueField::Name, Value::Null),
        (VenueField::Coordinates, json!([91, 0])),
        (VenueField::Zone, json!("Mars/Base")),
        (VenueField::Url, json!("ftp://rex.example")),
    ] {
        let error = store.correct_venue(id, field, &value, &by_ada(0), &sample::author(0)).await.unwrap_err();
        assert!(matches!(error, StoreError::Undecidable { .. }), "{error}");
    }
    let nobody = VenueId::new(sample::instant(0));
    assert!(store.correct_venue(nobody, VenueField::Name, &json!("X"), &by_ada(0), &sample::author(0)).await.is_err());
    assert_eq!(shown(store, id).await, before);
    assert_eq!(store.venue_corrections(id).await.unwrap(), []);
}
