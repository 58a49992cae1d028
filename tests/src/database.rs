//! A Postgres database of its own for every test.
//!
//! `let db = database::fresh().await;` gives an empty, migrated database; `db.store()` and `db.url()` reach it; it is dropped
//! with `db`. The server is `MARQUEE_TEST_DATABASE_URL` or `DATABASE_URL` where one of them is set; else all test processes
//! share a private one beside the build, which stops itself some minutes after the last test. What a killed run left behind
//! does no harm: databases have random names, and those of an earlier server's life are dropped when it starts again.

use std::{
    env,
    fs::{self, File},
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use marquee_model::EventId;
use marquee_store::{
    PoolSettings, Store, databases,
    embedded::{Server, ServerSettings},
};
use tokio::sync::OnceCell;

/// Names of all test databases begin so.
const PREFIX: &str = "marquee_test_";

/// The server's address, found once a process.
static SERVER: OnceCell<String> = OnceCell::const_new();

/// A test's own database.
#[derive(Debug)]
pub struct Database {
    name: String,
    server: String,
    url: String,
    store: Store,
}

impl Database {
    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A store that is connected to it.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // On a thread of its own: the test's runtime is busy with dropping this.
        let (server, name) = (self.server.clone(), self.name.clone());
        let work = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| runtime.block_on(databases::drop(&server, &name)))
        });
        // A database that stays behind costs some megabytes until the server starts again; no reason to fail a test.
        work.join().ok();
    }
}

/// A new, migrated, empty database.
///
/// # Panics
/// Where no server can be had; the message says why and what to do.
pub async fn fresh() -> Database {
    let server = server().await;
    let template = template(&server).await;
    create(&server, Some(&template)).await
}

/// Says that the private server is still in use: it stops ten minutes after it was last asked for a database or told this.
/// Whoever runs longer with one database calls it now and then; where the server is another's it does nothing.
pub fn still_used() {
    let mark = build_folder().join("test-postgres").join("used");
    if mark.exists() {
        good(File::create(mark), "marking the test server as used");
    }
}

/// A new database without any table.
///
/// # Panics
/// As [`fresh`].
pub async fn bare() -> Database {
    create(&server().await, None).await
}

/// A folder that the private server's account may enter, for tests that start a server of their own.
///
/// # Panics
/// Where no temporary folder can be made.
#[must_use]
pub fn open_folder() -> tempfile::TempDir {
    let folder = good(tempfile::tempdir(), "a temporary folder");
    good(fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)), "opening the temporary folder");
    folder
}

async fn create(server: &str, template: Option<&str>) -> Database {
    // The id's time is fixed and its low bits are random: that is all that a name needs.
    let random = EventId::new(chrono::DateTime::UNIX_EPOCH).uuid().simple().to_string();
    let name = format!("{PREFIX}db_{random}");
    good(databases::create(server, &name, template).await, "creating the test's database");
    let url = good(databases::address(server, &name), "the database's address");
    // Few connections a test: many tests share the server.
    let settings = PoolSettings { max_connections: 5, ..PoolSettings::default() };
    let store = good(Store::connect(&url, &settings).await, "connecting to the test's database");
    Database { name, server: server.to_owned(), url, store }
}

async fn server() -> String {
    SERVER
        .get_or_init(|| async {
            let given = ["MARQUEE_TEST_DATABASE_URL", "DATABASE_URL"].into_iter().find_map(|name| env::var(name).ok());
            match given.filter(|url| !url.is_empty()) {
                Some(url) => url,
                None => shared_server().await,
            }
        })
        .await
        .clone()
}

/// The private server that all test processes share.
async fn shared_server() -> String {
    let folder = build_folder().join("test-postgres");
    good(fs::create_dir_all(&folder), "a folder for the test server");
    good(File::create(folder.join("used")), "marking the test server as used");
    let server = Server::start(ServerSettings { folder: folder.clone(), ..ServerSettings::default() }).await;
    let server = good(server, "starting the test server");
    let url = server.database_url().to_owned();
    if server.was_started_here() {
        for name in good(databases::list(&url, &format!("{PREFIX}db_")).await, "looking for old test databases") {
            databases::drop(&url, &name).await.ok();
        }
        stop_when_idle(&folder, server.pid());
    }
    // Not stopped at the end of this process: the next test is another process and wants it again.
    server.leave();
    url
}

/// Leaves a small shell behind that stops the server when no test has asked for a database, or said that it goes on, for ten minutes. No test can do
/// this itself: none knows that it is the last.
#[expect(clippy::zombie_processes, reason = "it outlives this process, which is a test and soon over")]
fn stop_when_idle(folder: &Path, pid: u32) {
    let script = r#"while kill -0 "$2" 2>/dev/null; do
        sleep 20
        [ -n "$(find "$1/used" -mmin -10)" ] || { kill -INT "$2"; exit; }
    done"#;
    let shell = Command::new("sh")
        .args(["-c", script, "stop-when-idle"])
        .arg(folder)
        .arg(pid.to_string())
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn();
    good(shell, "starting the shell that stops the test server");
}

/// The migrated database that others are copied from. Its name holds the schema's digest; it is there only when it is whole.
async fn template(server: &str) -> String {
    let name = format!("{PREFIX}template_{}", databases::schema().short());
    let exists = async || good(databases::list(server, &name).await, "looking for the template").contains(&name);
    if !exists().await {
        let draft = create(server, None).await;
        good(draft.store.migrate().await, "migrating the template");
        draft.store.close().await;
        // If two processes come here at once, one of them makes it and the other finds it made.
        good(databases::create(server, &name, Some(&draft.name)).await, "creating the template");
    }
    name
}

/// The folder of the running build's profile, such as `target/debug`.
fn build_folder() -> PathBuf {
    let program = good(env::current_exe(), "the test program's own path");
    let deps = program.parent().filter(|folder| folder.ends_with("deps"));
    deps.or(Some(&program)).and_then(Path::parent).map_or_else(env::temp_dir, Path::to_owned)
}

#[expect(clippy::panic, reason = "a test without a database cannot go on, and its author must see why")]
fn good<T, E: std::fmt::Display>(result: Result<T, E>, what: &str) -> T {
    result.unwrap_or_else(|error| panic!("{what}: {error}"))
}
