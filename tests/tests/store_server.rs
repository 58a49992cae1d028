//! The private server: started, found, taken over, stopped; with stale files and without binaries.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use marquee_store::{
    PoolSettings, Store, StoreError,
    embedded::{Server, ServerSettings},
};
use marquee_tests::{database, sample};

fn settings(folder: &Path) -> ServerSettings {
    ServerSettings { folder: folder.join("postgres"), download: false, ..ServerSettings::default() }
}

async fn store(server: &Server) -> Store {
    let store = Store::connect(server.database_url(), &PoolSettings::default()).await.unwrap();
    store.migrate().await.unwrap();
    store
}

fn kill(pid: u32) {
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}

#[tokio::test]
async fn data_and_port_are_kept_from_one_start_to_the_next() {
    let folder = database::open_folder();
    let server = Server::start(settings(folder.path())).await.unwrap();
    let url = server.database_url().to_owned();
    let first = store(&server).await;
    sample::declare(&first, "rex").await.unwrap();
    first.close().await;
    server.stop().await.unwrap();
    assert!(Store::connect(&url, &PoolSettings { acquire_timeout_ms: 300, ..PoolSettings::default() }).await.is_err());

    let server = Server::start(settings(folder.path())).await.unwrap();
    assert_eq!(server.database_url(), url);
    assert_eq!(store(&server).await.sources().await.unwrap().len(), 1);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_second_start_finds_the_running_server_and_the_last_user_stops_it() {
    let folder = database::open_folder();
    let first = Server::start(settings(folder.path())).await.unwrap();
    let second = Server::start(settings(folder.path())).await.unwrap();
    assert_eq!((first.pid(), first.database_url()), (second.pid(), second.database_url()));
    assert!(first.was_started_here() && !second.was_started_here());

    first.stop().await.unwrap();
    let store = store(&second).await;
    store.ready().await.unwrap();

    store.close().await;
    let pid_file = data(folder.path()).join("postmaster.pid");
    assert!(pid_file.exists());
    drop(second);
    assert!(!pid_file.exists(), "dropping the last one stops the server");
}

#[tokio::test]
async fn a_killed_server_and_the_pid_file_that_it_leaves_do_no_harm() {
    let folder = database::open_folder();
    let server = Server::start(settings(folder.path())).await.unwrap();
    let first = store(&server).await;
    sample::declare(&first, "rex").await.unwrap();
    kill(server.pid());

    let again = Server::start(settings(folder.path())).await.unwrap();
    assert_ne!(again.pid(), server.pid());
    assert_eq!(store(&again).await.sources().await.unwrap().len(), 1);
    drop(server);
    store(&again).await.ready().await.unwrap();

    again.stop().await.unwrap();
    // The number of the killed server now belongs to somebody else: this test.
    let pid_file = data(folder.path()).join("postmaster.pid");
    fs::write(&pid_file, format!("{}\n{}\n0\n5432\n\n", std::process::id(), data(folder.path()).display())).unwrap();
    let again = Server::start(settings(folder.path())).await.unwrap();
    assert_eq!(store(&again).await.sources().await.unwrap().len(), 1);
    again.stop().await.unwrap();
}

#[tokio::test]
async fn a_port_that_was_taken_in_the_meantime_is_given_up() {
    let folder = database::open_folder();
    let server = Server::start(settings(folder.path())).await.unwrap();
    let url = server.database_url().to_owned();
    server.stop().await.unwrap();
    let port: u16 = fs::read_to_string(folder.path().join("postgres/port")).unwrap().trim().parse().unwrap();
    let _taken = TcpListener::bind(("127.0.0.1", port)).unwrap();

    let server = Server::start(settings(folder.path())).await.unwrap();
    assert_ne!(server.database_url(), url);
    store(&server).await.ready().await.unwrap();
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_set_up_that_was_killed_half_way_is_begun_anew() {
    let folder = database::open_folder();
    let remains = folder.path().join("postgres/data.new");
    fs::create_dir_all(&remains).unwrap();
    fs::write(remains.join("PG_VERSION"), "1").unwrap();
    let server = Server::start(settings(folder.path())).await.unwrap();
    store(&server).await.ready().await.unwrap();
    server.stop().await.unwrap();
}

#[tokio::test]
async fn the_server_keeps_what_it_acknowledges_and_lets_only_the_password_in() {
    let folder = database::open_folder();
    let server = Server::start(settings(folder.path())).await.unwrap();
    let mode = fs::metadata(folder.path().join("postgres/password")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
        let value: String = sqlx::query_scalar("SELECT current_setting($1)")
            .bind(setting)
            .fetch_one(&sqlx::PgPool::connect(server.database_url()).await.unwrap())
            .await
            .unwrap();
        assert_eq!(value, "on", "{setting}");
    }
    let (before, after) = server.database_url().split_once("@").unwrap();
    let stranger = format!("{}:wrong@{after}", before.rsplit_once(':').unwrap().0);
    let error = Store::connect(&stranger, &PoolSettings { acquire_timeout_ms: 500, ..PoolSettings::default() })
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Misconfigured { .. }), "{error:?}");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn switching_durability_off_is_refused() {
    let folder = database::open_folder();
    for name in ["fsync", "full_page_writes", "synchronous_commit"] {
        let mut settings = settings(folder.path());
        settings.settings.insert(name.to_owned(), "off".to_owned());
        let error = Server::start(settings).await.unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[tokio::test]
async fn without_binaries_the_error_names_what_to_install() {
    let folder = database::open_folder();
    let settings = ServerSettings { binaries: Some(PathBuf::from("/nonexistent/bin")), ..settings(folder.path()) };
    let error = Server::start(settings).await.unwrap_err();
    assert!(matches!(error, StoreError::NoServer { .. }), "{error:?}");
    let text = error.to_string();
    assert!(
        text.contains("/nonexistent/bin") && text.contains("DATABASE_URL") && text.contains("postgresql"),
        "{text}"
    );
}

#[tokio::test]
async fn data_of_another_version_are_left_alone() {
    let folder = database::open_folder();
    let data = folder.path().join("postgres/data");
    fs::create_dir_all(&data).unwrap();
    fs::write(data.join("PG_VERSION"), "9\n").unwrap();
    let error = Server::start(settings(folder.path())).await.unwrap_err().to_string();
    assert!(error.contains("were written by version 9"), "{error}");
    assert_eq!(fs::read_dir(&data).unwrap().count(), 1);
}

#[tokio::test]
async fn a_folder_that_the_servers_account_cannot_enter_moves_the_data_where_it_can() {
    if !rustix::process::geteuid().is_root() {
        println!("only root runs the server under another account: nothing to see here");
        return;
    }
    let closed = tempfile::tempdir().unwrap();
    fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let server = Server::start(settings(closed.path())).await.unwrap();
    let moved = PathBuf::from(fs::read_to_string(closed.path().join("postgres/moved-to")).unwrap());
    assert!(moved.join("data/PG_VERSION").exists());
    store(&server).await.ready().await.unwrap();
    server.stop().await.unwrap();
    let server = Server::start(settings(closed.path())).await.unwrap();
    store(&server).await.ready().await.unwrap();
    server.stop().await.unwrap();
    fs::remove_dir_all(moved).unwrap();
}

fn data(folder: &Path) -> PathBuf {
    folder.canonicalize().unwrap().join("postgres/data")
}

#[tokio::test]
async fn connections_are_used_again_and_none_is_left_inside_a_transaction_whose_beginning_was_given_up() {
    let database = database::fresh().await;
    let settings = PoolSettings { max_connections: 1, ..PoolSettings::default() };
    let store = Store::connect(database.url(), &settings).await.unwrap();
    let pool = store.pool_for_jobs();
    let backend = async || -> i32 { sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(pool).await.unwrap() };
    let first = backend().await;
    assert_eq!(backend().await, first, "a connection is used again");
    for polls in 0..30 {
        let mut beginning = Box::pin(marquee_store::begin(pool));
        for _ in 0..polls {
            if futures::poll!(&mut beginning).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(beginning);
        // Inside a transaction `now()` stands still. Asked in one message: two would have two clocks outside of one as well.
        let asked = sqlx::raw_sql("SELECT now() <> statement_timestamp()").fetch_one(pool).await.unwrap();
        let is_inside: bool = sqlx::Row::get(&asked, 0);
        assert!(!is_inside, "given up after {polls} looks, what comes next would be lost with the open transaction");
    }
}
