//! Bills get their artists.

use marquee_model::EventId;
use marquee_store::{ArtistEventQuery, ArtistQuery, AssignedBy, NameKind};
use marquee_tests::{database, sample};
use sqlx::{Connection as _, PgConnection};

use crate::world::{acts, all, evening, first, source};

#[tokio::test]
async fn ways_of_writing_one_name_are_one_artist_across_venues() {
    let db = database::fresh().await;
    let store = db.store();
    let (rex, mill) = (source(store, "toronto", "rex").await, source(store, "toronto", "mill").await);
    let one = evening(store, &rex, 1, &["The Grey Harbours", "!!!", "MØ", "+/-", "Guns N’ Moon"]).await;
    let two =
        evening(store, &mill, 2, &["GREY HARBOURS", "!!! (Chk Chk Chk)", "Mø", "+/- {plus/minus}", "Guns N' Moon"])
            .await;
    let (one, two) = (acts(store, &one).await, acts(store, &two).await);
    assert_eq!(one, two);
    assert!(one.iter().all(|(artist, by)| artist.is_some() && *by == AssignedBy::Name), "{one:?}");
    let artists = all(store).await;
    assert_eq!(artists.len(), 5, "{:?}", artists.keys());
    let harbours = &artists["The Grey Harbours"];
    assert_eq!(harbours.events, 2);
    let names: Vec<_> = harbours.names.iter().map(|name| (name.name.as_str(), name.kind)).collect();
    assert_eq!(names, [("The Grey Harbours", NameKind::Spelling), ("GREY HARBOURS", NameKind::Spelling)]);
}

#[tokio::test]
async fn new_names_of_one_listing_that_are_one_make_one_artist() {
    let db = database::fresh().await;
    let store = db.store();
    let rex = source(store, "toronto", "rex").await;
    let both =
        acts(store, &evening(store, &rex, 1, &["Grey Harbour", "GREY HARBOUR", "Grey Harbour (live)"]).await).await;
    assert!(both.iter().all(|act| *act == both[0]), "{both:?}");
    assert_eq!(all(store).await.len(), 1);
}

#[tokio::test]
async fn a_name_that_says_more_is_another_artist_and_an_evenings_name_is_nobody() {
    let db = database::fresh().await;
    let store = db.store();
    let rex = source(store, "toronto", "rex").await;
    let recorded = evening(
        store,
        &rex,
        1,
        &[
            "Moon",
            "Moon Trio",
            "Moon: A Tribute to Sun",
            "Nimbus (UK)",
            "Nimbus (US)",
            "Open Mic",
            "TBA",
            "Special Guests",
        ],
    )
    .await;
    let by: Vec<AssignedBy> = acts(store, &recorded).await.into_iter().map(|(_, by)| by).collect();
    assert_eq!(by[..5], [AssignedBy::Name; 5]);
    assert_eq!(by[5..], [AssignedBy::Nobody; 3]);
    assert_eq!(all(store).await.len(), 5);
}

#[tokio::test]
async fn artists_are_listed_by_name_without_article_and_found_by_parts_of_names() {
    let db = database::fresh().await;
    let store = db.store();
    let rex = source(store, "toronto", "rex").await;
    evening(store, &rex, 1, &["The Zebras", "Ábel", "Moon", "the Aces"]).await;
    let mut query = ArtistQuery { limit: 1, ..ArtistQuery::default() };
    let mut names = Vec::new();
    loop {
        let batch = store.artists(&query).await.unwrap();
        names.extend(batch.items.into_iter().map(|artist| artist.artist.name));
        let Some(next) = batch.next else { break };
        query.after = Some(next);
    }
    assert_eq!(names, ["Ábel", "the Aces", "Moon", "The Zebras"]);
    let found = store.artists(&ArtistQuery { text: Some("ABEL".to_owned()), ..ArtistQuery::default() }).await.unwrap();
    assert_eq!(found.items.len(), 1);
}

#[tokio::test]
async fn an_artists_events_come_in_order_page_by_page_and_without_hidden_ones() {
    let db = database::fresh().await;
    let store = db.store();
    let rex = source(store, "toronto", "rex").await;
    let mut ids: Vec<EventId> = Vec::new();
    for day in 1..=5 {
        ids.extend(evening(store, &rex, day, &["Moon", "Sun"]).await.events);
    }
    evening(store, &rex, 6, &["Sun"]).await;
    let moon = all(store).await["Moon"].artist.id;
    let hidden = marquee_store::Intervention::Hide { event: ids[1] };
    store.intervene(&hidden, &crate::world::by_ada(0)).await.unwrap();
    let mut query = ArtistEventQuery { limit: 2, ..ArtistEventQuery::default() };
    let mut listed = Vec::new();
    loop {
        let batch = store.artist_events(moon, &query).await.unwrap();
        listed.extend(batch.items.into_iter().map(|event| event.id));
        let Some(next) = batch.next else { break };
        query.after = Some(next);
    }
    assert_eq!(listed, [ids[0], ids[2], ids[3], ids[4]]);
    assert_eq!(store.artist(moon).await.unwrap().unwrap().events, 4);
    let from = ArtistEventQuery { from: Some(sample::TODAY + chrono::Days::new(4)), ..ArtistEventQuery::default() };
    assert_eq!(store.artist_events(moon, &from).await.unwrap().items.len(), 2);
}

#[tokio::test]
async fn a_bill_that_changes_is_assigned_anew() {
    let db = database::fresh().await;
    let store = db.store();
    let rex = source(store, "toronto", "rex").await;
    let before = evening(store, &rex, 1, &["Moon", "Sun"]).await;
    let moon = first(store, &before).await;
    let after = evening(store, &rex, 1, &["Sun", "Moon", "Star"]).await;
    assert_eq!(before.events, after.events);
    let now = acts(store, &after).await;
    assert_eq!((now.len(), now[1].0), (3, Some(moon)));
    assert_eq!(all(store).await.len(), 3);
}

/// What the tables hold of names, as one text.
async fn held(url: &str) -> String {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar(
        "SELECT concat(
             (SELECT string_agg(p::text, ',' ORDER BY p.event_id, p.position) FROM performers p),
             (SELECT string_agg(a::text, ',' ORDER BY a.id) FROM artists a),
             (SELECT string_agg(n::text, ',' ORDER BY n.artist_id, n.name) FROM artist_names n),
             (SELECT string_agg(k::text, ',' ORDER BY k.key, k.artist_id, k.name) FROM artist_keys k))",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap()
}

/// A number that follows from another, as random as tests need it.
fn next(seed: &mut u64) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*seed >> 33).unwrap()
}

#[tokio::test]
async fn assigning_twice_changes_nothing_whatever_the_names() {
    const NAMES: [&str; 24] = [
        "Moon",
        "MOON",
        "The Moon",
        "Moon (UK)",
        "Moon (US)",
        "Moon Trio",
        "!!!",
        "!!! (Chk Chk Chk)",
        "+/-",
        "MØ",
        "Mø",
        "Mo",
        "Sigur Rós",
        "Sigur Ros",
        "🌊",
        "†††",
        "††† (Crosses)",
        "Guns N’ Moon",
        "Guns and Moon",
        "TBA",
        "Open Mic",
        "a\0b",
        "Beatles, The",
        "DJ Moon",
    ];
    let db = database::fresh().await;
    let store = db.store();
    let rex = source(store, "toronto", "rex").await;
    let mut seed = 7;
    for day in 1..=25 {
        let bill: Vec<&str> = (0..=next(&mut seed) % 6).map(|_| NAMES[next(&mut seed) % NAMES.len()]).collect();
        evening(store, &rex, day, &bill).await;
    }
    // Once more is known an act that was open may be told; after that nothing is left to tell.
    assign_all_again(&db).await;
    let before = held(db.url()).await;
    assign_all_again(&db).await;
    assert_eq!(held(db.url()).await, before);
}

/// Looks every act up as if it were not known whose it is.
async fn assign_all_again(db: &database::Database) {
    let mut connection = PgConnection::connect(db.url()).await.unwrap();
    let all =
        sqlx::query("UPDATE performers SET name_key = NULL").execute(&mut connection).await.unwrap().rows_affected();
    let mut looked_at = 0;
    loop {
        let some = db.store().assign_old_acts(sample::instant(99)).await.unwrap();
        looked_at += some;
        if some == 0 {
            break;
        }
    }
    assert!(looked_at == all && all > 25, "{looked_at} {all}");
}

#[tokio::test]
async fn crawls_at_the_same_time_make_each_artist_once() {
    let db = database::fresh().await;
    let store = db.store();
    let mut sources = Vec::new();
    for n in 0..5 {
        sources.push(source(store, "toronto", &format!("v{n}")).await);
    }
    let work = sources.iter().map(|source| evening(store, source, 3, &["Moon", "Sun", "Star", "Grey Harbour"]));
    futures::future::join_all(work).await;
    let artists = all(store).await;
    assert_eq!(artists.len(), 4);
    assert!(artists.values().all(|artist| artist.events == 5));
}
