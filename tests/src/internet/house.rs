//! What crawls a fake internet: the plugin `css` in a real sandbox, and sources for its venues.

use std::{fs, sync::Arc};

use marquee_crawl::{LivePages, PageSupply};
use marquee_extract::{Registry, RegistrySettings, SandboxLimits};
use marquee_fetch::{
    BrowserSettings, Browsers, FetchLimits, Fetcher, MemoryBook, PolitenessSettings, Resolve, Secrets, UserAgent,
    Visitor,
};
use marquee_model::{Clock, FollowLimits, Schedule, Site, Source, SourceId, Venue, WebUrl, Zone};
use tempfile::TempDir;

use super::{Internet, Names, VenueScript, pages};
use crate::{
    guests::{self, Setup},
    sample,
};

/// A plugin folder with `css` in it.
pub struct House {
    /// The plugins.
    pub registry: Arc<Registry>,
    _cache: TempDir,
    folder: TempDir,
}

impl House {
    /// Builds the plugin where need be and loads it. `compiler` is the path of the tests' `compile-plugin`.
    ///
    /// # Errors
    /// It cannot be built or loaded.
    pub async fn open(compiler: &str, clock: Arc<dyn Clock>) -> Setup<Self> {
        let (cache, sandbox) = guests::sandbox(SandboxLimits::default(), compiler)?;
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("css.wasm"), guests::component("css")?)?;
        let registry = Registry::open(folder.path().to_owned(), sandbox, clock, RegistrySettings::default()).await?;
        if registry.get(&sample::parse("css")).is_none() {
            return Err("the plugin `css` was refused".into());
        }
        Ok(Self { registry, _cache: cache, folder })
    }

    /// The plugin folder.
    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

/// Pages asked for politely from a fake internet, by a book in memory.
///
/// # Errors
/// The settings cannot work.
pub fn polite_pages(
    internet: &Arc<Internet>,
    limits: FetchLimits,
    politeness: PolitenessSettings,
    resolver: Option<Arc<dyn Resolve>>,
    seed: u64,
) -> Setup<Arc<dyn PageSupply>> {
    let clock = Arc::new(internet.time.clone());
    let agent = UserAgent::new("Marquee", "0.1.0", "https://one.test/")?;
    let resolver = resolver.unwrap_or_else(|| Arc::new(Names(Arc::clone(internet))));
    let fetcher = Fetcher::with_resolver(limits, internet.egress()?, agent, clock.clone(), resolver)?;
    let book = Arc::new(MemoryBook::new(politeness.clone()));
    let visitor = Visitor::new(Arc::new(fetcher), book, clock, Secrets::default(), politeness, seed)?;
    Ok(Arc::new(LivePages::new(visitor, Arc::new(Browsers::new(BrowserSettings::default())?))))
}

/// A source of a venue of the fake internet.
#[must_use]
pub fn source(
    site: &Site,
    slug: &str,
    url: WebUrl,
    script: &VenueScript,
    zone: Zone,
    schedule: Schedule,
) -> (Venue, Source) {
    let venue = Venue { zone, ..sample::venue(site, slug, slug) };
    let source = Source {
        id: SourceId::new(sample::instant(0)),
        url,
        configuration: pages::configuration(script),
        schedule,
        follow: FollowLimits { pages: 12, ..FollowLimits::default() },
        ..sample::source(&venue)
    };
    (venue, source)
}
