//! The composition root: settings become parts, and parts are joined.

use std::{
    hash::{BuildHasher as _, Hasher as _, RandomState},
    path::PathBuf,
    sync::Arc,
};

use anyhow::{Context as _, Result, bail};
use backon::{ExponentialBuilder, Retryable as _};
use marquee_archive::Archive;
use marquee_crawl::{PageArchive, SourceFile, StoreBook, check, read_folder};
use marquee_extract::{CompileWith, Registry, Sandbox};
use marquee_fetch::{Browsers, Fetcher, HostBook, Secrets, TokioPace, Visitor};
use marquee_jobs::Jobs;
use marquee_model::{Clock, Source};
use marquee_store::{Store, StoreError, embedded::Server};

use crate::{settings::Settings, system_clock::SystemClock, terminal};

/// How often a start tries again to declare its sources: with waits of 1, 2, 4, 8 and 16 s, half a minute and the waits for the lock.
const DECLARED_AGAIN: usize = 5;

/// A database, and the private server behind it where there is one.
pub(crate) struct Database {
    pub(crate) store: Store,
    server: Option<Server>,
}

impl Database {
    /// Connects to the named database, or starts a private server. Migrations are applied.
    pub(crate) async fn open(settings: &Settings) -> Result<Self> {
        let database = Self::open_as_it_is(settings).await?;
        let applied =
            database.store.migrate().await.context("the database's tables could not be brought up to date")?;
        if !applied.is_empty() {
            tracing::info!(?applied, "migrations applied");
        }
        Ok(database)
    }

    /// The same without migrations.
    pub(crate) async fn open_as_it_is(settings: &Settings) -> Result<Self> {
        let (url, server) = match &settings.database.url {
            Some(url) => (url.clone(), None),
            None => {
                let server = Server::start(settings.database.server.clone()).await?;
                tracing::info!(folder = %settings.database.server.folder.display(), ours = server.was_started_here(), "private Postgres");
                (server.database_url().to_owned(), Some(server))
            }
        };
        let store = Store::connect(&url, &settings.database.pool)
            .await
            .with_context(|| format!("the database at {} cannot be used", without_credentials(&url)))?
            .believing(settings.truth.clone());
        Ok(Self { store, server })
    }

    /// Closes connections, then stops the private server where this process started it.
    pub(crate) async fn close(self) -> Result<()> {
        self.store.close().await;
        if let Some(server) = self.server {
            server.stop().await?;
        }
        Ok(())
    }
}

/// Host, port and name of a database address: what may be shown.
fn without_credentials(url: &str) -> &str {
    let place = url.split_once("://").map_or(url, |(_, place)| place);
    let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
    place.split('?').next().unwrap_or_default()
}

pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// The sandbox; plugins are compiled in child processes of this very program.
pub(crate) fn sandbox(settings: &Settings) -> Result<Arc<Sandbox>> {
    sandbox_with_cache(settings, settings.plugins.cache.clone())
}

/// The same with another folder for compiled code.
pub(crate) fn sandbox_with_cache(settings: &Settings, cache: PathBuf) -> Result<Arc<Sandbox>> {
    let program = std::env::current_exe().context("this program's own file cannot be found, which compiles plugins")?;
    let compile = CompileWith::Child { program, arguments: vec!["compile-plugin".to_owned()] };
    Ok(Sandbox::new(settings.limits.clone(), compile, cache, clock())?)
}

/// The plugins of the plugin folder.
pub(crate) async fn registry(settings: &Settings) -> Result<Arc<Registry>> {
    let folder = &settings.plugins.folder;
    std::fs::create_dir_all(folder).with_context(|| {
        format!(
            "the plugin folder {} cannot be made; set `plugins.folder` to one that this user may write",
            folder.display()
        )
    })?;
    let sandbox = sandbox(settings)?;
    Ok(Registry::open(folder.clone(), sandbox, clock(), settings.plugins.watch.clone()).await?)
}

/// The fetcher, with the operator's egress rules.
pub(crate) fn fetcher(settings: &Settings) -> Result<Arc<Fetcher>> {
    let fetch = &settings.fetch;
    let fetcher = Fetcher::new(fetch.limits.clone(), settings.egress.clone(), fetch.user_agent.clone(), clock())?;
    Ok(Arc::new(fetcher))
}

/// The visitor, by which crawls ask for pages: turns at hosts are shared with every process on this database.
pub(crate) fn visitor(settings: &Settings, store: &Store) -> Result<Visitor> {
    visitor_by(settings, Arc::new(StoreBook::new(store.clone(), settings.fetch.politeness.clone())))
}

/// The same with another book of turns.
pub(crate) fn visitor_by(settings: &Settings, book: Arc<dyn HostBook>) -> Result<Visitor> {
    // `vars` would panic at a variable that is not text.
    let variables =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let secrets = Secrets::read(&settings.secrets, variables)?;
    let pace = Arc::new(TokioPace::new(clock()));
    Ok(Visitor::new(fetcher(settings)?, book, pace, secrets, settings.fetch.politeness.clone(), seed())?)
}

/// The browsers, for sources that ask for one. None is started before a page needs it.
pub(crate) fn browsers(settings: &Settings) -> Result<Arc<Browsers>> {
    Ok(Arc::new(Browsers::new(settings.fetch.browser.clone())?))
}

/// The queue of crawls in this database, worked on as the settings say.
pub(crate) async fn jobs(store: &Store, settings: &Settings) -> Result<Jobs> {
    Ok(Jobs::open(store, settings.worker.jobs()).await?)
}

/// Under which name this process claims sources: for people, who look for a process on a machine.
pub(crate) fn name() -> String {
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let machine = machine.or_else(|| std::env::var("HOSTNAME").ok());
    format!("process {} on {}", std::process::id(), machine.as_deref().map_or("this machine", str::trim))
}

/// A number by lot, to draw jitter from: the standard library seeds its hash maps from the system's randomness.
pub(crate) fn seed() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// The archive of fetched pages, where it is on.
pub(crate) fn archive(settings: &Settings) -> Result<Option<Arc<dyn PageArchive>>> {
    if !settings.archive.enabled {
        return Ok(None);
    }
    Ok(Some(opened_archive(settings)?))
}

/// The archive, for commands that are about nothing else.
pub(crate) fn opened_archive(settings: &Settings) -> Result<Arc<Archive>> {
    if !settings.archive.enabled {
        bail!("no pages are archived here: `archive.enabled` is false");
    }
    Ok(Arc::new(Archive::open(&settings.archive)?))
}

/// The source files, read and checked against the plugins. Any mistake ends the start, and all are told.
pub(crate) fn source_files(settings: &Settings, registry: &Registry) -> Result<Vec<SourceFile>> {
    let folder = &settings.sources.folder;
    if !folder.exists() {
        tracing::warn!(folder = %folder.display(), "there is no source folder; only sources in the database are crawled");
        return Ok(Vec::new());
    }
    let files = match read_folder(folder, clock().now()) {
        Ok(files) => files,
        Err(problems) => bail!("the source files have mistakes:\n{}", terminal::lines(&problems)),
    };
    let problems = check(&files, registry);
    if !problems.is_empty() {
        bail!("the source files do not fit the plugins:\n{}", terminal::lines(&problems));
    }
    Ok(files)
}

/// Hands the declared sources to the store and returns them with the ids that it knows them by.
pub(crate) async fn sync(store: &Store, files: &[SourceFile]) -> Result<Vec<Source>> {
    let sites: Vec<_> = files.iter().map(|file| file.site.clone()).collect();
    let venues: Vec<_> = files.iter().map(|file| file.venue.clone()).collect();
    let sources: Vec<_> = files.iter().map(|file| file.source.clone()).collect();
    // Processes that start together declare their sources one after the other, and on a busy machine the last one's wait is longer
    // than any lock is waited for.
    let declared = (|| store.sync_sources(&sites, &venues, &sources))
        .retry(ExponentialBuilder::default().with_max_times(DECLARED_AGAIN))
        .when(StoreError::is_transient)
        .notify(|error, _| tracing::warn!(%error, "the sources could not be stored; trying again"))
        .await;
    let sources = declared.context("the sources could not be stored")?.sources;
    let names: Vec<_> = files
        .iter()
        .filter_map(|file| {
            let source = sources.iter().find(|source| source.slug == file.source.slug)?;
            Some((source.venue, file.names.clone()))
        })
        .collect();
    store.sync_venue_names(&names, clock().now()).await.context("the names of venues could not be stored")?;
    Ok(sources)
}

#[cfg(test)]
mod tests {
    use super::without_credentials;

    #[test]
    fn a_database_is_named_without_its_password() {
        for url in ["postgres://me:s@cret@db.example:5432/gigs?sslmode=require", "postgresql://db.example:5432/gigs"] {
            assert_eq!(without_credentials(url), "db.example:5432/gigs");
        }
    }
}
