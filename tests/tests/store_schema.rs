//! Connecting, migrations, readiness, and what happens when the database is slow, absent or strange.

use std::time::{Duration, Instant};

use marquee_store::{PoolSettings, Store, StoreError, databases};
use marquee_tests::{database, sample};
use sqlx::{Connection, Executor, PgConnection};

#[tokio::test]
async fn migrations_go_up_down_and_up_again() {
    let db = database::bare().await;
    let store = db.store();
    let known = store.migration_status().await.unwrap();
    assert!(known.iter().all(|migration| !migration.applied && migration.reversible));
    let all: Vec<i64> = known.iter().map(|migration| migration.version).collect();
    let newest = *all.last().unwrap();

    assert_eq!(store.migrate().await.unwrap(), all);
    assert!(store.migrate().await.unwrap().is_empty(), "nothing is left to do");
    store.ready().await.unwrap();
    sample::declare(store, "rex").await.unwrap();

    let taken_back: Vec<i64> = all.iter().rev().copied().filter(|version| *version > 2).collect();
    assert_eq!(store.migrate_down(2).await.unwrap(), taken_back);
    let mut connection = PgConnection::connect(db.url()).await.unwrap();
    let sources: i64 = sqlx::query_scalar("SELECT count(*) FROM sources").fetch_one(&mut connection).await.unwrap();
    assert_eq!(sources, 1, "what lies below is untouched");
    connection.close().await.unwrap();
    assert!(
        matches!(store.ready().await, Err(StoreError::Schema { found: 2, needed }) if needed == newest),
        "the tables are too old"
    );
    assert_eq!(store.migrate_down(0).await.unwrap(), [2, 1]);

    assert_eq!(store.migrate().await.unwrap(), all);
    store.ready().await.unwrap();
}

#[tokio::test]
async fn processes_that_migrate_at_the_same_time_do_not_disturb_each_other() {
    let db = database::bare().await;
    let (a, b) = tokio::join!(db.store().migrate(), db.store().migrate());
    a.unwrap();
    b.unwrap();
    db.store().ready().await.unwrap();
}

#[tokio::test]
async fn a_database_without_tables_says_that_it_wants_migrating() {
    let db = database::bare().await;
    assert!(matches!(db.store().ready().await, Err(StoreError::Schema { found: 0, .. })));
    let error = db.store().totals().await.unwrap_err();
    assert!(error.to_string().contains("marquee migrate"), "{error}");
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    let db = database::fresh().await;
    let mut connection = PgConnection::connect(db.url()).await.unwrap();
    connection
        .execute("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'x', true, '', 0)")
        .await
        .unwrap();
    assert!(matches!(db.store().migrate().await, Err(StoreError::Schema { found: 9999, .. })));
    assert!(matches!(db.store().ready().await, Err(StoreError::Schema { found: 9999, .. })));
}

#[tokio::test]
async fn wrong_addresses_are_told_apart_from_absent_servers() {
    let settings = PoolSettings { acquire_timeout_ms: 300, ..PoolSettings::default() };
    for url in ["mysql://localhost/x", "postgres://u:secret@:x:/", "nonsense"] {
        let error = Store::connect(url, &settings).await.unwrap_err();
        assert!(matches!(error, StoreError::Misconfigured { .. }), "{url}: {error:?}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    let began = Instant::now();
    let error = Store::connect("postgres://u:secret@127.0.0.1:1/x", &settings).await.unwrap_err();
    assert!(error.is_transient() && !error.to_string().contains("secret"), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_missing_database_is_a_mistake_of_configuration() {
    let db = database::fresh().await;
    let url = databases::address(db.url(), "marquee_test_db_that_is_not_there").unwrap();
    let error =
        Store::connect(&url, &PoolSettings { acquire_timeout_ms: 300, ..PoolSettings::default() }).await.unwrap_err();
    assert!(matches!(error, StoreError::Misconfigured { .. }), "{error:?}");
}

#[tokio::test]
async fn a_lock_that_somebody_holds_ends_in_an_error_and_not_in_waiting() {
    let db = database::fresh().await;
    let source = sample::declare(db.store(), "rex").await.unwrap();
    let impatient =
        Store::connect(db.url(), &PoolSettings { lock_timeout_ms: 100, ..PoolSettings::default() }).await.unwrap();
    let mut other = PgConnection::connect(db.url()).await.unwrap();
    let mut transaction = other.begin().await.unwrap();
    transaction.execute("SELECT * FROM sources FOR UPDATE").await.unwrap();

    let error = impatient.record(sample::listing(&source, 0, 1)).await.unwrap_err();
    assert!(error.is_transient(), "{error:?}");

    transaction.rollback().await.unwrap();
    impatient.record(sample::listing(&source, 0, 1)).await.unwrap();
}

#[tokio::test]
async fn an_exhausted_pool_answers_in_time() {
    let db = database::fresh().await;
    let source = sample::declare(db.store(), "rex").await.unwrap();
    let settings = PoolSettings {
        max_connections: 1,
        acquire_timeout_ms: 200,
        ready_timeout_ms: 500,
        lock_timeout_ms: 3_000,
        ..PoolSettings::default()
    };
    let small = Store::connect(db.url(), &settings).await.unwrap();
    let mut other = PgConnection::connect(db.url()).await.unwrap();
    let mut transaction = other.begin().await.unwrap();
    transaction.execute("SELECT * FROM sources FOR UPDATE").await.unwrap();
    let waiting = tokio::spawn({
        let small = small.clone();
        async move { small.record(sample::listing(&source, 0, 1)).await }
    });
    // The only connection is taken as soon as its statement waits for our lock.
    let mut watch = PgConnection::connect(db.url()).await.unwrap();
    let waits = "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database()";
    while sqlx::query_scalar::<_, i64>(waits).fetch_one(&mut watch).await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }

    let began = Instant::now();
    assert!(small.ready().await.unwrap_err().is_transient());
    assert!(began.elapsed() < Duration::from_secs(2));

    transaction.rollback().await.unwrap();
    waiting.await.unwrap().unwrap();
    small.ready().await.unwrap();
}

#[tokio::test]
async fn a_row_that_somebody_spoiled_is_named_by_table_column_and_id() {
    let db = database::fresh().await;
    let source = sample::declare(db.store(), "rex").await.unwrap();
    let mut connection = PgConnection::connect(db.url()).await.unwrap();
    connection.execute("UPDATE sources SET zone = 'Mars/Base'").await.unwrap();
    let error = db.store().source(source.id).await.unwrap_err().to_string();
    assert!(error.contains("table sources, column zone") && error.contains(&source.id.to_string()), "{error}");
}
