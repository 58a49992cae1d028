//! What persons say about artists holds, and can be taken back.

use marquee_identity::ArtistId;
use marquee_model::EventId;
use marquee_store::{ActsOf, ArtistIntervention as I, AssignedBy, Recorded, Store, StoreError};
use marquee_tests::{
    database,
    sample::{author, parse},
};
use uuid::Uuid;

use crate::world::{acts, all, billed, by_ada, evening, evening_of, first, source};

/// Whom every act of these evenings is.
async fn state(store: &Store, recorded: &[&Recorded]) -> Vec<(Option<ArtistId>, AssignedBy)> {
    let mut state = Vec::new();
    for recorded in recorded {
        state.extend(acts(store, recorded).await);
    }
    state
}

async fn say(store: &Store, minutes: i64, what: &I) -> ArtistId {
    store.intervene_artist(what, &by_ada(minutes), &author(minutes)).await.unwrap()
}

async fn refused(store: &Store, what: &I) -> String {
    match store.intervene_artist(what, &by_ada(99), &author(99)).await {
        Err(StoreError::Undecidable { reason }) => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_alias_joins_what_was_printed_under_it_and_what_will_be() {
    let db = database::fresh().await;
    let store = db.store();
    let rex = source(store, "toronto", "rex").await;
    let signs = evening(store, &rex, 1, &["!!!"]).await;
    let spoken = evening(store, &rex, 2, &["Chk Chk Chk"]).await;
    let (signs_id, spoken_id) = (first(store, &signs).await, first(store, &spoken).await);
    assert_ne!(signs_id, spoken_id);

    let alias = I::Alias { artist: signs_id, name: "Chk Chk Chk".to_owned() };
    assert_eq!(say(store, 0, &alias).await, signs_id);
    let later = evening(store, &rex, 3, &["CHK CHK CHK"]).await;
    assert_eq!(first(store, &spoken).await, signs_id);
    assert_eq!(acts(store, &later).await, [(Some(signs_id), AssignedBy::Alias)]);
    assert_eq!(store.artist(spoken_id).await.unwrap().unwrap().artist.id, signs_id);
    assert_eq!(all(store).await.len(), 1);

    // Another name for it instead: what stood under the old one goes its own way again.
    say(store, 1, &I::Unalias { artist: signs_id, name: "Chk Chk Chk".to_owned() }).await;
    assert_eq!(first(store, &signs).await, signs_id);
    assert_eq!((first(store, &spoken).await, first(store, &later).await), (spoken_id, spoken_id));
    let kinds: Vec<String> =
        store.artist_decisions(signs_id).await.unwrap().into_iter().map(|decision| decision.kind).collect();
    assert_eq!(kinds, ["alias", "unalias"]);
}

#[tokio::test]
async fn an_alias_of_an_artist_of_whom_more_is_known_is_refused_with_what_to_do() {
    let db = database::fresh().await;
    let store = db.store();
    let rex = source(store, "toronto", "rex").await;
    let recorded = evening(store, &rex, 1, &["Moon", "Sun"]).await;
    let ids = acts(store, &recorded).await;
    let (moon, sun) = (ids[0].0.unwrap(), ids[1].0.unwrap());
    say(store, 0, &I::Identify { artist: sun, mbid: Some(Uuid::from_u128(1)) }).await;
    let reason = refused(store, &I::Alias { artist: moon, name: "Sun".to_owned() }).await;
    assert!(reason.contains("marquee artists merge"), "{reason}");
    assert_eq!(acts(store, &recorded).await, ids);
}

#[tokio::test]
async fn a_merge_can_be_taken_back_exactly_and_old_ids_answer() {
    let db = database::fresh().await;
    let store = db.store();
    let rex = source(store, "toronto", "rex").await;
    let one = evening(store, &rex, 1, &["Grey Harbour", "Moon"]).await;
    let two = evening(store, &rex, 2, &["Gray Harbor Band", "Sun"]).await;
    let three = evening(store, &rex, 3, &["GH"]).await;
    let all_evenings = [&one, &two, &three];
    let before = state(store, &all_evenings).await;
    let (a, b, c) = (first(store, &one).await, first(store, &two).await, first(store, &three).await);

    // C is B, and B is A: a chain, which is taken apart in the middle.
    say(store, 0, &I::Merge { from: c, into: b }).await;
    let with_b = state(store, &all_evenings).await;
    assert_eq!(say(store, 1, &I::Merge { from: b, into: a }).await, a);
    for id in [a, b, c] {
        let artist = store.artist(id).await.unwrap().unwrap();
        assert_eq!((artist.artist.id, artist.events, artist.merged.len()), (a, 3, 2));
    }
    assert_eq!(store.artist_events(c, &Default::default()).await.unwrap().items.len(), 3);
    assert!(refused(store, &I::Merge { from: c, into: a }).await.contains("already"));
    assert!(refused(store, &I::Merge { from: a, into: c }).await.contains("that very artist"));

    // What is printed meanwhile goes to the artist that it would be without the merge, and is shown under the one that answers.
    let meanwhile = evening(store, &rex, 4, &["Gray Harbor Band"]).await;
    assert_eq!(first(store, &meanwhile).await, a);

    say(store, 2, &I::Unmerge { artist: b }).await;
    assert_eq!(state(store, &all_evenings).await, with_b);
    assert_eq!(first(store, &meanwhile).await, b);
    say(store, 3, &I::Unmerge { artist: c }).await;
    assert_eq!(state(store, &all_evenings).await, before);
    assert!(refused(store, &I::Unmerge { artist: c }).await.contains("was not merged"));
}

#[tokio::test]
async fn two_artists_of_one_name_stay_apart_and_evidence_tells_which_one_plays() {
    let db = database::fresh().await;
    let store = db.store();
    let (rex, mill) = (source(store, "toronto", "rex").await, source(store, "toronto", "mill").await);
    let (hideout, lodge) = (source(store, "chicago", "hideout").await, source(store, "chicago", "lodge").await);
    let far = source(store, "ghent", "far").await;
    let here = evening(store, &rex, 1, &["Nimbus", "Sun"]).await;
    let there = evening(store, &hideout, 2, &["Nimbus", "Star"]).await;
    let toronto = first(store, &here).await;
    assert_eq!(first(store, &there).await, toronto, "nothing tells them apart yet");

    let split = I::Split {
        artist: toronto,
        acts: ActsOf::Site(parse("chicago")),
        disambiguation: "the band from Chicago".to_owned(),
    };
    let chicago = say(store, 0, &split).await;
    assert_ne!(chicago, toronto);
    assert_eq!(acts(store, &here).await[0], (Some(toronto), AssignedBy::Name));
    assert_eq!(acts(store, &there).await[0], (Some(chicago), AssignedBy::Person));

    // Evenings that nobody spoke of.
    let by = |recorded: &Recorded| {
        let recorded = recorded.clone();
        async move { acts(store, &recorded).await[0] }
    };
    assert_eq!(by(&evening(store, &hideout, 3, &["Nimbus"]).await).await, (Some(chicago), AssignedBy::Venue));
    assert_eq!(by(&evening(store, &lodge, 4, &["NIMBUS"]).await).await, (Some(chicago), AssignedBy::Site));
    assert_eq!(by(&evening(store, &mill, 5, &["Nimbus"]).await).await, (Some(toronto), AssignedBy::Site));
    assert_eq!(by(&evening(store, &far, 6, &["Nimbus", "Star"]).await).await, (Some(chicago), AssignedBy::Bill));
    let unknown = evening_of(store, &far, 7, |event| {
        billed(event, &["Nimbus"]);
        event.genres = vec!["Polka".to_owned()];
    })
    .await;
    assert_eq!(by(&unknown).await, (None, AssignedBy::Ambiguous));

    // A bill that is written anew keeps what it was, and what the person said.
    let again = evening(store, &hideout, 2, &["Star", "Nimbus", "Moon"]).await;
    assert_eq!(acts(store, &again).await[1], (Some(chicago), AssignedBy::Person));
    let again = evening(store, &rex, 1, &["Sun", "Nimbus", "Moon"]).await;
    assert_eq!(acts(store, &again).await[1], (Some(toronto), AssignedBy::Name));

    // Merging the two again undoes the split.
    say(store, 1, &I::Merge { from: chicago, into: toronto }).await;
    let artist = store.artist(chicago).await.unwrap().unwrap();
    assert_eq!(artist.artist.id, toronto);
    let after = evening(store, &far, 8, &["Nimbus"]).await;
    assert_eq!(by(&after).await, (Some(toronto), AssignedBy::Name));
}

#[tokio::test]
async fn a_split_of_single_events_needs_events_of_the_artist_and_a_description() {
    let db = database::fresh().await;
    let store = db.store();
    let rex = source(store, "toronto", "rex").await;
    let one = evening(store, &rex, 1, &["Nimbus"]).await;
    let two = evening(store, &rex, 2, &["Nimbus"]).await;
    let nimbus = first(store, &one).await;
    let split = |events: Vec<EventId>, apart: &str| I::Split {
        artist: nimbus,
        acts: ActsOf::Events(events),
        disambiguation: apart.to_owned(),
    };
    assert!(refused(store, &split(two.events.clone(), " ")).await.contains("tells the two"));
    assert!(refused(store, &split(vec![], "x")).await.contains("no act"));
    let other = say(store, 0, &split(two.events.clone(), "the duo")).await;
    assert_eq!((first(store, &one).await, first(store, &two).await), (nimbus, other));
    assert_eq!(all(store).await.len(), 2);
}

#[tokio::test]
async fn identifiers_keep_two_artists_from_being_taken_for_one() {
    let db = database::fresh().await;
    let store = db.store();
    let rex = source(store, "toronto", "rex").await;
    let ids = acts(store, &evening(store, &rex, 1, &["Moon", "Sun"]).await).await;
    let (moon, sun) = (ids[0].0.unwrap(), ids[1].0.unwrap());
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    say(store, 0, &I::Identify { artist: moon, mbid: Some(one) }).await;
    assert!(refused(store, &I::Identify { artist: sun, mbid: Some(one) }).await.contains("merge"));
    say(store, 1, &I::Identify { artist: sun, mbid: Some(two) }).await;
    assert!(refused(store, &I::Merge { from: sun, into: moon }).await.contains("two identifiers"));
    say(store, 2, &I::Identify { artist: moon, mbid: None }).await;
    say(store, 3, &I::Merge { from: sun, into: moon }).await;
    assert_eq!(store.artist(moon).await.unwrap().unwrap().artist.musicbrainz, Some(two));
    let describe =
        I::Describe { artist: moon, disambiguation: Some("the duo".to_owned()), country: Some("ca".to_owned()) };
    say(store, 4, &describe).await;
    let known = store.artist(sun).await.unwrap().unwrap().artist;
    assert_eq!((known.disambiguation.as_deref(), known.country.as_deref()), (Some("the duo"), Some("CA")));
    let bad = I::Describe { artist: moon, disambiguation: None, country: Some("Canada".to_owned()) };
    assert!(refused(store, &bad).await.contains("ISO 3166-1"));
}
