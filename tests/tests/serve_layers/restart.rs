//! Postgres is stopped and started again while clients ask: errors are counted, and no answer is wrong.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, http::Method};
use marquee_serve::ServeSettings;
use marquee_store::{
    PoolSettings, Store,
    embedded::{Server, ServerSettings},
};
use marquee_tests::{database, sample, serving};
use sqlx::{Connection as _, PgConnection};

use crate::{eventually, keeping};

fn server(folder: &Path) -> ServerSettings {
    ServerSettings { folder: folder.join("postgres"), download: false, ..ServerSettings::default() }
}

/// Writes a number into a title and tells it, in one transaction; `None` where the database is away.
async fn write(url: &str, number: u64) -> Option<()> {
    let mut connection = PgConnection::connect(url).await.ok()?;
    let mut transaction = connection.begin().await.ok()?;
    sqlx::query("UPDATE events SET title = 'Number ' || $1")
        .bind(number.to_string())
        .execute(&mut *transaction)
        .await
        .ok()?;
    sqlx::query(
        "WITH raised AS (UPDATE counters SET last_change = last_change + 1 RETURNING last_change)
         SELECT pg_notify('marquee_changes', last_change::text) FROM raised",
    )
    .execute(&mut *transaction)
    .await
    .ok()?;
    transaction.commit().await.ok()
}

async fn get(router: &Router) -> (u16, String) {
    let answer = serving::send(router, Method::GET, "/api/v1/events?limit=1", &[], Body::empty()).await;
    (answer.status.as_u16(), answer.body)
}

/// The number that an answer shows.
fn shown(body: &str) -> u64 {
    let json: serde_json::Value = serde_json::from_str(body).unwrap();
    json["data"][0]["title"].as_str().unwrap().strip_prefix("Number ").unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_of_postgres_under_load_costs_some_errors_and_no_answer_is_wrong() {
    let folder = database::open_folder();
    let postgres = Server::start(server(folder.path())).await.unwrap();
    let url = postgres.database_url().to_owned();
    let pool = PoolSettings { max_connections: 5, acquire_timeout_ms: 500, ..PoolSettings::default() };
    let store = Store::connect(&url, &pool).await.unwrap();
    store.migrate().await.unwrap();
    let source = sample::declare(&store, "rex").await.unwrap();
    store.record(sample::listing(&source, 0, 1)).await.unwrap();
    write(&url, 1).await.unwrap();
    let settings = ServeSettings { max_concurrent_requests: 8, ..keeping() };
    let router = marquee_serve::router(serving::app(store.clone(), settings));
    eventually("the first number is shown", async || shown(&get(&router).await.1) == 1).await;

    let (over, written) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(1)));
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let (router, over, written) = (router.clone(), Arc::clone(&over), Arc::clone(&written));
            tokio::spawn(async move {
                let (mut statuses, mut last) = (BTreeMap::<u16, u32>::new(), 0);
                while !over.load(Ordering::SeqCst) {
                    let (status, body) = get(&router).await;
                    *statuses.entry(status).or_default() += 1;
                    match status {
                        200 => {
                            let number = shown(&body);
                            // One more than what is known to be written may be on its way.
                            assert!(number <= written.load(Ordering::SeqCst) + 1, "{number} was never written");
                            assert!(number >= last, "{number} after {last}: an answer from before came back");
                            last = number;
                        }
                        503 => {
                            assert!(body.contains("urn:marquee:problem:"), "{body}");
                            for word in ["sqlx", "postgres", "127.0.0.1", "terminat"] {
                                assert!(!body.to_lowercase().contains(word), "{body}");
                            }
                        }
                        other => panic!("{other}: {body}"),
                    }
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                statuses
            })
        })
        .collect();

    let mut number = 1;
    let mut next = async |url: &str| {
        if write(url, number + 1).await.is_some() {
            number += 1;
            written.store(number, Ordering::SeqCst);
        }
        number
    };
    for _ in 0..10 {
        next(&url).await;
    }
    postgres.stop().await.unwrap();
    eventually("it is said that the database is away", async || get(&router).await.0 == 503).await;
    let postgres = Server::start(server(folder.path())).await.unwrap();
    assert_eq!(postgres.database_url(), url, "the same port");
    for _ in 0..10 {
        next(&url).await;
    }
    let last = next(&url).await;
    eventually("the last number is shown", async || {
        let (status, body) = get(&router).await;
        status == 200 && shown(&body) == last
    })
    .await;
    over.store(true, Ordering::SeqCst);
    let mut statuses = BTreeMap::<u16, u32>::new();
    for reader in readers {
        for (status, count) in reader.await.unwrap() {
            *statuses.entry(status).or_default() += count;
        }
    }
    println!("answers by status: {statuses:?}; {last} numbers written");
    assert!(statuses[&200] > 0 && statuses[&503] > 0, "{statuses:?}");
    drop(router);
    store.close().await;
    postgres.stop().await.unwrap();
}
