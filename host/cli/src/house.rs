//! The composition root: settings become parts, and parts are joined.

use std::{path::PathBuf, sync::Arc};

use anyhow::{Context as _, Result, bail};
use marquee_crawl::{SourceFile, check, read_folder};
use marquee_extract::{CompileWith, Registry, Sandbox};
use marquee_fetch::Fetcher;
use marquee_model::{Clock, Source};
use marquee_store::{Store, embedded::Server};

use crate::{settings::Settings, system_clock::SystemClock, terminal};

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
            .with_context(|| format!("the database at {} cannot be used", without_credentials(&url)))?;
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
    Ok(store.sync_sources(&sites, &venues, &sources).await.context("the sources could not be stored")?.sources)
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
