//! One crawl a source and a host, and a fence against who comes too late.

use std::time::Duration;

use marquee_model::Source;
use marquee_store::{Claim, CrawlQuery, Store, StoreError, Taken};
use marquee_tests::{database, sample};

use crate::house::until;

const LONG: Duration = Duration::from_secs(3600);
/// Over by the time that the database is asked again.
const SHORT: Duration = Duration::from_millis(1);

async fn claimed(store: &Store, source: &Source, host: &str, worker: &str, lease: Duration) -> Claim {
    match store.claim(source.id, host, worker, lease).await.unwrap() {
        Taken::Claim(claim) => claim,
        Taken::Busy(busy) => panic!("{busy:?}"),
    }
}

async fn is_busy(store: &Store, source: &Source, host: &str) -> bool {
    matches!(store.claim(source.id, host, "late", LONG).await.unwrap(), Taken::Busy(_))
}

#[tokio::test]
async fn a_source_is_claimed_by_one_until_it_is_released() {
    let db = database::fresh().await;
    let store = db.store();
    let source = sample::declare(store, "rex").await.unwrap();
    let first = claimed(store, &source, "rex.example", "one", LONG).await;
    let Taken::Busy(busy) = store.claim(source.id, "rex.example", "two", LONG).await.unwrap() else { panic!("two") };
    assert_eq!((busy.source, busy.worker.as_str(), busy.token), (source.id, "one", first.token));
    assert!(busy.free_in > LONG / 2 && busy.free_in <= LONG, "{:?}", busy.free_in);
    assert!(store.renew(&first).await.unwrap());
    store.release(&first).await.unwrap();
    let second = claimed(store, &source, "rex.example", "two", LONG).await;
    assert!(second.token > first.token);
    // Who comes late gives nobody else's claim up.
    store.release(&first).await.unwrap();
    assert!(!store.renew(&first).await.unwrap());
    assert!(is_busy(store, &source, "rex.example").await);
}

#[tokio::test]
async fn two_sources_of_one_host_are_not_claimed_at_a_time() {
    let db = database::fresh().await;
    let store = db.store();
    let (rex, farm) = (sample::declare(store, "rex").await.unwrap(), sample::declare(store, "farm").await.unwrap());
    let claim = claimed(store, &rex, "city.example", "one", LONG).await;
    assert!(is_busy(store, &farm, "city.example").await);
    claimed(store, &farm, "other.example", "two", LONG).await;
    store.release(&claim).await.unwrap();
    assert!(!is_busy(store, &rex, "city.example").await);
}

#[tokio::test]
async fn of_many_who_claim_at_once_one_gets_it() {
    let db = database::fresh().await;
    let store = db.store();
    let source = sample::declare(store, "rex").await.unwrap();
    let all = (0..16).map(|n| {
        // Under hosts of their own, so that nothing but the source's row orders them.
        let host = format!("{n}.example");
        async move { store.claim(source.id, &host, "many", LONG).await.unwrap() }
    });
    let taken = futures::future::join_all(all).await;
    assert_eq!(taken.iter().filter(|taken| matches!(taken, Taken::Claim(_))).count(), 1);
}

#[tokio::test]
async fn a_zombie_that_comes_back_cannot_commit() {
    let db = database::fresh().await;
    let store = db.store();
    let source = sample::declare(store, "rex").await.unwrap();
    let zombie = claimed(store, &source, "rex.example", "zombie", SHORT).await;
    let mut late = sample::listing(&source, 0, 3);
    late.claim = Some(zombie.clone());
    until("the lease is over", async || !store.renew(&zombie).await.unwrap()).await;

    let heir = claimed(store, &source, "rex.example", "heir", LONG).await;
    let error = store.record(late.clone()).await.unwrap_err();
    assert!(matches!(&error, StoreError::Fenced { by, .. } if by == "heir"), "{error}");
    assert!(!error.is_transient());
    assert!(store.crawls(&CrawlQuery::default()).await.unwrap().items.is_empty(), "nothing was written");
    assert_eq!(store.totals().await.unwrap().events, 0);

    let mut timely = sample::listing(&source, 1, 3);
    timely.claim = Some(heir.clone());
    let crawl = timely.crawl.id;
    store.record(timely.clone()).await.unwrap();
    let last = store.last_claimed(source.id).await.unwrap().unwrap();
    assert_eq!((last.token, last.crawl, last.begun_at), (heir.token, crawl, heir.begun_at));

    // Released, the claim writes no other crawl; the answer to the same one may still be asked for again.
    store.release(&heir).await.unwrap();
    assert!(store.record(timely).await.unwrap().repeated);
    let mut after = sample::listing(&source, 2, 3);
    after.claim = Some(heir);
    assert!(matches!(store.record(after).await.unwrap_err(), StoreError::Fenced { .. }));
    assert!(matches!(store.record(late).await.unwrap_err(), StoreError::Fenced { .. }));
}

#[tokio::test]
async fn a_claim_whose_lease_is_over_is_lost_even_where_nobody_took_it() {
    let db = database::fresh().await;
    let store = db.store();
    let source = sample::declare(store, "rex").await.unwrap();
    let claim = claimed(store, &source, "rex.example", "slow", SHORT).await;
    until("the lease is over", async || !store.renew(&claim).await.unwrap()).await;
    // Its crawl may still be recorded as long as the source is nobody else's: it is whole, and the newest.
    let mut record = sample::listing(&source, 0, 1);
    record.claim = Some(claim);
    store.record(record).await.unwrap();
}
