//! Which venue an event of a city's calendar is at: by all names of the venue.

use marquee_model::Venue;
use marquee_store::{DeclaredNames, DeclaredRoom, VenueNameKind};
use marquee_tests::{
    database,
    sample::{self, instant},
};

use crate::world::{by_ada, evening_of, source};

#[tokio::test]
async fn a_calendars_event_is_found_at_the_venue_by_its_former_name() {
    let db = database::fresh().await;
    let store = db.store();
    let calendar = source(store, "toronto", "city").await;
    let rex = source(store, "toronto", "rex").await;
    let recorded =
        evening_of(store, &calendar, 1, |event| event.venue_name = Some("Old Mill, Toronto".to_owned())).await;
    let place = |id| async move { store.records_of(id).await.unwrap()[0].place };
    assert_ne!(place(recorded.events[0]).await, rex.venue);

    store.add_venue_name(rex.venue, "Old Mill", VenueNameKind::Former, &by_ada(0), &sample::author(0)).await.unwrap();
    let recorded =
        evening_of(store, &calendar, 2, |event| event.venue_name = Some("OLD MILL, Toronto".to_owned())).await;
    assert_eq!(place(recorded.events[0]).await, rex.venue);
    assert!(store.remove_venue_name(rex.venue, "Old Mill", &sample::author(0)).await.unwrap());
    assert!(!store.remove_venue_name(rex.venue, "Old Mill", &sample::author(0)).await.unwrap());
}

#[tokio::test]
async fn what_files_say_of_names_is_taken_over_and_what_persons_say_stays() {
    let db = database::fresh().await;
    let store = db.store();
    let rex = source(store, "toronto", "rex").await;
    let room = |name: &str, alias: &str, coordinates| DeclaredRoom {
        name: name.to_owned(),
        aliases: vec![alias.to_owned()],
        coordinates,
    };
    let mut declared = DeclaredNames {
        aliases: vec!["Rex Hotel".to_owned()],
        former: vec!["Old Mill".to_owned()],
        rooms: vec![room("Cellar", "Downstairs", Some((43.65, -79.38)))],
    };
    store.add_venue_name(rex.venue, "The Rex!", VenueNameKind::Alias, &by_ada(0), &sample::author(0)).await.unwrap();
    store.sync_venue_names(&[(rex.venue, declared.clone())], instant(0)).await.unwrap();
    let names = store.venue_names(rex.venue).await.unwrap();
    let shown: Vec<_> =
        names.names.iter().map(|name| (name.name.as_str(), name.kind, name.added_by.as_deref())).collect();
    let (alias, former) = (VenueNameKind::Alias, VenueNameKind::Former);
    assert_eq!(shown, [("Old Mill", former, None), ("Rex Hotel", alias, None), ("The Rex!", alias, Some("Ada"))]);
    assert_eq!(names.rooms[0].coordinates, Some((43.65, -79.38)));
    assert_eq!(
        (names.rooms[0].aliases.as_slice(), names.rooms[0].declared),
        (["Downstairs".to_owned()].as_slice(), true)
    );

    // Again, and then without: the file's names go, the person's and the room stay.
    store.sync_venue_names(&[(rex.venue, declared.clone())], instant(1)).await.unwrap();
    assert_eq!(store.venue_names(rex.venue).await.unwrap(), names);
    declared = DeclaredNames::default();
    store.sync_venue_names(&[(rex.venue, declared)], instant(2)).await.unwrap();
    let left = store.venue_names(rex.venue).await.unwrap();
    assert_eq!((left.names.len(), left.names[0].name.as_str()), (1, "The Rex!"));
    assert_eq!(left.rooms.len(), 1);
}

#[tokio::test]
async fn rooms_are_learnt_from_pages_once_however_they_are_written() {
    let db = database::fresh().await;
    let store = db.store();
    let rex = source(store, "toronto", "rex").await;
    let declared = DeclaredNames {
        rooms: vec![DeclaredRoom { name: "Main Hall".to_owned(), ..DeclaredRoom::default() }],
        ..DeclaredNames::default()
    };
    store.sync_venue_names(&[(rex.venue, declared)], instant(0)).await.unwrap();
    for (room, day) in
        ["Cellar", "CELLAR", "The Cellar", "main hall", "Großer Saal", "Room 2", "  "].into_iter().zip(1..)
    {
        evening_of(store, &rex, day, |event| event.room = Some(room.to_owned())).await;
    }
    let rooms = store.venue_names(rex.venue).await.unwrap().rooms;
    let shown: Vec<_> = rooms.iter().map(|room| (room.name.as_str(), room.aliases.join("|"), room.declared)).collect();
    assert_eq!(
        shown,
        [
            ("Main Hall", "Großer Saal".to_owned(), true),
            ("Cellar", "The Cellar".to_owned(), false),
            ("Room 2", String::new(), false)
        ]
    );
}

#[tokio::test]
async fn a_page_that_prints_something_else_as_the_room_does_not_fill_the_table() {
    let db = database::fresh().await;
    let store = db.store();
    let rex = source(store, "toronto", "rex").await;
    let crawl = sample::crawl(&rex, 1);
    let events = (0..200_u64)
        .map(|n| {
            let mut event = sample::event(&crawl, &rex, &format!("e{n}"), n + 1);
            event.room = Some(format!("Chamber {}", "x".repeat(usize::try_from(n % 90 + 1).unwrap())));
            event
        })
        .collect();
    store.record(sample::record(crawl, &rex, events)).await.unwrap();
    let rooms = store.venue_names(rex.venue).await.unwrap().rooms;
    let names: usize = rooms.iter().map(|room| room.aliases.len() + 1).sum();
    assert!(names <= 60, "{names}");
}

#[tokio::test]
async fn a_venue_that_is_declared_keeps_its_row_where_nothing_changed() {
    let db = database::fresh().await;
    let store = db.store();
    let site = sample::site("toronto");
    let venue = Venue { latitude: Some(43.65), longitude: Some(-79.38), ..sample::venue(&site, "rex", "The Rex") };
    let synced = store.sync_sources(std::slice::from_ref(&site), std::slice::from_ref(&venue), &[]).await.unwrap();
    let stored = store.venue(synced.venues[0].id).await.unwrap().unwrap();
    assert_eq!(stored.coordinates_from, Some(marquee_store::CoordinatesFrom::File));
    let again = store.sync_sources(&[site], &[venue], &[]).await.unwrap();
    assert_eq!(synced, again);
}
