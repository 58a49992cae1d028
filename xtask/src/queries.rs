//! The descriptions of the store's SQL queries, `.sqlx`: made by compiling the store against a real, freshly migrated database.
//!
//! The database comes from `MARQUEE_QUERIES_DATABASE_URL` (an empty one), else from a throwaway server started from the installed
//! binaries. This does not use `host/store` itself, which cannot be compiled while a description is missing.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use crate::run::{self, cargo, root};

/// Writes the descriptions anew.
pub(crate) fn write() -> Result<()> {
    let folder = root().join(".sqlx");
    let fresh = describe()?;
    for name in read(&folder)?.keys() {
        fs::remove_file(folder.join(name))?;
    }
    fs::create_dir_all(&folder)?;
    for (name, text) in &fresh {
        fs::write(folder.join(name), text)?;
    }
    println!("   written: .sqlx ({} queries)", fresh.len());
    Ok(())
}

/// Fails where the committed descriptions are not those of the code.
pub(crate) fn check() -> Result<()> {
    if read(&root().join(".sqlx"))? != describe()? {
        bail!("stale: .sqlx; run `cargo xtask generate` and commit what it writes");
    }
    Ok(())
}

fn read(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    let Ok(entries) = fs::read_dir(folder) else { return Ok(files) };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.insert(name, fs::read_to_string(&path)?);
        }
    }
    Ok(files)
}

/// Compiles the store against a database and returns what sqlx writes about its queries.
fn describe() -> Result<BTreeMap<String, String>> {
    let folder = tempfile::tempdir().context("no temporary folder can be made")?;
    let server = match std::env::var("MARQUEE_QUERIES_DATABASE_URL") {
        Ok(url) => Database { url, server: None },
        Err(_) => Database::start(folder.path())?,
    };
    for migration in migrations()? {
        let mut psql = Command::new(binaries()?.join("psql"));
        psql.args([&server.url, "--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--file"]).arg(&migration);
        run::run(&mut psql).with_context(|| format!("{} cannot be applied", migration.display()))?;
    }
    let described = folder.path().join("described");
    fs::create_dir(&described)?;
    // A change of environment alone does not make cargo compile again; a file that was just written does.
    let library = root().join("host/store/src/lib.rs");
    fs::write(&library, fs::read(&library)?).with_context(|| format!("{} cannot be touched", library.display()))?;
    run::run(
        cargo()
            .args(["check", "--quiet", "--workspace"])
            .env("DATABASE_URL", &server.url)
            .env("SQLX_OFFLINE", "false")
            .env("SQLX_OFFLINE_DIR", &described),
    )?;
    let described = read(&described)?;
    if described.is_empty() {
        bail!(
            "compiling the store described no query; was it compiled at all? Run `cargo clean --package marquee-store` and try again"
        );
    }
    Ok(described)
}

fn migrations() -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(root().join("migrations"))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.to_string_lossy().ends_with(".up.sql"))
        .collect();
    files.sort();
    Ok(files)
}

/// A database, and the throwaway server behind it.
struct Database {
    url: String,
    server: Option<Child>,
}

impl Database {
    /// A new server on a socket in `folder`, without network, gone with the value.
    fn start(folder: &Path) -> Result<Self> {
        const WAIT: Duration = Duration::from_secs(30);
        let data = folder.join("data");
        fs::create_dir(&data)?;
        own(folder)?;
        let bin = binaries()?;
        run::run(
            unprivileged(&bin.join("initdb"))
                .args(["--auth=trust", "--username=marquee", "--no-sync", "-D"])
                .arg(&data)
                .stdout(std::process::Stdio::null()),
        )?;
        let log = fs::File::create(folder.join("log"))?;
        let mut server = unprivileged(&bin.join("postgres"));
        server.arg("-D").arg(&data).arg("-k").arg(folder).args(["-h", "", "-F"]);
        let child = server.stdout(log.try_clone()?).stderr(log).spawn().context("postgres could not be started")?;
        let url = format!("postgresql:///postgres?host={}&user=marquee", folder.display());
        let database = Self { url, server: Some(child) };
        let start = Instant::now();
        while !run::succeeds(Command::new(bin.join("pg_isready")).arg("-h").arg(folder)) {
            if start.elapsed() > WAIT {
                bail!("postgres did not answer: {}", fs::read_to_string(folder.join("log")).unwrap_or_default());
            }
            std::thread::yield_now();
        }
        Ok(database)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            let _gone = server.kill();
            let _reaped = server.wait();
        }
    }
}

/// The folder of the newest installed Postgres binaries.
fn binaries() -> Result<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    found.sort();
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&on_path).find(|folder| folder.join("initdb").exists());
    found
        .pop()
        .or(on_path)
        .context("no Postgres is installed here; run `apt-get install postgresql` or `brew install postgresql`")
}

/// Postgres refuses to run as root, so it runs as `postgres` or `nobody` then.
#[cfg(unix)]
fn account() -> Option<(u32, u32)> {
    let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let uid = |name: &str| {
        let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    let root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0");
    if root { uid("postgres").or_else(|| uid("nobody")) } else { None }
}

#[cfg(unix)]
fn unprivileged(program: &Path) -> Command {
    use std::os::unix::process::CommandExt as _;
    let mut command = Command::new(program);
    if let Some((uid, gid)) = account() {
        command.uid(uid).gid(gid).current_dir("/");
    }
    command
}

#[cfg(unix)]
fn own(folder: &Path) -> Result<()> {
    if let Some((uid, gid)) = account() {
        std::os::unix::fs::chown(folder, Some(uid), Some(gid))?;
        std::os::unix::fs::chown(folder.join("data"), Some(uid), Some(gid))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn unprivileged(program: &Path) -> Command {
    Command::new(program)
}

#[cfg(not(unix))]
fn own(_folder: &Path) -> Result<()> {
    Ok(())
}
